import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Context } from 'aws-lambda';
import { plain } from '../../lib/facts/format';
import { hourText, type Instant } from '../../lib/facts/hour';
import { BOUNDED_CALLS, bounded, openDynamo } from '../../lib/history/client';
import { dynamoHistory } from '../../lib/history/dynamodb';
import { dynamoRoll } from '../../lib/history/roll';
import { snsSink } from '../../lib/messages/sns';
import type { History } from '../../lib/ports';
import { snsMarks } from '../../lib/receivers/mark-message';
import { type Memory, newMemory } from '../../lib/release/memory';
import type { Release } from '../../lib/release/schema';
import { type RunReport, run, type Watch } from '../../lib/run';
import { sourceOf } from '../../lib/sources/source-of';
import { toggleServiceOf } from '../../lib/toggles/toggle-service-of';
import { isRollCall, parseTick } from './event';
import { metricsOf } from './metrics';
import { newestCounted } from './newest-counted';
import { type RollReport, rollCaller } from './roll-call';
import { readSettings } from './settings';

/** Time kept back at the end of an invocation to judge, alert and write. */
const RESERVE_MS = 60_000;

/** The sampler as one process uses it: clients are made once, each call is one hour's work for one release. */
export function sampler(
  env: NodeJS.ProcessEnv,
  // Not console.log: Lambda puts the time and more before its lines, and CloudWatch takes metrics from plain JSON only.
  log: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
  clock: () => Instant = Date.now,
  dynamo: Pick<DynamoDBClient, 'send'> = openDynamo(),
) {
  const settings = readSettings(env);
  const sns = bounded(new SNSClient(BOUNDED_CALLS));
  const secret = { client: bounded(new SecretsManagerClient(BOUNDED_CALLS)), id: settings.secret };

  // One for each release and edition of its file: a source and a toggle service remember their keys for some minutes.
  const neighbours = new Map<string, Omit<Watch, 'release' | 'history' | 'memory'>>();
  const neighboursOf = (release: Release) => {
    const edition = JSON.stringify(release);
    const known = neighbours.get(edition) ?? {
      ...sourceOf(release, { env, secret }),
      toggles: toggleServiceOf(release, { env, secret }),
      sink: snsSink(sns, settings.topic, release),
      ...(settings.marks && { marks: snsMarks(sns, settings.marks) }),
    };
    neighbours.set(edition, known);
    return known;
  };
  // The days that were read, and what they gave: of the last release, since those of many are more than the memory.
  let last: { edition: string; history: History; memory: Memory } | undefined;
  const knownOf = (release: Release) => {
    const edition = JSON.stringify(release);
    if (last?.edition !== edition) {
      const history = dynamoHistory({
        client: dynamo,
        table: settings.table,
        release: release.name,
        classify: release,
        clock,
      });
      last = { edition, history, memory: newMemory() };
    }
    return last;
  };

  const roll = dynamoRoll(dynamo, settings.table);
  /** For the roll call, which tells people why runs fail; a table that takes nothing has its own alarm. */
  const noteFailure = ({ name }: Release, { message }: Error) =>
    roll.noteFailure(name, { at: clock(), reason: plain(message, 300) }).catch(() => {});

  return async (event: unknown, context?: Pick<Context, 'getRemainingTimeInMillis'>): Promise<RunReport> => {
    const now = clock();
    const { release: file, scheduledTime } = parseTick(event, now);
    const release = { ...file, ...(settings.home && { home: settings.home }) };
    const timeLeft = context ? context.getRemainingTimeInMillis() - RESERVE_MS : 240_000;
    const { history, memory } = knownOf(release);
    const newest = newestCounted(history, release);
    const watch = { release, ...neighboursOf(release), history: newest.history, memory };
    const report = await run(watch, scheduledTime, {
      signal: AbortSignal.timeout(Math.max(1, timeLeft)),
      clock: now,
    }).catch(async (error: Error) => {
      await noteFailure(release, error);
      throw error;
    });
    // Lambda sets the name of its function; nobody takes metrics elsewhere.
    const name = env.AWS_LAMBDA_FUNCTION_NAME;
    // A run that fails is the business of its retry, and of the alarm on failures.
    const metrics =
      name && !report.failure && !report.finished && metricsOf(name, { LagHours: newest.lagHours(report.hour) });
    log(logLine(release.name, report, { ...newest.pooled(report.hour), ...(metrics || {}) }));
    if (report.failure) {
      await noteFailure(release, report.failure);
      throw report.failure;
    }
    return report;
  };
}

const logLine = (
  release: string,
  {
    hour,
    recorded,
    revised,
    stillDue,
    takenBack,
    finished,
    entered,
    verdict,
    alert,
    failure,
    eventFailure,
    markFailure,
  }: RunReport,
  more: object,
) =>
  JSON.stringify({
    release,
    hour: hourText(hour),
    recorded,
    revised,
    stillDue,
    takenBack,
    finished,
    entered: entered && `${entered.stage} by ${entered.by}`,
    toggles: verdict.toggles && [verdict.toggles.standing, verdict.toggles.said].filter(Boolean).join(': '),
    recommendation: verdict.recommendation,
    reason: verdict.reason,
    alert: alert && `${alert.severity} ${alert.change}${alert.status === 'held' ? ', held back' : ''}`,
    failure: failure?.message,
    eventFailure,
    markFailure,
    ...more,
  });

let warm: ReturnType<typeof sampler> | undefined;
let warmRoll: ReturnType<typeof rollCaller> | undefined;

/**
 * What AWS Lambda calls, with a release or with the roll. It throws when the source failed, so that the invocation is red
 * and its retry tries again.
 */
export const handler = (event: unknown, context?: Context): Promise<RunReport | RollReport> => {
  if (isRollCall(event)) {
    warmRoll ??= rollCaller(process.env);
    return warmRoll(event);
  }
  warm ??= sampler(process.env);
  return warm(event, context);
};

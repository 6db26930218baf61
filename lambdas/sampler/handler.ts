import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Context } from 'aws-lambda';
import { snsSink } from '../../lib/alerts/sns';
import { hourText, type Instant } from '../../lib/domain/hour';
import { BOUNDED_CALLS, openDynamo } from '../../lib/history/client';
import { dynamoHistory } from '../../lib/history/dynamodb';
import type { Release } from '../../lib/release/schema';
import { type RunReport, run, type Watch } from '../../lib/run';
import { datadogSource } from '../../lib/sources/datadog';
import { secretKeys } from '../../lib/sources/datadog-keys';
import { parseTick } from './event';
import { metricsOf } from './metrics';
import { newestCounted } from './newest-counted';
import { readSettings } from './settings';

/** Time kept back at the end of an invocation to judge, alert and write. */
const RESERVE_MS = 60_000;

/** The sampler as one process uses it: clients are made once, each call is one hour's work for one release. */
export function sampler(
  env: NodeJS.ProcessEnv,
  // Not console.log: Lambda puts the time and more before its lines, and CloudWatch reads metrics from plain JSON only.
  log: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
  clock: () => Instant = Date.now,
) {
  const settings = readSettings(env);
  const dynamo = openDynamo();
  const sns = new SNSClient(BOUNDED_CALLS);
  const keys = secretKeys(new SecretsManagerClient(BOUNDED_CALLS), settings.secret);

  // One for each release and edition of its file: a history remembers the final snapshots that it has read.
  const watches = new Map<string, { watch: Watch; newest: ReturnType<typeof newestCounted> }>();
  const watchOf = (release: Release) => {
    const edition = JSON.stringify(release);
    const known = watches.get(edition);
    if (known) return known;
    const stored = dynamoHistory({ client: dynamo, table: settings.table, release: release.name, classify: release });
    const newest = newestCounted(stored, release);
    const watch = {
      release,
      source: datadogSource({
        datadog: release.datadog,
        keys: keys.get,
        forgetKeys: keys.forget,
        url: settings.datadogUrl,
      }),
      history: newest.history,
      sink: snsSink(sns, settings.topic, release),
    };
    const made = { watch, newest };
    watches.set(edition, made);
    return made;
  };

  return async (event: unknown, context?: Pick<Context, 'getRemainingTimeInMillis'>): Promise<RunReport> => {
    const { release, scheduledTime } = parseTick(event, clock());
    const timeLeft = context ? context.getRemainingTimeInMillis() - RESERVE_MS : 240_000;
    const { watch, newest } = watchOf(release);
    const report = await run(watch, scheduledTime, { signal: AbortSignal.timeout(Math.max(1, timeLeft)) });
    const line = { ...lineOf(release.name, report), ...newest.pooled(report.hour) };
    // Set by Lambda itself; nobody collects metrics elsewhere.
    const { AWS_LAMBDA_FUNCTION_NAME: name } = env;
    const metrics = name && metricsOf(name, { finished: !report.failure, lagHours: newest.lagHours(report.hour) });
    log(JSON.stringify({ ...line, ...(metrics || {}) }));
    if (report.failure) throw report.failure;
    return report;
  };
}

const lineOf = (release: string, { hour, recorded, revised, stillDue, verdict, alert, failure }: RunReport) => ({
  release,
  hour: hourText(hour),
  recorded,
  revised,
  stillDue,
  recommendation: verdict.recommendation,
  reason: verdict.reason,
  alert: alert && `${alert.severity} ${alert.change}`,
  failure: failure?.message,
});

let warm: ReturnType<typeof sampler> | undefined;

/** What AWS Lambda calls. It throws when the source failed, so that the invocation is red and its retry tries again. */
export const handler = (event: unknown, context?: Context): Promise<RunReport> => {
  warm ??= sampler(process.env);
  return warm(event, context);
};

import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Context } from 'aws-lambda';
import { snsSink } from '../../lib/alerts/sns';
import { hourText, type Instant } from '../../lib/domain/hour';
import { BOUNDED_CALLS, bounded, openDynamo } from '../../lib/history/client';
import { dynamoHistory } from '../../lib/history/dynamodb';
import type { Release } from '../../lib/release/schema';
import { type RunReport, run, type Watch } from '../../lib/run';
import { datadogSource } from '../../lib/sources/datadog';
import { secretKeys } from '../../lib/sources/datadog-keys';
import { parseTick } from './event';
import { readSettings } from './settings';

/** Time kept back at the end of an invocation to judge, alert and write. */
const RESERVE_MS = 60_000;

/** The sampler as one process uses it: clients are made once, each call is one hour's work for one release. */
export function sampler(
  env: NodeJS.ProcessEnv,
  log: (line: string) => void = console.log,
  clock: () => Instant = Date.now,
) {
  const settings = readSettings(env);
  const dynamo = openDynamo();
  const sns = bounded(new SNSClient(BOUNDED_CALLS));
  const keys = secretKeys(bounded(new SecretsManagerClient(BOUNDED_CALLS)), settings.secret);

  // One for each release and edition of its file: a history remembers the final snapshots that it has read.
  const watches = new Map<string, Watch>();
  const watchOf = (release: Release): Watch => {
    const edition = JSON.stringify(release);
    const watch = watches.get(edition) ?? {
      release,
      source: datadogSource({
        datadog: release.datadog,
        keys: keys.get,
        forgetKeys: keys.forget,
        url: settings.datadogUrl,
      }),
      history: dynamoHistory({
        client: dynamo,
        table: settings.table,
        release: release.name,
        classify: release,
        clock,
      }),
      sink: snsSink(sns, settings.topic, release),
    };
    watches.set(edition, watch);
    return watch;
  };

  return async (event: unknown, context?: Pick<Context, 'getRemainingTimeInMillis'>): Promise<RunReport> => {
    const { release, scheduledTime } = parseTick(event, clock());
    const timeLeft = context ? context.getRemainingTimeInMillis() - RESERVE_MS : 240_000;
    const report = await run(watchOf(release), scheduledTime, { signal: AbortSignal.timeout(Math.max(1, timeLeft)) });
    log(logLine(release.name, report));
    if (report.failure) throw report.failure;
    return report;
  };
}

const logLine = (release: string, { hour, recorded, revised, stillDue, verdict, alert, failure }: RunReport) =>
  JSON.stringify({
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

import { SNSClient } from '@aws-sdk/client-sns';
import type { Instant } from '../../lib/facts/hour';
import { BOUNDED_CALLS, bounded, openDynamo } from '../../lib/history/client';
import { dynamoHistory } from '../../lib/history/dynamodb';
import { dynamoRoll } from '../../lib/history/roll';
import { failingRunsOf } from '../../lib/messages/failing-runs';
import { goodbyeOf } from '../../lib/messages/goodbye';
import { publish } from '../../lib/messages/sns';
import { missedRuns, sayGoodbye, tellFailures } from '../../lib/roll-call';
import { parseRollTick } from './event';
import { metricsOf } from './metrics';
import { readSettings } from './settings';

/** What a roll call found. */
export interface RollReport {
  stack: string;
  releases: number;
  /** Settled hours without a verdict, by release; only of those that lack one. */
  missed: Record<string, number>;
  /** Releases that have left the stack, of which was told now. */
  left: readonly string[];
  /** Releases whose runs fail, of which was told now. */
  failing: readonly string[];
}

/** Snapshots are not read here, so nothing is classified. */
const NO_RULES = { excludedStatuses: [], errorStatuses: { from: 400, to: 599 } };

/** The roll call as one process uses it: each call looks after all releases of a stack. */
export function rollCaller(
  env: NodeJS.ProcessEnv,
  log: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
  clock: () => Instant = Date.now,
) {
  const { table, topic } = readSettings(env);
  const client = openDynamo();
  const sns = bounded(new SNSClient(BOUNDED_CALLS));
  const caller = {
    roll: dynamoRoll(client, table),
    historyOf: (release: string) => dynamoHistory({ client, table, release, classify: NO_RULES }),
  };

  return async (event: unknown): Promise<RollReport> => {
    const { rollCall: stack, scheduledTime } = parseRollTick(event, clock());
    const all = await missedRuns(stack, caller, scheduledTime);
    const missed = Object.fromEntries([...all].filter(([, hours]) => hours > 0));
    const name = env.AWS_LAMBDA_FUNCTION_NAME;
    const metrics = name && metricsOf(name, { MissedRuns: Math.max(0, ...all.values()) });
    // Before the goodbye, which may fail: who misses runs is told all the same.
    log(JSON.stringify({ rollCall: stack.stack, releases: all.size, missed, ...(metrics || {}) }));
    const left = await sayGoodbye(stack, caller, scheduledTime, (gone) =>
      publish(sns, topic, goodbyeOf(stack.stack, gone)),
    );
    if (left.length > 0) log(JSON.stringify({ rollCall: stack.stack, left }));
    const failing = await tellFailures(stack, caller.roll, scheduledTime, (some) =>
      publish(sns, topic, failingRunsOf(stack.stack, some)),
    );
    return { stack: stack.stack, releases: all.size, missed, left, failing };
  };
}

import { HOUR_MS } from '../../lib/facts/hour';
import type { RollEntry } from '../../lib/ports';
import { missedRuns } from '../../lib/roll-call';
import type { Metrics, Point } from './cloudwatch';
import { mulberry32 } from './golden-stream';
import { verdict } from './history-contract';

/** What is out of order, by the hour since the start and by the name of a release or {@link ROLL_CALL}; the rest works. */
export interface Faults {
  /** Schedules that are not there. */
  unscheduled?(hour: number, of: string): boolean;
  /** Schedules that cannot start the function. */
  refused?(hour: number, of: string): boolean;
  /** Runs that give their verdict and fail, at every attempt. */
  failing?(hour: number, of: string): boolean;
  /** Runs that end before they have a verdict, at every attempt. */
  cutOff?(hour: number, of: string): boolean;
  /** Hours for which the source has no data. */
  blind?(hour: number, of: string): boolean;
  /** Hours whose message one subscriber does not get at any try. */
  deaf?(hour: number): boolean;
  /** When somebody empties the queues. */
  emptiedAt?: number;
}

export const ROLL_CALL = 'RollCall';
/** The hour since 1970 in which it starts. */
const START = 490_000;
const ATTEMPTS = 3;

/**
 * The metrics of some days of a stack, as AWS and the sampler send them: runs at minute 20 and roll calls at minutes 5 and 45
 * that begin and last a little longer each time. Now and then an attempt fails and the next one succeeds, an event comes
 * twice or late, an hour's data is late, and a subscriber answers only at the second try. Idle queues say nothing.
 */
export async function daysOfRuns(days: number, releases: number, faults: Faults = {}): Promise<Metrics> {
  const hours = days * 24;
  const uniform = mulberry32(releases);
  const names = Array.from({ length: releases }, (_, index) => `release-${index}`);
  const metrics = new Map<string, Point[]>();
  const put = (metric: string, minute: number, value: number) => {
    const points = metrics.get(metric) ?? [];
    metrics.set(metric, points);
    if (minute < hours * 60) points.push({ minute: Math.floor(minute), value });
  };
  const arrived = new Map<string, number>();
  const toQueue = (queue: string, minute: number) => {
    put(`NumberOfMessagesSent ${queue}`, minute, 1);
    if (!arrived.has(queue)) arrived.set(queue, minute);
  };

  const verdicts = new Map<string, number>();
  const counted = new Map(names.map((name) => [name, -1]));
  const entries = new Map<string, RollEntry>();
  const caller = {
    roll: {
      entries: async () => [...entries.values()],
      write: async (next: RollEntry) => void entries.set(next.release, next),
    },
    historyOf: (name: string) => ({
      stages: async () => [],
      lastAlert: async () => undefined,
      lastVerdict: async () => (verdicts.has(name) ? verdict(verdicts.get(name)!) : undefined),
    }),
  };

  /** The attempts of an invocation; each says at its end whether it went well. */
  const invoke = async (hour: number, name: string, minute: number, attempt: (end: number) => Promise<boolean>) => {
    if (faults.unscheduled?.(hour, name)) return;
    if (faults.refused?.(hour, name)) return toQueue('SchedulesUndelivered', hour * 60 + minute + 10);
    const late = uniform() < 0.01 ? 10 * uniform() : 0;
    let now = hour * 60 + minute + late + 0.8 * uniform();
    for (let one = 1; one <= ATTEMPTS; one++) {
      now += 0.05 + uniform();
      if (await attempt(now)) return;
      now += one;
    }
    toQueue('SamplerFailed', now);
  };

  const callRoll = (hour: number, minute: number) =>
    invoke(hour, ROLL_CALL, minute, async (end) => {
      if (faults.cutOff?.(hour, ROLL_CALL)) return false;
      const now = (START + hour) * HOUR_MS + minute * 60_000;
      const missed = await missedRuns({ stack: 'Stagewatch', releases: names }, caller, now);
      put('MissedRuns SamplerFunction', end, Math.max(...missed.values()));
      return true;
    });
  const sample = (hour: number, name: string) =>
    invoke(hour, name, 20, async (end) => {
      if (faults.cutOff?.(hour, name)) return false;
      verdicts.set(name, START + hour - 1);
      if (faults.failing?.(hour, name) || uniform() < 0.005) return false;
      if (!faults.blind?.(hour, name)) counted.set(name, uniform() < 0.005 ? hour - 1 : hour);
      put('LagHours SamplerFunction', end, hour - counted.get(name)!);
      return true;
    });

  for (let hour = 0; hour < hours; hour++) {
    await callRoll(hour, 5);
    for (const name of names) {
      await sample(hour, name);
      if (uniform() < 0.01) await sample(hour, name);
    }
    await callRoll(hour, 45);
    const deaf = faults.deaf?.(hour);
    if (deaf || (hour % 24 === 13 && uniform() < 0.3))
      put('NumberOfNotificationsFailed AlertsTopic', hour * 60 + 21, 1);
    if (deaf) put('NumberOfNotificationsRedrivenToDlq AlertsTopic', hour * 60 + 23, 1);
  }
  for (const [queue, from] of arrived) {
    for (let minute = from; minute < (faults.emptiedAt ?? hours) * 60; minute += 5)
      put(`ApproximateAgeOfOldestMessage ${queue}`, minute, (minute - from) * 60);
  }
  return metrics;
}

import { setImmediate } from 'node:timers/promises';
import { SETTLE_MINUTES } from '../facts/due';
import { count } from '../facts/format';
import {
  HOURS_PER_WEEK,
  type Hour,
  hourFrom,
  hourOf,
  type Instant,
  instantText,
  newestSettledHour,
  startOf,
} from '../facts/hour';
import type { Snapshot } from '../facts/snapshot';
import { launchOf, type StageEvent } from '../facts/stage';
import { factsFrom } from '../judge/rollout';
import type { MetricSource } from '../ports';
import { plannedHours } from '../release/schedule';
import type { Release } from '../release/schema';
import { seriesOf } from '../release/series-of';
import { fileSourceOf } from '../sources/source-of';
import { type Io, UsageError } from './io';
import { environmentOf } from './live';
import { progressOn } from './progress';

/** Work that is done sooner stays silent. */
export const LONG_MS = 1000;

/** Lets Ctrl-C through. */
export async function breathe({ signal }: Io): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}

/** Counts that can be had of the hours [from, to). */
interface Counts {
  source: MetricSource;
  from: Hour;
  to: Hour;
}

export async function countsFromFile(release: Release, file: string, io: Io): Promise<Counts> {
  const progress = progressOn(io, 'reading', LONG_MS);
  try {
    const source = await fileSourceOf(release, file, { signal: io.signal, progress: progress.at });
    return { source, from: source.from, to: source.to };
  } finally {
    progress.stop();
  }
}

export function countsFromSource(release: Release, since: Instant, io: Io): Counts {
  const { source } = environmentOf(io.env, release, false);
  return { source, from: hourFrom(since), to: newestSettledHour(io.now(), SETTLE_MINUTES) + 1 };
}

/** Every replayed hour is judged by all hours since the launch: four times as many weeks take 16 times as long. */
const LONGEST_UNASKED = 8 * HOURS_PER_WEEK;

/** A wrong year in one row of a CSV must not fill the memory with hours that are unknown. */
const MOST_HOURS = 366 * 24;

/**
 * The hours to load: the baseline's, and those to replay.
 *
 * @throws UsageError when the counts do not reach as far as the options say
 */
export function rangeOf(
  release: Release,
  { from, to }: Counts,
  log: readonly StageEvent[],
  until: Instant | undefined,
) {
  const launch = launchOf(log)!;
  const planned = hourOf(log.at(-1)!.at) + Math.max(plannedHours(release), LONGEST_UNASKED);
  const end = Math.min(to, until === undefined ? planned : hourOf(until));
  const [first, last] = [instantText(startOf(from)), instantText(startOf(to))];
  const problems = log
    .filter(({ at }) => hourOf(at) >= end)
    .map(
      ({ at, stage }) =>
        `--stage ${stage} - got ${instantText(at)}, expected an hour before the end, ${instantText(startOf(end))}`,
    );
  if (hourOf(launch.at) < from)
    problems.push(
      `--stage ${launch.stage} - got ${instantText(launch.at)}, but the counts begin at ${first}; expected a launch after that`,
    );
  if (until !== undefined && hourOf(until) > to)
    problems.push(`--until - got ${instantText(until)}, but the counts end at ${last}; leave it out to go that far`);
  if (end - hourOf(launch.at) > MOST_HOURS)
    problems.push(
      `--until - got an end ${count(end - hourOf(launch.at))} hours after the launch, expected at most ${count(MOST_HOURS)}, a year; replay a part`,
    );
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return { from: Math.max(from, factsFrom(release, hourOf(launch.at))), to: end };
}

/** Samples asked for at once, but a day at least. */
const SAMPLES_AT_ONCE = 20_000;

/** Every hour of [from, to) of every series. */
export async function load(source: MetricSource, release: Release, { from, to }: { from: Hour; to: Hour }, io: Io) {
  const series = seriesOf(release);
  const snapshots = new Map(series.map(({ name }) => [name, new Map<Hour, Snapshot>()]));
  const step = Math.max(24, Math.min(168, Math.floor(SAMPLES_AT_ONCE / series.length)));
  const progress = progressOn(io, 'sampling', LONG_MS);
  try {
    for (let start = from; start < to; start += step) {
      const end = Math.min(start + step, to);
      for (const sample of await source.sample(series, start, end, io.signal))
        snapshots.get(sample.endpoint)!.set(sample.hour, { ...sample, revision: 1, final: true });
      progress.at(end - from, to - from);
      await breathe(io);
    }
    return snapshots;
  } finally {
    progress.stop();
  }
}

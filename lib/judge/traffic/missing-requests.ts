import type { CountRules } from '../../facts/counts';
import { count, percent, plural } from '../../facts/format';
import { HOURS_PER_WEEK, type Hour } from '../../facts/hour';
import type { Snapshot } from '../../facts/snapshot';
import { type Memories, noMemory } from '../../release/memory';
import type { Release } from '../../release/schema';
import type { Baseline } from '../../statistics/baseline';
import { openSince } from '../../statistics/hysteresis';
import { type Block, dayBlock, type Reference } from '../../statistics/traffic/day-block';
import { CLOCK_SHIFTS, type Least, leastBefore } from '../../statistics/traffic/least-before';
import { isShort, lowest, type Spread, spreadBefore } from '../../statistics/traffic/spread-before';
import { CLEAR_VERDICTS } from '../blindness';
import { type RequestsByHour, requestsByHour } from '../hour-counts';
import type { Rollout } from '../rollout';
import { measureOf } from './reference';

/** Fewer usual requests than this may be missing by chance. */
const MISSED_REQUESTS = 30;
/** Of what the smallest of the baseline's weeks had: holidays halve traffic, and this is far below half. */
const THIN_SHARE = 0.1;
/** From here on it is thinned out no more. */
const THIN_NO_MORE = 0.3;
/** The smallest number of usual requests from which their absence can be told. */
const TELLING_REQUESTS = MISSED_REQUESTS / (1 - THIN_SHARE);
/** Thinning out is over when so many hours say so. */
const BACK_HOURS = 6;
/** Most of the requests are gone: bars without and with a reference. Alone, they are below what a holiday leaves. */
const SOME_HOURS = { alone: 0.25, beside: 0.4, usual: 100, hours: 6 };
const A_DAY = { alone: 0.3, beside: 0.5 };
const A_DAY_BACK = { alone: 0.6, beside: 0.7 };

/** Requests of an endpoint are missing since an hour. */
export interface MissingRequests {
  since: Hour;
  reason: string;
}

/** An endpoint's requests, and what they are held against. */
export interface Volume {
  requests: RequestsByHour;
  /** How much the requests that were answered differ before the launch. */
  spread: Spread;
  /** Requests outside the release, with the same index. */
  reference?: Reference | undefined;
  /** Below this share of the usual they are missing whatever the release file says is meant; 1 where it says nothing. */
  meantFrom: number;
}

/** An endpoint's requests from `first` to `newest`, and how much the weeks before the launch differ in them. */
export function volumeOf(
  snapshots: ReadonlyMap<Hour, Snapshot>,
  rollout: Pick<Rollout, 'log' | 'launch'>,
  first: Hour,
  newest: Hour,
  rules: CountRules,
  {
    references = [],
    meantFrom = 1,
    memory = noMemory,
    hourMemory,
  }: { references?: readonly Reference[]; meantFrom?: number } & Memories = {},
): Volume {
  const requests = requestsByHour(snapshots, rollout, first, newest, rules, { memory, hourMemory });
  const launch = rollout.launch - first;
  const reference = measureOf(references, requests.answered, launch);
  const spread = memory(
    'spread',
    () => [requests.before, reference?.before ?? reference],
    () => spreadBefore(requests.answered, launch, reference),
  );
  return { requests, spread, reference, meantFrom };
}

/**
 * Whether requests of an endpoint are missing that are usual: none was counted for `blindAfter` hours; or less than a
 * tenth of the least that the baseline's weeks had; or most of them are gone for six hours or a day. Each stays so until
 * it is shown to be over. What is not counted is missing, too.
 */
export function silenceOf(
  release: Release,
  rollout: Rollout,
  volume: Volume,
  newest: Hour,
  baseline: Baseline | undefined,
): MissingRequests | undefined {
  const found = [
    goneSince(release, rollout, volume, newest, baseline),
    thinSince(release, rollout, volume, newest),
    fewerSince(release, rollout, volume, newest),
  ].filter((one) => one !== undefined);
  const [worst] = found;
  return worst && { ...worst, since: Math.min(...found.map(({ since }) => since)) };
}

/** The newest hours in a row without any request, where many are usual, or were before. */
function goneSince(
  release: Release,
  { from, launch }: Rollout,
  { requests: { first, answered, knownSince, leftOut, changed } }: Volume,
  newest: Hour,
  baseline: Baseline | undefined,
): MissingRequests | undefined {
  const seenIn = (hour: Hour, verdict: Hour) =>
    (knownSince.get(hour) ?? hour) <= verdict ? answered[hour - first] : undefined;
  const goneAt = (verdict: Hour): { since: Hour; hours: number; usual: number } | undefined => {
    const gone: Hour[] = [];
    for (let hour = verdict; hour >= from && !seenIn(hour, verdict); hour--)
      if (!leftOut.has(hour) && !changed.has(hour)) gone.push(hour);
    if (gone.length < release.alerts.blindAfter) return undefined;
    const since = gone.at(-1)!;
    const usual = baseline
      ? Math.min(...CLOCK_SHIFTS.map((shift) => usualIn(baseline, gone, shift - launch)))
      : usualSoFar(answered.slice(from - first, since - first), gone.length);
    return usual < MISSED_REQUESTS ? undefined : { since, hours: gone.length, usual };
  };
  const isClear = (verdict: Hour) =>
    Array.from({ length: CLEAR_VERDICTS }, (_, back) => verdict - back).every((one) => one < from || !goneAt(one));
  const opened = openSince(from, newest, (verdict) => goneAt(verdict) !== undefined, isClear);
  if (opened === undefined) return undefined;
  const now = goneAt(newest);
  return {
    since: goneAt(opened)!.since,
    reason: now
      ? `no request counted in the last ${plural(now.hours, 'hour')}, where about ${count(now.usual)} are usual; renamed, cut off, or not measured?`
      : `requests are counted again, after hours without any; that it is over takes ${plural(CLEAR_VERDICTS, 'hour')}`,
  };
}

/** Requests of some hours, each moved by `shift`, in the baseline's newest week and its repetitions from the launch on. */
function usualIn({ usual }: Baseline, hours: readonly Hour[], shift: number): number {
  return hours.reduce((sum, hour) => sum + usual[(hour + shift + HOURS_PER_WEEK) % HOURS_PER_WEEK]!.n, 0);
}

/** Without a baseline: what as many hours had before. */
function usualSoFar(before: readonly (number | undefined)[], hours: number): number {
  const known = before.filter((one) => one !== undefined);
  return known.length > 0 ? (hours * known.reduce((sum, one) => sum + one, 0)) / known.length : 0;
}

/**
 * Since when an endpoint is thinned out: in `blindAfter` hours it had less than a tenth of the least that the same hours
 * had in any of the baseline's weeks, and at least 30 requests less; until six hours have three tenths of it again. Hours
 * in which that cannot be told, at night or where some are not counted, neither begin nor end it.
 *
 * False alarms come of how weeks differ, not of chance: in simulations in 1 of 1,000 three-week rollouts (docs/judging/method.md).
 */
function thinSince(
  release: Release,
  { from, launch }: Rollout,
  { requests: { first, answered }, meantFrom }: Volume,
  newest: Hour,
): MissingRequests | undefined {
  const span = release.alerts.blindAfter;
  const share = Math.min(THIN_SHARE, meantFrom);
  const windows = new Map<Hour, Least | undefined>();
  /** The hours up to one, where they can tell something. */
  const until = (end: Hour): Least | undefined => {
    if (!windows.has(end)) {
      const found =
        end + 1 - span < from ? undefined : leastBefore(answered, end + 1 - span - first, span, launch - first);
      windows.set(end, found && found.least >= TELLING_REQUESTS ? found : undefined);
    }
    return windows.get(end);
  };
  const isThin = (end: Hour) => {
    const window = until(end);
    return window !== undefined && window.seen < share * window.least;
  };
  const isBack = (end: Hour) => {
    let isTold = false;
    for (let hour = end; hour > end - Math.max(1, BACK_HOURS + 1 - span); hour--) {
      const window = until(hour);
      if (window && window.seen < THIN_NO_MORE * window.least) return false;
      isTold ||= window !== undefined;
    }
    return isTold;
  };
  const opened = openSince(from, newest, isThin, isBack);
  if (opened === undefined) return undefined;
  const since = firstMissing(answered, opened + 1 - span, opened, launch, first, share);
  const now = until(newest);
  const what = isThin(newest) ? 'less than a tenth of the usual requests counted' : 'not shown yet that it is over';
  const seen = now
    ? ` (${count(now.seen)} in the last ${plural(span, 'hour')}, where ${count(now.least)} are usual at least)`
    : '';
  return {
    since,
    reason: `thinned out for ${plural(newest + 1 - since, 'hour')}: ${now ? what : 'less than a tenth of the usual requests counted'}${seen}; cut off in part, sent elsewhere, or measured in part?`,
  };
}

/** The first of these hours may still have been whole. */
function firstMissing(
  answered: RequestsByHour['answered'],
  from: Hour,
  to: Hour,
  launch: Hour,
  first: Hour,
  share: number,
): Hour {
  let since = from;
  while (since < to) {
    const hour = leastBefore(answered, since - first, 1, launch - first);
    if (!hour || hour.seen < share * hour.least) break;
    since++;
  }
  return since;
}

/** Since when most of the requests are gone, by six hours (or `blindAfter`) or by a day; until a day has them again. */
function fewerSince(
  release: Release,
  { from, launch }: Rollout,
  { requests: { first, answered }, spread, reference, meantFrom }: Volume,
  newest: Hour,
): MissingRequests | undefined {
  if (spread.days === 0) return undefined;
  const span = Math.max(SOME_HOURS.hours, release.alerts.blindAfter);
  const bar = (bars: { alone: number; beside: number }, share: number | undefined) =>
    Math.min(share === undefined ? bars.alone : bars.beside, meantFrom);
  const until = (verdict: Hour): Least | undefined => {
    const start = verdict + 1 - span;
    const found = start < from ? undefined : leastBefore(answered, start - first, span, launch - first, reference);
    return found && found.least >= SOME_HOURS.usual ? found : undefined;
  };
  const isFewLately = (verdict: Hour) => {
    const some = until(verdict);
    return some !== undefined && Math.max(some.seen / some.least, some.share ?? 0) < bar(SOME_HOURS, some.share);
  };
  const day = (verdict: Hour, shift = 0): Block | undefined =>
    verdict - 23 < from ? undefined : dayBlock(answered, verdict - 23 - first, launch - first, reference, shift);
  const isFewInDay = (verdict: Hour) =>
    CLOCK_SHIFTS.every((shift) => {
      const block = day(verdict, shift);
      return block && lowest([block], spread, 'day') < bar(A_DAY, block.share) && isShort([block], spread);
    });
  const isBack = (verdict: Hour) => {
    const block = day(verdict);
    return block !== undefined && lowest([block], spread, 'day') >= bar(A_DAY_BACK, block.share);
  };
  const opened = openSince(from, newest, (verdict) => isFewLately(verdict) || isFewInDay(verdict), isBack);
  if (opened === undefined) return undefined;
  const start = isFewLately(opened) ? opened + 1 - span : opened - 23;
  const since = firstMissing(answered, start, opened, launch, first, SOME_HOURS.beside);
  const [block, some] = [day(newest), until(newest)];
  const now = some
    ? ` (${count(some.seen)} in the last ${plural(span, 'hour')}, where ${count(some.least)} are usual at least)`
    : block
      ? ` (${count(block.seen)} in the last 24 hours, ${percent(block.own)} of the usual)`
      : '';
  return {
    since,
    reason: `most of the usual requests are missing for ${plural(newest + 1 - since, 'hour')}${now}; cut off in part, sent elsewhere, or measured in part?`,
  };
}

import { tallyOf } from '../facts/counts';
import { count, plural } from '../facts/format';
import { HOURS_PER_WEEK, type Hour } from '../facts/hour';
import { scopeName } from '../facts/series';
import type { Snapshot, Snapshots } from '../facts/snapshot';
import type { Tally } from '../facts/window';
import { tallyWindow } from '../facts/window';
import type { Release } from '../release/schema';
import type { Baseline } from '../statistics/baseline';
import type { Rollout } from './rollout';
import type { Verdict } from './verdict';

/** Fewer usual requests than this may be missing by chance. */
const MISSED_REQUESTS = 30;
/** Of what the smallest of the baseline's weeks had: holidays halve traffic, and this is far below half. */
const THIN_SHARE = 0.1;
/** The smallest number of usual requests from which their absence can be told. */
const TELLING_REQUESTS = MISSED_REQUESTS / (1 - THIN_SHARE);
/** The clocks may have changed since the baseline: what is usual an hour earlier or later is usual, too. */
const CLOCK_SHIFTS = [0, -1, 1];
/** A quiet night tells nothing, and neither does a quiet weekend; beyond a week it is no use to look further back. */
const UNTELLING_HOURS = HOURS_PER_WEEK;

/** Requests of an endpoint are missing since an hour. */
export interface MissingRequests {
  since: Hour;
  reason: string;
}

/**
 * How long the newest hours have been without data: an hour counts when it is unknown for every endpoint. It looks back
 * to the launch, or to the first hour that was ever sampled.
 */
export function blindness(release: Release, snapshots: Snapshots, newest: Hour, launch: Hour): Verdict['blind'] {
  // The scope may be counted while no endpoint is, which then are no less unknown.
  const known = [...snapshots].filter(([name]) => name !== scopeName).map(([, byHour]) => byHour);
  let horizon = Math.min(newest, launch);
  for (const byHour of known) for (const hour of byHour.keys()) horizon = Math.min(horizon, hour);
  let since = newest + 1;
  while (since > horizon && !known.some((byHour) => byHour.get(since - 1)?.kind === 'counted')) since--;
  const hours = newest + 1 - since;
  if (hours < release.alerts.blindAfter) return undefined;
  const seen = known.map((byHour) => byHour.get(newest)).find((snapshot) => snapshot?.kind === 'unknown');
  return {
    since,
    hours,
    reason:
      seen?.kind === 'unknown' ? seen.reason : 'nothing was recorded: no run, or no answer from the metric source',
  };
}

/**
 * Whether the newest hours of an endpoint lack requests that are usual: none was counted for `blindAfter` hours, or
 * less than a tenth of the least that the baseline's weeks had. What is not counted is missing, too.
 */
export function silenceOf(
  release: Release,
  rollout: Rollout,
  snapshots: ReadonlyMap<Hour, Snapshot>,
  newest: Hour,
  baseline: Baseline | undefined,
): MissingRequests | undefined {
  const gone = goneSince(release, rollout, snapshots, newest, baseline);
  const thin = baseline && thinSince(release, rollout, snapshots, newest, baseline);
  if (!gone) return thin;
  return { ...gone, since: Math.min(gone.since, thin?.since ?? gone.since) };
}

type Requests = (hour: Hour) => number | undefined;

/** Requests of an hour, added up once; undefined when it is not counted. */
function requestsOf(release: Release, snapshots: ReadonlyMap<Hour, Snapshot>): Requests {
  const known = new Map<Hour, number | undefined>();
  return (hour) => {
    if (known.has(hour)) return known.get(hour);
    const snapshot = snapshots.get(hour);
    const requests = snapshot?.kind === 'counted' ? tallyOf(snapshot.counts, release).requests : undefined;
    known.set(hour, requests);
    return requests;
  };
}

/** The newest hours in a row without any counted request, where many are usual, or were before. */
function goneSince(
  release: Release,
  { from, launch }: Rollout,
  snapshots: ReadonlyMap<Hour, Snapshot>,
  newest: Hour,
  baseline: Baseline | undefined,
): MissingRequests | undefined {
  const requestsIn = requestsOf(release, snapshots);
  let since = newest + 1;
  while (since > from && !requestsIn(since - 1)) since--;
  const hours = newest + 1 - since;
  if (hours < release.alerts.blindAfter) return undefined;
  const usual = baseline
    ? Math.min(...CLOCK_SHIFTS.map((shift) => usualIn(baseline, since - launch + shift, hours)))
    : usualSoFar(tallyWindow(snapshots, { from, to: since }, release, new Set()), hours);
  if (usual < MISSED_REQUESTS) return undefined;
  return {
    since,
    reason: `no request counted in the last ${plural(hours, 'hour')}, where about ${count(usual)} are usual; renamed, cut off, or not measured?`,
  };
}

/** Requests of so many hours of the baseline's newest week and its repetitions, from an hour after the launch's on. */
const usualIn = ({ usual }: Baseline, first: number, hours: number) =>
  Array.from({ length: hours }, (_, index) => usual[(first + index + HOURS_PER_WEEK) % HOURS_PER_WEEK]!.n).reduce(
    (sum, n) => sum + n,
  );

/** Without a baseline: what as many hours had before. */
const usualSoFar = ({ requests, counted }: Tally, hours: number) => (counted > 0 ? (hours * requests) / counted : 0);

/**
 * Since when an endpoint is thinned out: in each `blindAfter` hours it had less than a tenth of the least that the same
 * hours had in any of the baseline's weeks, and at least 30 requests less. Hours in which that cannot be told, at night or
 * where some are not counted, neither begin nor end it. Below two whole weeks of such hours nothing is told.
 *
 * False alarms come of how weeks differ, not of chance: in simulations in 1 of 1,000 three-week rollouts (docs/judging.md).
 */
function thinSince(
  release: Release,
  { from, launch }: Rollout,
  snapshots: ReadonlyMap<Hour, Snapshot>,
  newest: Hour,
  { weeks }: Baseline,
): MissingRequests | undefined {
  const span = release.alerts.blindAfter;
  const requestsIn = requestsOf(release, snapshots);
  const seenIn = (first: Hour) => sumOf(requestsIn, first, span);
  const leastIn = (first: Hour, hours = span) => leastUsual(requestsIn, first, hours, launch, weeks);
  let since: Hour | undefined;
  let untelling = 0;
  for (let first = newest + 1 - span; first >= from && untelling < UNTELLING_HOURS; first--) {
    const seen = seenIn(first);
    const least = leastIn(first);
    const telling = seen !== undefined && least !== undefined && least >= TELLING_REQUESTS;
    untelling = telling ? 0 : untelling + 1;
    if (!telling) continue;
    if (seen >= THIN_SHARE * least) break;
    since = first;
  }
  if (since === undefined) return undefined;
  // The first of these hours may still have been whole.
  const last = since + span - 1;
  while (since < last && requestsIn(since)! >= THIN_SHARE * (leastIn(since, 1) ?? 0)) since++;
  const [seen, least] = [seenIn(newest + 1 - span), leastIn(newest + 1 - span)];
  const now =
    seen === undefined || least === undefined
      ? ''
      : ` (${count(seen)} in the last ${plural(span, 'hour')}, where ${count(least)} are usual at least)`;
  return {
    since,
    reason: `thinned out for ${plural(newest + 1 - since, 'hour')}: less than a tenth of the usual requests counted${now}; cut off in part, sent elsewhere, or measured in part?`,
  };
}

/** Requests of the hours [first, first + hours); undefined when one of them is not counted. */
function sumOf(requestsIn: Requests, first: Hour, hours: number): number | undefined {
  let sum = 0;
  for (let hour = first; hour < first + hours; hour++) {
    const requests = requestsIn(hour);
    if (requests === undefined) return undefined;
    sum += requests;
  }
  return sum;
}

/** The least that any of the baseline's weeks had in the same hours of the week, or an hour beside; undefined below two weeks. */
function leastUsual(requestsIn: Requests, first: Hour, hours: number, launch: Hour, weeks: number): number | undefined {
  const offset = (first - launch) % HOURS_PER_WEEK;
  const sums: number[] = [];
  let whole = 0;
  for (let week = 1; week <= weeks; week++) {
    for (const shift of CLOCK_SHIFTS) {
      const start = launch - week * HOURS_PER_WEEK + offset + shift;
      // The hours at the end of the newest week are followed by the launch, and those at the start of the oldest by nothing.
      const sum = start + hours > launch ? undefined : sumOf(requestsIn, start, hours);
      if (sum !== undefined) sums.push(sum);
      if (sum !== undefined && shift === 0) whole++;
    }
  }
  return whole >= 2 ? Math.min(...sums) : undefined;
}

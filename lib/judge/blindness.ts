import { SETTLE_MINUTES } from '../facts/due';
import { plural } from '../facts/format';
import { type Hour, newestSettledHour } from '../facts/hour';
import { isBeside } from '../facts/series';
import type { Snapshot, Snapshots } from '../facts/snapshot';
import type { Release } from '../release/schema';
import { openSince } from '../statistics/hysteresis';
import type { Verdict } from './verdict';

/** What comes and goes by lag is over after so many verdicts in a row without it. */
export const CLEAR_VERDICTS = 6;

/** Whether an hour's snapshot was counted when `verdict` was given, also if it does not count; one that was filled later was not. */
const isCountedAt = (snapshot: Snapshot | undefined, verdict: Hour): boolean =>
  snapshot !== undefined &&
  (snapshot.kind === 'counted' || snapshot.leftOut?.heard === true) &&
  (snapshot.filledAt === undefined || newestSettledHour(snapshot.filledAt, SETTLE_MINUTES) <= verdict);

/**
 * Since when the release has been without data: an hour counts when it was unknown for every endpoint. It begins with
 * `blindAfter` such hours at the end, and ends after six verdicts in a row without that: a source that is late is one
 * blindness, however its hours come in. It looks back to the launch, or to the first hour that was ever sampled.
 */
export function blindness(release: Release, snapshots: Snapshots, newest: Hour, launch: Hour): Verdict['blind'] {
  // The scope may be counted while no endpoint is, which then are no less unknown; classes may be unknown while all are.
  const known = [...snapshots].filter(([name]) => !isBeside(name)).map(([, byHour]) => byHour);
  const { blindAfter } = release.alerts;
  const isDark = (hour: Hour, verdict: Hour) => !known.some((byHour) => isCountedAt(byHour.get(hour), verdict));
  const lately = (verdict: Hour) => Array.from({ length: CLEAR_VERDICTS }, (_, back) => verdict - back);
  // So it is in nearly every hour, and to look for the first hour of all series takes long.
  if (lately(newest).every((verdict) => !isDark(verdict, verdict))) return undefined;

  let horizon = Math.min(newest, launch);
  for (const byHour of known) for (const hour of byHour.keys()) horizon = Math.min(horizon, hour);
  const isLeftOut = (hour: Hour) => known.some((byHour) => byHour.get(hour)?.leftOut);
  const isBlind = (verdict: Hour) => {
    let dark = 0;
    for (let hour = verdict; dark < blindAfter && hour >= horizon && isDark(hour, verdict); hour--)
      if (!isLeftOut(hour)) dark++;
    return dark === blindAfter;
  };
  const isClear = (verdict: Hour) => lately(verdict).every((one) => !isBlind(one));
  const opened = openSince(horizon, newest, isBlind, isClear);
  if (opened === undefined) return undefined;

  let since = opened + 1 - blindAfter;
  while (since > horizon && isDark(since - 1, opened)) since--;
  const hours = newest + 1 - since;
  let clear = since - 1;
  while (clear >= horizon && !isClear(clear)) clear--;
  const begun = { since, hours, ...(clear >= horizon && { overSince: clear }) };
  if (!isDark(newest, newest)) {
    const from = Array.from({ length: newest - since }, (_, back) => newest - 1 - back).find((one) =>
      isDark(one, newest),
    );
    const back = from === undefined ? hours : newest - from;
    return { ...begun, reason: `data came back, ${plural(back, 'hour')} in a row so far; it may only be late` };
  }
  const seen = known.map((byHour) => byHour.get(newest)).find((snapshot) => snapshot?.kind === 'unknown');
  return {
    ...begun,
    reason:
      seen?.kind === 'unknown' ? seen.reason : 'nothing was recorded: no run, or no answer from the metric source',
  };
}

import { type NoPastPages, type PastPages, pastPages } from '../backtest/past-pages';
import { count, lasting, percent, plural } from '../facts/format';
import { HOURS_PER_WEEK, type Hour } from '../facts/hour';
import type { Sample, Snapshot } from '../facts/snapshot';
import { CRITERION_TEXT } from '../judge/verdict';
import type { Release } from '../release/schema';
import { type Check, ok, skipped } from './check';

/** How often each endpoint would have paged in the weeks that are known: for whoever chooses criteria, and no fault. */
export function pastChecks(release: Release, samples: readonly Sample[], to: Hour): Check[] {
  const snapshots = new Map<string, Map<Hour, Snapshot>>();
  for (const sample of samples) {
    const known = snapshots.get(sample.endpoint) ?? new Map<Hour, Snapshot>();
    snapshots.set(sample.endpoint, known.set(sample.hour, { ...sample, revision: 1, final: true }));
  }
  return pastPages(release, snapshots, to).map(checkOf);
}

function checkOf(past: PastPages | NoPastPages): Check {
  if ('why' in past) return skipped('past', `${past.endpoint}: ${past.why}`);
  const { endpoint, from, to, uncounted, broken, lowestLimit, quarterLimit, hoursCounted } = past;
  if (uncounted === to - from)
    return skipped('past', `${endpoint}: nothing is known of the weeks after its first four`);
  const times = broken.reduce((sum, one) => sum + one.times, 0);
  const paged = broken
    .filter((one) => one.times > 0)
    .map((one) => `${count(one.times)} not ${CRITERION_TEXT[one.criterion]}`);
  const weeks = `${plural(Math.floor((to - from) / HOURS_PER_WEEK), 'week')}${uncounted > 0 ? `, of which ${lasting(uncounted)} ${uncounted === 1 ? 'is' : 'are'} unknown or left out` : ''}`;
  const said = times === 0 ? 'no page' : `${plural(times, 'page')} (${paged.join(', ')})`;
  const limit = lowestLimit === undefined ? '' : `; the lowest limit without a page is ${percent(lowestLimit)}`;
  const once =
    quarterLimit === undefined ? '' : `; the limit that pages once a quarter would be ${percent(quarterLimit)}`;
  const hourly =
    hoursCounted === undefined
      ? ''
      : `; alarm: hourly counts ${hoursCounted === 0 ? 'none' : count(hoursCounted)} of these hours by their requests`;
  return ok(
    'past',
    `${endpoint}: these criteria would have meant ${said} in the last ${weeks}${limit}${once}${hourly}`,
  );
}

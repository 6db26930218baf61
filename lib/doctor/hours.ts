import { SETTLE_MINUTES } from '../facts/due';
import { lasting, plural } from '../facts/format';
import { HOUR_MS, HOURS_PER_WEEK, type Hour, hourText, type Instant, startOf } from '../facts/hour';
import type { Sample } from '../facts/snapshot';
import { type Check, ok, wrong } from './check';

/**
 * What the samples of [from, to) say, as a run gets them: whether four weeks of baseline can be had, and whether the
 * newest settled hour has data.
 */
export function hourChecks(samples: readonly Sample[], from: Hour, to: Hour, now: Instant): Check[] {
  const counted = new Set(samples.filter(({ kind }) => kind === 'counted').map(({ hour }) => hour));
  const newest = [...counted].reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const why = samples.findLast((sample) => sample.kind === 'unknown' && sample.hour === to - 1);
  const minutes = Math.round((now - startOf(to)) / 60_000);
  return [
    // Else the source would have given none of them.
    ok('spacing', `the points of all ${plural(to - from, 'hour')} are one hour each`),
    counted.size >= HOURS_PER_WEEK
      ? ok(
          'baseline',
          `the scope has data in ${counted.size} of the last ${plural(to - from, 'hour')}; series say it of each endpoint`,
        )
      : wrong(
          'baseline',
          `baseline - got data in ${counted.size} of the last ${plural(to - from, 'hour')}, expected ${HOURS_PER_WEEK} at least; wait for more, or judge with "below" only`,
        ),
    newest === to - 1
      ? ok('lateness', `the hour that ended ${minutes} minutes ago has its data; ${SETTLE_MINUTES} minutes are enough`)
      : wrong(
          'lateness',
          counted.size === 0
            ? 'lateness - got no hour with data, expected the newest settled one; see traffic'
            : `lateness - got nothing newer than ${hourText(newest)}, expected ${hourText(to - 1)}: data is ${lasting((now - startOf(newest + 1)) / HOUR_MS)} late${why?.kind === 'unknown' ? ` (${why.reason})` : ''}; see "Blind" in docs/runbook.md`,
        ),
  ];
}

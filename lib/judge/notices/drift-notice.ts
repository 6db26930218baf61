import { percent, plural, rateOf } from '../../facts/format';
import { HOURS_PER_WEEK, startOf } from '../../facts/hour';
import { localTime } from '../../facts/local-time';
import type { Pooled } from '../../facts/window';
import { criterionOf, limitOf } from '../../release/criteria';
import { pool } from '../../statistics/hour-count';
import { toleratedLevels } from '../../statistics/spread';
import { notSureYet } from '../below-limit';
import type { Case } from '../case';
import { baselineAbove } from '../evidence';
import type { Notice } from '../verdict';

/** A day's line about an endpoint that runs above its baseline without being broken. */
export function driftNotice(endpoint: string, about: Case): Notice {
  const { newest, course, release } = about;
  const week = course.hours.slice(-HOURS_PER_WEEK);
  const { date } = localTime(startOf(newest + 1), release.timeZone);
  const { text, waits } = driftText(about, pool(week), `in the last ${plural(week.length, 'hour')}`);
  return {
    key: `drift/${endpoint}/${date}`,
    kind: 'drift',
    endpoint,
    text: `${endpoint} ${text}`,
    ...(waits && { waits }),
  };
}

/** What a rate above the baseline means: nothing is called tolerated that is not, and only what is can wait. */
function driftText(about: Case, pooled: Pooled, when: string): { text: string; waits?: true } {
  const { endpoint, release, course } = about;
  const baseline = course.baseline!;
  const rate = pooled.errors / pooled.requests;
  const said = `${rateOf(pooled)} ${when}`;
  const theta = limitOf(release, endpoint);
  const limit = criterionOf(endpoint, 'below') ? 'its limit' : 'the release ceiling';
  if (rate > theta && !baselineAbove(baseline, theta)) {
    return { text: `is above ${limit} of ${percent(theta)}: ${said}; ${notSureYet(about, theta)}` };
  }
  const consistent = criterionOf(endpoint, 'consistentWithBaseline');
  if (!consistent)
    return {
      text: `runs above its baseline of ${percent(baseline.p0)}: ${said}; ${limit} is ${percent(theta)}`,
      waits: true,
    };
  const { before } = toleratedLevels(baseline, consistent.consistentWithBaseline, theta);
  return rate > before
    ? { text: `is above what is tolerated over its baseline, ${percent(before)}: ${said}; not sure yet` }
    : {
        text: `runs a little above its baseline of ${percent(baseline.p0)}: ${said}; up to ${percent(before)} is tolerated`,
        waits: true,
      };
}

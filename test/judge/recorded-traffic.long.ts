import { HOURS_PER_WEEK, type Hour } from '../../lib/facts/hour';
import type { Snapshot } from '../../lib/facts/snapshot';
import { limitBreaches } from '../../lib/judge/breaches/limit-breaches';
import { casesOf } from '../../lib/judge/case';
import { consistentEvidence, limitEvidence } from '../../lib/judge/evidence';
import { rolloutOf } from '../../lib/judge/rollout';
import { criterionOf } from '../../lib/release/criteria';
import type { Episode } from '../../lib/statistics/regression';
import { rolloutFrom } from '../../scripts/bench/visits';
import recordedRates from '../golden/recorded/rates.json';
import recordedRequests from '../golden/recorded/requests.json';
import { byStatus } from '../worlds/by-status';
import { entered } from '../worlds/moments';
import { CONSISTENT, releaseWith } from '../worlds/rollout-facts';

const DAY = 24;
const PER_HOUR = 1000;
const CEILING = 0.05;
const release = releaseWith([CONSISTENT]);

/** Recorded crash rates as the errors of an endpoint of 1,000 requests an hour, in a release four weeks after the first hour. */
function judged({ from: first, perMillion, labelled }: (typeof recordedRates)[number]) {
  const start: Hour = Date.parse(first) / 3_600_000;
  const from = start + 4 * HOURS_PER_WEEK;
  const snapshots = new Map<Hour, Snapshot>();
  perMillion.forEach((rate, index) => {
    if (rate === null) return;
    const errors = Math.min(PER_HOUR, Math.round((rate * PER_HOUR) / 1e6));
    const counts = byStatus({ 200: PER_HOUR - errors, 500: errors });
    const hour = start + index;
    snapshots.set(hour, { endpoint: '#show', hour, kind: 'counted', counts, revision: 1, final: true });
  });
  const newest = start + perMillion.length - 1;
  const rollout = rolloutOf([entered(from, 'C', 1)])!;
  const about = casesOf(release, rollout, new Map([['#show', snapshots]]), newest)[0]!;
  const criterion = criterionOf(release.endpoints[0]!, 'consistentWithBaseline')!;
  const anomalies = labelled.map((index) => index - (from - start));
  return {
    hours: about.course.hours,
    inconsistent: consistentEvidence(about, about.course.baseline!, criterion, CEILING).episodes,
    aboveCeiling: limitBreaches(about, CEILING, limitEvidence(about, CEILING)),
    /** Whether an hour that people marked lies in an episode, or in the day before it was told. */
    isAnomaly: ({ from: told, to = newest }: Episode) => anomalies.some((at) => at >= told - DAY && at <= to),
  };
}

describe('traffic that was recorded', () => {
  it.each(recordedRates.map((one) => [one.name, one] as const))(
    'error rates of %s are told only where people saw an anomaly, or the limit was broken',
    (_name, recorded) => {
      const { hours, inconsistent, aboveCeiling, isAnomaly } = judged(recorded);
      expect(inconsistent.filter((one) => !isAnomaly(one))).toEqual([]);
      const isBroken = ({ risingFrom, from }: (typeof aboveCeiling)[number]) => {
        const rising = hours.slice(risingFrom, from + 1);
        return rising.reduce((sum, { x }) => sum + x, 0) > CEILING * rising.reduce((sum, { n }) => sum + n, 0);
      };
      expect(aboveCeiling.filter((one) => !isAnomaly(one) && !isBroken(one))).toEqual([]);
    },
  );

  it('is told in at least four of the nine', () => {
    const told = recordedRates
      .map((one) => judged(one))
      .filter(({ inconsistent, aboveCeiling }) => inconsistent.length + aboveCeiling.length > 0);
    expect(told.length).toBeGreaterThanOrEqual(4);
  });

  it('requests of a shop hold and page nobody in three weeks, from whichever day of eight months on', () => {
    const series = recordedRequests.hundreds.map((hundreds) => (hundreds === null ? undefined : 100 * hundreds));
    const launches = Array.from(
      { length: Math.floor((series.length - 7 * HOURS_PER_WEEK) / DAY) + 1 },
      (_, day) => 4 * HOURS_PER_WEEK + day * DAY,
    );
    expect(launches).toHaveLength(210);
    const told = launches.map((at) => ({ at, ...rolloutFrom(series, at) }));
    expect(told.filter(({ held, pages }) => held.length > 0 || pages > 0)).toEqual([]);
    // Sales doubled it in some weeks, which is told and pages nobody.
    expect(new Set(told.flatMap(({ notices }) => notices))).toEqual(new Set(['more']));
  });
});

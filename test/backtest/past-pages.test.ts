import { pastPages } from '../../lib/backtest/past-pages';
import type { Hour } from '../../lib/facts/hour';
import type { Snapshot } from '../../lib/facts/snapshot';
import { byStatus } from '../worlds/by-status';
import { LAUNCH } from '../worlds/moments';
import { around, BELOW, CONSISTENT, type HourFact, hoursOf, releaseWith } from '../worlds/rollout-facts';

const WEEK = 168;
const FIRST = LAUNCH;
const TO = FIRST + 12 * WEEK;
const both = releaseWith([CONSISTENT, BELOW]);

/** #show from `first` on: 1,000 requests an hour of which 1.2 % fail, but for what `factOf` says by the hour since then. */
const seen = (factOf: (since: number) => HourFact = () => undefined, first = FIRST, to = TO) =>
  hoursOf(first, to, (at) => factOf(at - first) ?? around(0.012)(at));
const past = (known = seen(), release = both, to = TO) => pastPages(release, new Map([['#show', known]]), to)[0]!;

test('quiet weeks page nobody, and say how low a limit might have been', () => {
  expect(past()).toEqual({
    endpoint: '#show',
    from: FIRST + 4 * WEEK,
    to: TO,
    uncounted: 0,
    broken: [
      { criterion: 'consistentWithBaseline', times: 0 },
      { criterion: 'below', times: 0 },
    ],
    lowestLimit: expect.any(Number),
    quarterLimit: expect.any(Number),
  });
  // The rate is 1.2 %.
  const { lowestLimit } = past() as { lowestLimit: number };
  expect(lowestLimit).toBeGreaterThan(0.0115);
  expect(lowestLimit).toBeLessThan(0.016);
});

test('the lowest limit would not have paged, and the next lower one would have', () => {
  const outage = seen((since) => (since >= 6 * WEEK && since < 6 * WEEK + 3 ? [1000, 80] : undefined));
  const at = (below: number) => past(outage, releaseWith([{ ...BELOW, below }]));
  expect(at(0.05)).toMatchObject({ broken: [{ criterion: 'below', times: 1 }], lowestLimit: expect.any(Number) });
  const { lowestLimit } = at(0.05) as { lowestLimit: number };
  expect(at(lowestLimit)).toMatchObject({ broken: [{ criterion: 'below', times: 0 }] });
  expect(at(lowestLimit - 0.001)).toMatchObject({ broken: [{ criterion: 'below', times: 1 }] });
});

test('a limit that pages once a quarter is told by all twelve weeks', () => {
  const outages = (...percents: [week: number, percent: number, hours?: number][]) =>
    seen((since) => {
      const found = percents.find(([week, , hours = 3]) => since >= week * WEEK && since < week * WEEK + hours);
      return found && [1000, 10 * found[1]];
    });
  const limitOf = (known: ReturnType<typeof seen>) => (past(known) as { quarterLimit?: number }).quarterLimit;
  // One outage is the one page, however low the limit; of two the smaller one must not page.
  expect(limitOf(outages([6, 8]))).toBeLessThan(0.016);
  expect(limitOf(outages([6, 8], [9, 4]))).toBeGreaterThan(0.025);
  expect(limitOf(outages([6, 8], [9, 4]))).toBeLessThan(0.04);
  // So it is where the smaller one lies in the weeks that are no more than a baseline for the rest.
  expect(limitOf(outages([6, 8], [2, 4]))).toBeGreaterThan(0.025);
  // Both looks at requests without a status see an outage, which is one page.
  const seenTwice = outages([6, 8]);
  for (const [hour, one] of seenTwice)
    if (one.kind === 'counted') seenTwice.set(hour, { ...one, counts: new Map([...one.counts, ['N/A', 1]]) });
  expect(limitOf(seenTwice)).toBeLessThan(0.016);
  // What stays broken is told again each day.
  expect(limitOf(outages([6, 8, 400]))).toBeGreaterThan(0.05);
  // Too little is known of a quarter.
  expect(limitOf(seen(undefined, FIRST + WEEK + 1))).toBeUndefined();
  expect(limitOf(seen((since) => (since > 5 * WEEK && since < 6 * WEEK + 2 ? 'unknown' : undefined)))).toBeUndefined();
  expect(past(seen(), releaseWith([CONSISTENT]))).not.toHaveProperty('quarterLimit');
});

test('a bad week is a page of the comparison, and says no limit to an endpoint that has none of its own', () => {
  const bad = seen((since) => (Math.floor(since / WEEK) === 7 ? [1000, 40] : undefined));
  expect(past(bad, releaseWith([CONSISTENT]))).toMatchObject({
    broken: [
      { criterion: 'consistentWithBaseline', times: 1 },
      { criterion: 'ceiling', times: 0 },
    ],
  });
  expect(past(bad, releaseWith([CONSISTENT]))).not.toHaveProperty('lowestLimit');
});

test('unknown hours are said, and hours that the release file leaves out with them', () => {
  const blind = seen((since) => (since >= 5 * WEEK && since < 7 * WEEK ? 'unknown' : undefined));
  blind.delete(TO - 1);
  expect(past(blind)).toMatchObject({ uncounted: 2 * WEEK + 1 });
  const exclude = [
    { from: (FIRST + 8 * WEEK) * 3_600_000, to: (FIRST + 8 * WEEK + 24) * 3_600_000, reason: 'incident' },
  ];
  const outage = seen((since) => (since >= 8 * WEEK && since < 8 * WEEK + 24 ? [1000, 400] : undefined));
  expect(past(outage)).toMatchObject({ uncounted: 0, broken: [{ times: 1 }, { times: 1 }] });
  expect(past(outage, { ...both, exclude })).toMatchObject({ uncounted: 24, broken: [{ times: 0 }, { times: 0 }] });
});

test('an endpoint is judged from four weeks after its own first request on, and only with a week to judge', () => {
  const born = (weeks: number, hours = 0) => past(seen(undefined, TO - weeks * WEEK + hours));
  expect(born(6)).toMatchObject({ from: TO - 2 * WEEK, to: TO, broken: [{ times: 0 }, { times: 0 }] });
  expect(born(5)).toMatchObject({ from: TO - WEEK });
  expect(born(5, 1)).toEqual({ endpoint: '#show', why: expect.stringContaining('known for 839 hours') });
  const late = hoursOf(FIRST, TO, (at): HourFact => (at < TO - 6 * WEEK ? [0, 0] : around(0.012)(at)));
  expect(past(late)).toMatchObject({ from: TO - 2 * WEEK });
});

test('nothing is told of an endpoint without a request', () => {
  for (const known of [new Map(), seen(() => 'unknown'), seen(() => [0, 0])])
    expect(past(known as ReturnType<typeof seen>)).toEqual({ endpoint: '#show', why: 'no request of it is known' });
});

test('what the plain rule or requests without a status would have said counts, and what overlaps counts once', () => {
  const known = seen((since) => ([1000, 1200, 1201].includes(since) ? [50, 3] : undefined));
  const plain = releaseWith([{ ...BELOW, alarm: 'hourly', minRequests: 50 }]);
  expect(past(known, plain)).toMatchObject({ broken: [{ criterion: 'below', times: 2 }], hoursCounted: 8 * WEEK });
  const never = releaseWith([{ ...BELOW, alarm: 'hourly', minRequests: 2000 }]);
  expect(past(known, never)).toMatchObject({ broken: [{ times: 0 }], hoursCounted: 0 });
  const counts = byStatus({ 200: 700, none: 300 });
  const from = FIRST + 6 * WEEK;
  for (let hour: Hour = from; hour < from + 3; hour++)
    known.set(hour, { endpoint: '#show', hour, revision: 1, final: true, kind: 'counted', counts } as Snapshot);
  expect(past(known, releaseWith([BELOW]))).toMatchObject({ broken: [{ criterion: 'below', times: 1 }] });
});

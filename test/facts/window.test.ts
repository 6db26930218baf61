import fc from 'fast-check';
import { changedHours } from '../../lib/facts/stage';
import { tallyWindow } from '../../lib/facts/window';
import { hourCounts } from '../../lib/judge/hour-counts';
import { pool } from '../../lib/statistics/hour-count';
import { byStatus } from '../worlds/by-status';
import { entered, hour, LAUNCH } from '../worlds/moments';
import { type HourFact, hoursOf, RELEASE } from '../worlds/rollout-facts';

const FROM = LAUNCH;
const NONE: ReadonlySet<number> = new Set();
const all = () => true;

describe('the tally of a window', () => {
  const known = hoursOf(
    FROM,
    FROM + 5,
    (at) => ([[100, 1], [300, 9], 'unknown', undefined, [0, 0]] as HourFact[])[at - FROM],
  );

  it('pools the counts, so that its rate is not the average of rates', () => {
    const { requests, errors } = tallyWindow(known, { from: FROM, to: FROM + 2 }, RELEASE, NONE);
    expect([requests, errors]).toEqual([400, 10]);
    expect(errors / requests).toBe(0.025);
  });

  it('is half-open', () => {
    expect(tallyWindow(known, { from: FROM, to: FROM + 1 }, RELEASE, NONE).requests).toBe(100);
    expect(tallyWindow(known, { from: FROM + 1, to: FROM + 1 }, RELEASE, NONE).counted).toBe(0);
  });

  it('tells an hour without requests from one that is unknown or was never sampled', () => {
    expect(tallyWindow(known, { from: FROM, to: FROM + 5 }, RELEASE, NONE)).toEqual({
      requests: 400,
      errors: 10,
      excluded: 0,
      counted: 3,
      unknown: 2,
    });
  });

  it('keeps excluded statuses out of errors and requests, and in sight', () => {
    const one = new Map([
      [
        FROM,
        {
          endpoint: '#show',
          hour: FROM,
          kind: 'counted',
          revision: 1,
          final: true,
          counts: byStatus({ 200: 90, 401: 7, 403: 2, 404: 4, 502: 6 }),
        } as const,
      ],
    ]);
    expect(tallyWindow(one, { from: FROM, to: FROM + 1 }, RELEASE, NONE)).toMatchObject({
      requests: 100,
      errors: 10,
      excluded: 9,
    });
  });

  it('leaves out an hour inside which something changed: it is neither counted nor unknown', () => {
    const changed = changedHours([entered('2026-02-11T17:30Z', 'A', 0.25)]);
    expect([...changed]).toEqual([hour('2026-02-11T17:00Z')]);
    const whole = tallyWindow(known, { from: FROM, to: FROM + 3 }, RELEASE, changed);
    expect(whole).toEqual({ requests: 100, errors: 1, excluded: 0, counted: 1, unknown: 1 });
  });

  it('is the sum of its parts, wherever it is cut', () => {
    const anyFact = fc.oneof(
      fc.constant<HourFact>('unknown'),
      fc.constant<HourFact>(undefined),
      fc.tuple(fc.nat(50), fc.nat(50)).map(([errors, rest]): HourFact => [errors + rest, errors]),
    );
    fc.assert(
      fc.property(fc.array(anyFact, { minLength: 1, maxLength: 30 }), fc.nat(30), (facts, cut) => {
        const byHour = hoursOf(FROM, FROM + facts.length, (at) => facts[at - FROM]);
        const middle = FROM + Math.min(cut, facts.length);
        const tally = (from: number, to: number) => tallyWindow(byHour, { from, to }, RELEASE, NONE);
        const [whole, left, right] = [
          tally(FROM, FROM + facts.length),
          tally(FROM, middle),
          tally(middle, FROM + facts.length),
        ];
        for (const key of ['requests', 'errors', 'excluded', 'counted', 'unknown'] as const)
          expect(left[key] + right[key]).toBe(whole[key]);
      }),
    );
  });
});

describe('the hours as the judge reads them', () => {
  const known = hoursOf(FROM, FROM + 3, (at) => ([[100, 1], 'unknown', [300, 9]] as const)[at - FROM]);

  it('keep a place for every hour, unknown ones with no request', () => {
    const hours = hourCounts(known, { from: FROM - 1, to: FROM + 4 }, RELEASE, all);
    expect(hours.map(({ n, x }) => [n, x])).toEqual([
      [0, 0],
      [100, 1],
      [0, 0],
      [300, 9],
      [0, 0],
    ]);
  });

  it('carry the cell of their hour in the release zone', () => {
    expect(hourCounts(known, { from: FROM, to: FROM + 2 }, RELEASE, all).map(({ cell }) => cell)).toEqual([11, 12]);
  });

  it('count nothing in an hour that is left out', () => {
    const hours = hourCounts(known, { from: FROM, to: FROM + 3 }, RELEASE, (at) => at !== FROM);
    expect(hours.map(({ n }) => n)).toEqual([0, 0, 300]);
  });

  it('are none for a window that ends before it begins', () => {
    expect(hourCounts(known, { from: FROM, to: FROM - 5 }, RELEASE, all)).toEqual([]);
  });

  it('pool to their sums', () => {
    expect(pool(hourCounts(known, { from: FROM, to: FROM + 3 }, RELEASE, all))).toEqual({ requests: 400, errors: 10 });
    expect(pool([])).toEqual({ requests: 0, errors: 0 });
  });
});

import fc from 'fast-check';
import type { Hour } from '../../lib/facts/hour';
import type { Snapshot, Snapshots } from '../../lib/facts/snapshot';
import { casesOf } from '../../lib/judge/case';
import { judge } from '../../lib/judge/judge';
import { rolloutOf } from '../../lib/judge/rollout';
import type { Verdict } from '../../lib/judge/verdict';
import type { Criterion, Release } from '../../lib/release/schema';
import { byStatus } from '../worlds/by-status';
import { entered, LAUNCH } from '../worlds/moments';
import { around, BELOW, CONSISTENT, hoursOf, RELEASE, steady } from '../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const HOURS = 30;
const NEWEST = LAUNCH + HOURS - 1;

const withOdd = (criteria: Criterion[]): Release => ({
  ...RELEASE,
  controls: [],
  endpoints: [
    { name: '#odd', tag: 'odd', criteria },
    { name: '#show', tag: 'show', criteria: [CONSISTENT, BELOW] },
  ],
});
/** Of #show a fifth of all requests fails since the launch; of #odd these are the hours. */
const beside = (odd: Map<Hour, Snapshot>, release: Release): Verdict =>
  judge(
    release,
    [A],
    new Map([
      ['#odd', odd],
      ['#show', hoursOf(LAUNCH - 672, LAUNCH + HOURS, (at) => (at < LAUNCH ? steady : around(0.2))(at))],
    ]),
    NEWEST,
  );
const of = (verdict: Verdict, name: string) => verdict.findings.filter(({ endpoint }) => endpoint === name);

const CRITERIA: Criterion[][] = [[CONSISTENT, BELOW], [CONSISTENT], [BELOW], [{ ...BELOW, whenThin: 'report' }]];

describe('an endpoint', () => {
  it('of any small baseline is judged or says why not, and the others are judged as ever', () => {
    const small = fc
      .integer({ min: 0, max: 50 })
      .chain((n) => fc.tuple(fc.constant(n), fc.nat(n), fc.integer({ min: 1, max: 672 }), fc.nat(3), fc.nat(3)));
    fc.assert(
      fc.property(small, fc.constantFrom(...CRITERIA), ([n, x, every, after, failed], criteria) => {
        // n requests, x of them errors, come one by one, each so many hours after the one before.
        const odd = hoursOf(LAUNCH - 672, LAUNCH + HOURS, (at) => {
          if (at >= LAUNCH) return [after, Math.min(after, failed)];
          const nth = (LAUNCH - 1 - at) / every;
          return Number.isInteger(nth) && nth < n ? [1, nth < x ? 1 : 0] : [0, 0];
        });
        const verdict = beside(odd, withOdd(criteria));
        expect(of(verdict, '#odd')).toHaveLength(criteria.some((one) => 'below' in one) ? criteria.length : 2);
        expect(of(verdict, '#show').map(({ outcome }) => outcome)).toEqual(['breach', 'breach']);
        expect(verdict.recommendation).toBe('roll back');
      }),
      { numRuns: 20 },
    );
  });

  it('of one request in four weeks does not stop the others', () => {
    for (const at of [LAUNCH - 672, LAUNCH - 300, LAUNCH - 1])
      for (const failed of [0, 1]) {
        const odd = hoursOf(LAUNCH - 672, LAUNCH + HOURS, (hour) => [hour === at ? 1 : 0, hour === at ? failed : 0]);
        const verdict = beside(odd, withOdd([CONSISTENT, BELOW]));
        expect(of(verdict, '#show').map(({ outcome }) => outcome)).toEqual(['breach', 'breach']);
        expect(of(verdict, '#odd').map(({ outcome }) => outcome)).not.toContain('pass');
      }
  });

  const odd = (change: (at: Hour) => Record<string, number> | undefined) => {
    const hours = hoursOf(LAUNCH - 672, LAUNCH + HOURS, steady, '#odd');
    for (const [at, snapshot] of hours) {
      const counts = change(at);
      if (counts) hours.set(at, { ...snapshot, counts: byStatus(counts) } as Snapshot);
    }
    return hours;
  };
  const MUTILATED: [what: string, counts: Record<string, number>][] = [
    ['half a request', { 200: 10.5, 500: 1 }],
    ['less than none', { 200: -10, 500: 1 }],
    ['more errors than there are', { 200: -5, 500: 10 }],
    ['no number', { 200: Number.NaN }],
    ['without end', { 200: Number.POSITIVE_INFINITY }],
    ['more than can be counted', { 200: 2 ** 60 }],
  ];

  it.each(MUTILATED)(
    'of which an hour has %s is no data with the reason, and holds; the others are judged',
    (_, counts) => {
      for (const hour of [LAUNCH - 600, LAUNCH - 1, LAUNCH + 3, NEWEST]) {
        const verdict = beside(
          odd((at) => (at === hour ? counts : undefined)),
          withOdd([CONSISTENT, BELOW]),
        );
        expect(of(verdict, '#show').map(({ outcome }) => outcome)).toEqual(['breach', 'breach']);
        const [consistent] = of(verdict, '#odd');
        expect([hour - LAUNCH, consistent!.outcome]).toEqual([hour - LAUNCH, 'no-data']);
        expect(consistent).toMatchObject({
          reportOnly: false,
          reason: expect.stringMatching(/^its numbers cannot be judged: .* - got/),
        });
        expect(verdict.reason).toMatch(/#show: .* against a limit of 5 %/);
      }
    },
  );

  it('that alone cannot be judged holds the release', () => {
    const release = { ...withOdd([CONSISTENT]), endpoints: withOdd([CONSISTENT]).endpoints.slice(0, 1) };
    const verdict = judge(
      release,
      [A],
      new Map([['#odd', odd((at) => (at === LAUNCH ? { 200: 0.5 } : undefined))]]),
      LAUNCH + 167,
    );
    expect(verdict.recommendation).toBe('hold');
    expect(verdict.findings.map(({ outcome, reportOnly }) => [outcome, reportOnly])).toEqual([
      ['no-data', false],
      ['no-data', false],
    ]);
  });

  it('that cannot be used as a control leaves the others to be judged without it', () => {
    const release: Release = { ...withOdd([CONSISTENT]), controls: [{ name: '#letters', tag: 'letters' }] };
    const known = (letters: Map<Hour, Snapshot>): Snapshots =>
      new Map([
        ['#odd', odd(() => undefined)],
        ['#show', hoursOf(LAUNCH - 672, LAUNCH + HOURS, steady)],
        ['#letters', letters],
      ]);
    for (const hour of [LAUNCH - 3, LAUNCH + 3]) {
      const verdict = judge(release, [A], known(odd((at) => (at === hour ? { 200: 0.5 } : undefined))), NEWEST);
      expect(verdict.findings.filter(({ outcome }) => outcome === 'no-data')).toEqual([]);
    }
  });

  it('has a course for the report only if there can be one', () => {
    const release = withOdd([CONSISTENT]);
    const facts: Snapshots = new Map([
      ['#odd', odd((at) => (at === LAUNCH - 5 ? { 200: 0.5 } : undefined))],
      ['#show', hoursOf(LAUNCH - 672, LAUNCH + HOURS, steady)],
    ]);
    const cases = casesOf(release, rolloutOf([A])!, facts, NEWEST);
    expect(cases.map((about) => about?.endpoint.name)).toEqual([undefined, '#show']);
  });
});

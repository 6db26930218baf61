import fc from 'fast-check';
import type { Hour } from '../../lib/facts/hour';
import { toggleOffName } from '../../lib/facts/series';
import { judge } from '../../lib/judge/judge';
import type { Release } from '../../lib/release/schema';
import { entered, LAUNCH } from '../worlds/moments';
import {
  around,
  BELOW,
  CONSISTENT,
  factsBy,
  findingOf,
  type HourFact,
  lasting,
  releaseWith,
  steady,
} from '../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const WEEK = 168;
const alone = releaseWith([CONSISTENT, BELOW]);
const beside: Release = { ...alone, controls: [{ name: '#letters', tag: 'letters' }] };
const times =
  (factor: (at: Hour) => number, base = steady) =>
  (at: Hour): HourFact => {
    const [requests, errors] = base(at) as [number, number];
    return [requests, Math.round(errors * factor(at))];
  };
/** What letters do in the same hours: as many, a little different. */
const letters = (at: Hour) => around(0.012)(at + 7);

describe('an endpoint beside a control endpoint', () => {
  const storm = lasting(30, 12, 3);
  const at = LAUNCH + 41;

  it('is not paged for what the upstream does to both, and the finding says who it was', () => {
    const known = factsBy(at + 1, { '#show': times(storm), '#letters': times(storm, letters) });
    expect(findingOf(judge(alone, [A], known, at)).outcome).toBe('breach');
    const { outcome, upstream } = findingOf(judge(beside, [A], known, at));
    expect(outcome).not.toBe('breach');
    expect(upstream).toMatch(
      /^likely upstream: #letters had up to [23](\.\d)? times the usual error rate in the last 24 hours too$/,
    );
  });

  it('is paged for what it does on top, and the finding says how much was not its own', () => {
    const known = factsBy(at + 1, { '#show': times((one) => storm(one) ** 2), '#letters': times(storm, letters) });
    const { outcome, upstream } = findingOf(judge(beside, [A], known, at));
    expect(outcome).toBe('breach');
    expect(upstream).toMatch(/^partly upstream: #letters had up to .* too, and this endpoint rose beyond that$/);
  });

  it('has broken its limit, whoever broke it', () => {
    const worse = lasting(30, 12, 6);
    const known = factsBy(at + 1, { '#show': times(worse), '#letters': times(worse, letters) });
    const below = findingOf(judge(beside, [A], known, at), 'below');
    expect(below.outcome).toBe('breach');
    expect(below.upstream).toMatch(/^likely upstream: /);
  });

  it('says nothing of the upstream where only one of the two rose', () => {
    for (const [show, control] of [
      [times(storm), letters],
      [steady, times(storm, letters)],
    ] as const)
      expect(
        findingOf(judge(beside, [A], factsBy(at + 1, { '#show': show, '#letters': control }), at)).upstream,
      ).toBeUndefined();
  });

  it('tells of as many hours as there are', () => {
    const early = lasting(0, 12, 3);
    const known = factsBy(LAUNCH + 6, { '#show': times(early), '#letters': times(early, letters) });
    expect(findingOf(judge(beside, [A], known, LAUNCH + 5)).upstream).toMatch(/in the last 6 hours too/);
  });

  it('does not look worse because the control falls', () => {
    const fallen = times(lasting(0, WEEK, 0.2), letters);
    const known = factsBy(LAUNCH + WEEK, { '#show': steady, '#letters': fallen });
    const newest = LAUNCH + WEEK - 1;
    expect(judge(beside, [A], known, newest)).toEqual(judge(alone, [A], known, newest));
  });

  it('is judged as without controls when its baseline says that it does not follow them', () => {
    const own = (at: Hour) => (at < LAUNCH - 500 ? 2 : lasting(0, WEEK, 3)(at));
    const known = factsBy(LAUNCH + 20, { '#show': times(storm), '#letters': times(own, letters) });
    const verdict = judge(beside, [A], known, LAUNCH + 19);
    expect(JSON.stringify(verdict)).toBe(JSON.stringify(judge(alone, [A], known, LAUNCH + 19)));
  });

  it('is judged as without controls by controls that know nothing', () => {
    const nothing: ((at: Hour) => HourFact)[] = [
      () => undefined,
      () => 'unknown',
      () => [0, 0],
      (one) => (one < LAUNCH - 100 ? undefined : letters(one)),
    ];
    for (const control of nothing) {
      const known = factsBy(at + 1, { '#show': times(storm), '#letters': control });
      const expected = judge(alone, [A], factsBy(at + 1, { '#show': times(storm) }), at);
      expect(JSON.stringify(judge(beside, [A], known, at))).toBe(JSON.stringify(expected));
    }
  });

  it('is not excused by a control of which the hours in question are unknown', () => {
    const blind = (one: Hour): HourFact => (one < LAUNCH + 30 ? letters(one) : 'unknown');
    const known = factsBy(at + 1, { '#show': times(storm), '#letters': blind });
    expect(findingOf(judge(beside, [A], known, at))).toMatchObject({ outcome: 'breach' });
    expect(findingOf(judge(beside, [A], known, at)).upstream).toBeUndefined();
  });

  it('has no pass by what its control is known to do, when nothing is known of it', () => {
    const off = toggleOffName('#show');
    const silent =
      (from: number) =>
      (one: Hour): HourFact =>
        one < LAUNCH + from ? steady(one) : 'unknown';
    fc.assert(
      fc.property(fc.integer({ min: 0, max: WEEK - 3 }), (from) => {
        const known = factsBy(LAUNCH + WEEK, { '#show': silent(from), '#letters': letters, [off]: around(0.012, 700) });
        const verdict = judge(beside, [A], known, LAUNCH + WEEK - 1);
        expect(verdict.recommendation).not.toBe('advance');
        expect(verdict.findings.map(({ outcome }) => outcome)).not.toContain('pass');
      }),
      { numRuns: 5 },
    );
  });

  it('advances at the end of a healthy stage', () => {
    const known = factsBy(LAUNCH + WEEK, { '#show': steady, '#letters': letters });
    expect(judge(beside, [A], known, LAUNCH + WEEK - 1).recommendation).toBe('advance');
  });
});

describe('an endpoint that watches how many requests are slow', () => {
  const slow = { metric: 'latency', over: 2 };
  const at = LAUNCH + 41;
  const storm = lasting(30, 12, 3);
  const slower = (controls: Release['controls']): Release => ({
    ...alone,
    endpoints: alone.endpoints.map((one) => ({ ...one, slow })),
    controls,
  });
  const known = factsBy(at + 1, { '#show': times(storm), '#letters': times(storm, letters) });

  it('is not excused by what fails more often elsewhere, and is by what is slower', () => {
    const outcome = (controls: Release['controls']) => {
      const found = findingOf(judge(slower(controls), [A], known, at));
      return [found.outcome === 'breach', found.upstream];
    };
    expect(outcome([{ name: '#letters', tag: 'letters' }])).toEqual([true, undefined]);
    expect(outcome([{ name: '#letters', tag: 'letters', slow }])).toEqual([
      false,
      expect.stringMatching(/^likely upstream: #letters /),
    ]);
    const both = [
      { name: '#letters', tag: 'letters', slow },
      { name: '#others', tag: 'others' },
    ];
    expect(outcome(both)).toEqual([false, expect.stringMatching(/^likely upstream: #letters had/)]);
  });
});

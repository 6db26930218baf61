import fc from 'fast-check';
import type { Hour } from '../../lib/facts/hour';
import type { Snapshots } from '../../lib/facts/snapshot';
import type { StageEvent } from '../../lib/facts/stage';
import { judge } from '../../lib/judge/judge';
import type { CriterionKind, Verdict } from '../../lib/judge/verdict';
import type { Release } from '../../lib/release/schema';
import { entered, hour, LAUNCH } from '../worlds/moments';
import {
  around,
  BELOW,
  CONSISTENT,
  deepFreeze,
  type HourFact,
  hoursOf,
  RELEASE,
  releaseWith,
  scenarioOf,
  showFacts,
  simulatedFacts,
  steady,
} from '../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const WEEK = 168;
const both = releaseWith([CONSISTENT, BELOW]);
const consistent = releaseWith([CONSISTENT]);
const limited = releaseWith([BELOW]);

/** The verdict so many hours after the launch, when `factOf` is what #show did since. */
function afterHours(
  hours: number,
  factOf: (at: Hour) => HourFact = steady,
  release = both,
  log: StageEvent[] = [A],
): Verdict {
  return judge(release, log, showFacts(LAUNCH + hours, factOf), LAUNCH + hours - 1);
}

function finding(verdict: Verdict, criterion: CriterionKind, endpoint = '#show') {
  const found = verdict.findings.find((one) => one.criterion === criterion && one.endpoint === endpoint);
  if (!found) throw new Error(`no finding about ${criterion} of ${endpoint}`);
  return found;
}

/** The facts of two endpoints; both have the same steady baseline. */
const pair = (to: Hour, a: (at: Hour) => HourFact, b: (at: Hour) => HourFact): Snapshots =>
  new Map(
    (['#a', '#b'] as const).map((name, index) => [
      name,
      hoursOf(LAUNCH - 672, to, (at) => (at < LAUNCH ? steady(at) : (index === 0 ? a : b)(at)), name),
    ]),
  );
const pairRelease = (b = CONSISTENT): Release => ({
  ...RELEASE,
  endpoints: [
    { name: '#a', tag: 'a', criteria: [CONSISTENT] },
    { name: '#b', tag: 'b', criteria: [b] },
  ],
});

describe('a stage that cannot be judged at its exposure', () => {
  /** Weeks differ by a few percent, and one user of a hundred is exposed. */
  const differing = (at: Hour): HourFact => [1000, Math.floor((at - LAUNCH) / WEEK) % 2 === 0 ? 12 : 15];
  const few = entered('2026-02-11T16:00Z', 'A', 0.01);
  const facts = new Map([['#show', hoursOf(LAUNCH - 672, LAUNCH + 168, differing)]]);
  const said = (change: Partial<Release>) =>
    finding(judge({ ...consistent, ...change }, [few], facts, LAUNCH + 167), 'consistentWithBaseline');
  const OFF = 'requests with the toggle off (datadog.toggleOff) would show it at any exposure';
  const CONTROLS = 'control endpoints (controls) take out what weeks share';

  it('says what would help, unless the release has it', () => {
    const bare = said({});
    expect(bare).toMatchObject({ outcome: 'inconclusive', beyondExposure: true });
    expect(bare.reason).toContain('cannot be judged at 1 % of users');
    expect(bare.reason).toContain(`${OFF}; ${CONTROLS}`);
    const controlled = said({ controls: [{ name: 'letters', tag: 'letters' }] });
    expect(controlled.reason).toContain(OFF);
    expect(controlled.reason).not.toContain(CONTROLS);
    const tagged = said({ datadog: { ...RELEASE.datadog, toggleOff: ['toggle:off'] } });
    expect(tagged.reason).toContain(CONTROLS);
    expect(tagged.reason).not.toContain(OFF);
  });
});

describe('advance', () => {
  it('needs every criterion to pass and the stage to have lasted as planned, to the hour', () => {
    expect(afterHours(WEEK - 1).recommendation).toBe('hold');
    expect(afterHours(WEEK - 1).reason).toMatch(
      /^the stage is planned until 2026-02-18 11:00 EST; nothing speaks against/,
    );
    const verdict = afterHours(WEEK);
    expect(verdict.recommendation).toBe('advance');
    expect(verdict.findings.map(({ outcome }) => outcome)).toEqual(['pass', 'pass']);
  });

  it('counts the planned length from the instant of the entry, whatever minute that is', () => {
    const late = entered('2026-02-11T16:20Z', 'A', 0.25);
    expect(afterHours(WEEK, steady, both, [late]).recommendation).toBe('hold');
    expect(afterHours(WEEK + 1, steady, both, [late]).recommendation).toBe('advance');
  });

  it('never comes before a day, however short the plan and however good the numbers', () => {
    const short = { ...both, stages: [{ name: 'A', exposure: 0.25, length: 6 }, ...both.stages.slice(1)] };
    const half = [entered('2026-02-11T16:00Z', 'A', 0.5)];
    const verdict = afterHours(23, steady, short, half);
    expect(verdict.findings.every(({ outcome }) => outcome === 'pass')).toBe(true);
    expect(verdict).toMatchObject({
      recommendation: 'hold',
      reason: expect.stringContaining('it needs a day at least'),
    });
    expect(afterHours(24, steady, short, half).recommendation).toBe('advance');
  });

  it('says what is shown, for everybody and for those who are exposed', () => {
    const { provenLevel, limit, reason } = finding(afterHours(WEEK), 'consistentWithBaseline');
    expect(provenLevel).toBeLessThan(limit!);
    expect(provenLevel).toBeGreaterThan(0.012);
    expect(reason).toMatch(
      /shown by the requests that were counted, without incident hours: at most 1\.\d+ % overall, 1\.\d+ % for exposed users$/,
    );
    expect(finding(afterHours(WEEK - 1), 'consistentWithBaseline').provenLevel).toBeUndefined();
    const early = judge(both, [A], showFacts(LAUNCH + 100), LAUNCH + 99, { proven: true });
    expect(finding(early, 'consistentWithBaseline').provenLevel).toBeGreaterThan(0.012);
  });

  it('does not come of a criterion that nobody could judge', () => {
    const silent = releaseWith([{ ...BELOW, whenThin: 'report' }]);
    const thin = new Map([['#show', hoursOf(LAUNCH - 672, LAUNCH + WEEK, (at) => [at % 28 === 0 ? 1 : 0, 0])]]);
    expect(judge(silent, [A], thin, LAUNCH + WEEK - 1)).toMatchObject({
      recommendation: 'hold',
      reason: expect.stringContaining('no criterion could be judged'),
    });
  });
});

describe('hold', () => {
  it('goes on after the planned end while the evidence is inconclusive, and says how long it may take', () => {
    const few = around(0.012, 3);
    const facts = new Map([['#show', hoursOf(LAUNCH - 672, LAUNCH + 2 * WEEK, few)]]);
    for (const hours of [WEEK, WEEK + 1, 2 * WEEK]) {
      const verdict = judge(consistent, [A], facts, LAUNCH + hours - 1);
      expect(finding(verdict, 'consistentWithBaseline')).toMatchObject({ outcome: 'inconclusive', reportOnly: false });
      expect(verdict.recommendation).toBe('hold');
      expect(verdict.reason).toContain('a rise of the exposed users to more than 1.6 % is not ruled out yet');
      expect(finding(verdict, 'consistentWithBaseline').expectedAt).toBeGreaterThan(LAUNCH + hours);
    }
  });

  it('comes of the worst finding, whichever endpoint it is about', () => {
    const newest = LAUNCH + WEEK - 1;
    expect(judge(pairRelease(), [A], pair(newest + 1, steady, steady), newest).recommendation).toBe('advance');
    const onlyB = judge(
      pairRelease(),
      [A],
      pair(newest + 1, steady, () => [0, 0]),
      newest,
    );
    expect(onlyB.recommendation).toBe('hold');
    expect(onlyB.reason).toMatch(
      /^#b: no request counted in the last 168 hours, where about 169,121 are usual; renamed, cut off, or not measured\?/,
    );
    const broken = judge(pairRelease(), [A], pair(newest + 1, steady, around(0.04)), newest);
    expect(broken.recommendation).toBe('roll back');
    expect(broken.reason).toMatch(/^#b: /);
  });

  it('comes of a stage that fails more often than before, its worst hours left out, though no page was open', () => {
    const outages = (at: Hour): HourFact => ((at - LAUNCH) % 16 === 15 ? [1000, 400] : steady(at));
    const verdict = afterHours(WEEK + 40, outages, releaseWith([CONSISTENT], { ceiling: 0.9 }));
    expect(finding(verdict, 'consistentWithBaseline').outcome).not.toBe('pass');
    expect(verdict.recommendation).not.toBe('advance');
    expect(finding(verdict, 'consistentWithBaseline').reason).toContain(
      'without its worst hours the stage fails 2 times as often as before',
    );
  });

  it('comes of page evidence of 2 : 1, which opens no page', () => {
    const slightly = around(0.0181);
    const evidence = (hours: number) => finding(afterHours(hours, slightly), 'consistentWithBaseline').evidence.breach!;
    const at = Array.from({ length: 60 }, (_, index) => 24 + index).find((hours) => evidence(hours) >= 2) ?? 0;
    expect(evidence(at)).toBeLessThan(3);
    const short = { ...both, stages: [{ name: 'A', exposure: 0.25, length: 24 }, ...both.stages.slice(1)] };
    const verdict = afterHours(at, slightly, short);
    expect(finding(verdict, 'consistentWithBaseline').outcome).toBe('inconclusive');
    expect(verdict.recommendation).toBe('hold');
    expect(verdict.reason).toMatch(/odds of \d+ : 1 that it is above what is tolerated/);
  });

  it('comes of three days that speak for harm, though the evidence still is enough', () => {
    const fading = (at: Hour): HourFact => (at < LAUNCH + 96 ? steady(at) : [1000, at % 3 === 0 ? 15 : 14]);
    const verdict = afterHours(WEEK, fading, consistent);
    const { outcome, evidence, reason } = finding(verdict, 'consistentWithBaseline');
    expect(evidence.pass).toBeGreaterThanOrEqual(100);
    expect(outcome).toBe('inconclusive');
    expect(reason).toContain('; the last three days speak for harm, not against it');
    expect(verdict.recommendation).toBe('hold');
    const sooner = finding(afterHours(96 + 1, fading, consistent), 'consistentWithBaseline');
    expect(sooner.outcome).toBe('pass');
  });
});

describe('roll back', () => {
  it('comes when page evidence reaches 100, not at 20', () => {
    const worse = around(0.022);
    let opened = false;
    for (let hours = 1; hours <= 60; hours++) {
      const verdict = afterHours(hours, worse);
      const { outcome, evidence, rollBack } = finding(verdict, 'consistentWithBaseline');
      expect(rollBack).toBe(outcome === 'breach' && evidence.breach! >= 100);
      if (outcome === 'breach' && !rollBack) {
        opened = true;
        expect(verdict.recommendation).toBe('hold');
      }
      if (rollBack) {
        expect(opened).toBe(true);
        expect(verdict.recommendation).toBe('roll back');
        return;
      }
    }
    throw new Error('evidence never reached 100');
  });

  it('ends with the page, on evidence; what follows must pass by itself', () => {
    const repaired = (at: Hour): HourFact => (at < LAUNCH + 6 ? around(0.04)(at) : steady(at));
    const verdict = afterHours(WEEK, repaired, consistent);
    expect(finding(verdict, 'consistentWithBaseline')).toMatchObject({ outcome: 'pass', rollBack: false });
    expect(verdict.reason).toMatch(
      /; it was bad enough to roll back until 2026-02-1[23] \d\d:00 EST; evidence counts from there; harm to the exposed users is ruled out/,
    );
    const recommended = Array.from({ length: 40 }, (_, index) => afterHours(6 + index, repaired, consistent));
    const closing = recommended.findIndex(({ recommendation }) => recommendation !== 'roll back');
    expect(closing).toBeGreaterThan(3);
    const after = finding(recommended[closing]!, 'consistentWithBaseline');
    expect(after).toMatchObject({ outcome: 'inconclusive', evidence: { pass: 1 } });
    const reentered = entered('2026-02-13T16:00Z', 'A', 0.25);
    const again = afterHours(48 + WEEK, repaired, consistent, [A, reentered]);
    expect(again.recommendation).toBe('advance');
    expect(again.reason).not.toContain('bad enough to roll back');
  });

  it('comes of an open breach of a limit with three of the last 24 hours above it', () => {
    const verdicts = [1, 2, 3].map((hours) => afterHours(hours, () => [1000, 300], limited));
    expect(verdicts.map(({ recommendation }) => recommendation)).toEqual(['hold', 'hold', 'roll back']);
    expect(verdicts.map((verdict) => finding(verdict, 'below').outcome)).toEqual(['breach', 'breach', 'breach']);
  });

  it('counts hours above the limit only: exactly 5 % is not above it, and not below it either', () => {
    const then =
      (errors: number) =>
      (at: Hour): HourFact =>
        at === LAUNCH ? [10_000, 3000] : [10_000, errors];
    expect(finding(afterHours(24, then(499), limited), 'below').outcome).not.toBe('breach');
    expect(finding(afterHours(24, then(500), limited), 'below')).toMatchObject({ outcome: 'breach', rollBack: false });
    expect(finding(afterHours(24, then(501), limited), 'below')).toMatchObject({ outcome: 'breach', rollBack: true });
  });
});

describe('a limit of 5 %', () => {
  it('says of an open breach whose last day is within it that it is not shown to be over', () => {
    const then = (at: Hour): HourFact => [10_000, at === LAUNCH ? 3000 : 500];
    const said = (hours: number) => finding(afterHours(hours, then, limited), 'below');
    expect(said(12).reason).not.toContain('not shown yet that it is over');
    expect(said(30)).toMatchObject({ outcome: 'breach', pooled: { requests: 240_000, errors: 12_000 } });
    expect(said(30).reason).toContain(
      '5 % (12,000 of 240,000) in the last 24 hours against a limit of 5 %; not shown yet that it is over',
    );
  });

  it('is not met at 4.99, 5 and 5.01 %, however many requests say so', () => {
    for (const errors of [499, 500, 501]) {
      const verdict = afterHours(WEEK, () => [10_000, errors], limited);
      const said = errors > 500 ? 'above its limit of 5 %, 5.01 % (' : 'not shown to be below it';
      expect(finding(verdict, 'below')).toMatchObject({ outcome: 'inconclusive', limit: 0.05 });
      expect(finding(verdict, 'below').reason).toContain(`${errors / 100} % (`);
      expect(finding(verdict, 'below').reason).toContain(said);
      expect(verdict.recommendation).toBe('hold');
    }
  });

  it('is met on evidence, not for want of errors', () => {
    const spread =
      (requests: number) =>
      (at: Hour): HourFact => [at - LAUNCH < requests ? 1 : 0, 0];
    // A request an hour in the baseline too, where more would be missed.
    const rare = (hours: number, factOf: (at: Hour) => HourFact) => {
      const facts = hoursOf(LAUNCH - 672, LAUNCH + hours, (at) => (at < LAUNCH ? [1, 0] : factOf(at)));
      return judge(limited, [A], new Map([['#show', facts]]), LAUNCH + hours - 1);
    };
    const seen = finding(rare(60, spread(60)), 'below');
    expect(seen).toMatchObject({ outcome: 'inconclusive', needed: expect.any(Number) });
    expect(seen.reason).toContain(`not enough data: 60 requests, ${seen.needed} needed`);
    expect(seen.needed).toBeGreaterThan(60);
    expect(finding(rare(seen.needed!, spread(seen.needed!)), 'below').outcome).toBe('pass');
    expect(finding(rare(seen.needed! - 1, spread(seen.needed!)), 'below').outcome).toBe('inconclusive');
  });

  it('says that it is above its limit before it is sure, and how long that takes about', () => {
    const rare = (at: Hour): HourFact => [5, at >= LAUNCH && (at - LAUNCH) % 2 === 1 && at < LAUNCH + 12 ? 1 : 0];
    const facts = new Map([['#show', hoursOf(LAUNCH - 672, LAUNCH + 14, rare)]]);
    const { outcome, reason } = finding(judge(limited, [A], facts, LAUNCH + 13), 'below');
    expect(outcome).toBe('inconclusive');
    expect(reason).toMatch(
      /^above its limit of 5 %, 8\.57 % \(6 of 70\) in the stage; not sure yet, about \d+ (hours|days) more if it goes on$/,
    );
  });

  it('does not pass within a day of having been broken', () => {
    const outage = (at: Hour): HourFact =>
      at < LAUNCH + 100 ? steady(at) : at < LAUNCH + 102 ? [1000, 300] : [1000, 10];
    const outcomes = [102, 104, 127, 128].map((hours) => finding(afterHours(hours, outage, limited), 'below').outcome);
    expect(outcomes).toEqual(['breach', 'inconclusive', 'inconclusive', 'pass']);
  });

  it('of the release holds too when it was broken, though it is never waited for', () => {
    const outage = (at: Hour): HourFact => (at === LAUNCH + WEEK - 4 ? [1000, 300] : steady(at));
    const verdict = afterHours(WEEK, outage, consistent);
    expect(finding(verdict, 'ceiling')).toMatchObject({ outcome: 'inconclusive', reportOnly: false });
    expect(verdict.recommendation).toBe('hold');
    expect(finding(afterHours(WEEK, steady, consistent), 'ceiling')).toMatchObject({ reportOnly: true });
  });

  it('is no criterion that a launch could break when the baseline already is at or above it', () => {
    const facts = (errors: number) =>
      new Map([['#show', hoursOf(LAUNCH - 672, LAUNCH + WEEK, () => [10_000, errors])]]);
    for (const errors of [500, 501]) {
      const verdict = judge(limited, [A], facts(errors), LAUNCH + WEEK - 1);
      expect(finding(verdict, 'below').outcome).toBe('inconclusive');
      expect(verdict.reason).toMatch(/already 5(\.01)? % before the launch, at or above the limit of 5 %/);
      expect(verdict.recommendation).toBe('hold');
      const unlimited = judge(consistent, [A], facts(errors), LAUNCH + WEEK - 1);
      expect(finding(unlimited, 'ceiling')).toMatchObject({ outcome: 'inconclusive', reportOnly: true });
      expect(finding(unlimited, 'ceiling').reason).toContain('before the launch, at or above the limit of 5 %');
    }
    expect(judge(limited, [A], facts(499), LAUNCH + WEEK - 1).reason).not.toContain('before the launch');
  });
});

describe('thin traffic', () => {
  it('of one endpoint, one request in four weeks, leaves the others judged', () => {
    const newest = LAUNCH + 24;
    for (const errors of [0, 1]) {
      const single = (at: Hour): HourFact => [at === LAUNCH - 100 ? 1 : 0, at === LAUNCH - 100 ? errors : 0];
      const facts: Snapshots = new Map([
        ['#a', hoursOf(LAUNCH - 672, newest + 1, (at) => (at < LAUNCH ? steady(at) : around(0.2)(at)), '#a')],
        ['#b', hoursOf(LAUNCH - 672, newest + 1, single, '#b')],
      ]);
      const { findings } = judge(pairRelease(), [A], facts, newest);
      expect(finding({ findings } as Verdict, 'consistentWithBaseline', '#a').outcome).toBe('breach');
      expect(finding({ findings } as Verdict, 'consistentWithBaseline', '#b').outcome).toBe('no-data');
    }
  });

  const once = (at: Hour): HourFact => [at % 28 === 0 ? 1 : 0, 0];
  const newest = LAUNCH + WEEK - 1;
  const facts: Snapshots = new Map([
    ['#a', hoursOf(LAUNCH - 672, newest + 1, steady, '#a')],
    ['#b', hoursOf(LAUNCH - 672, newest + 1, once, '#b')],
  ]);

  it('holds the release, or is reported in the first line of the verdict, as the release says', () => {
    const held = judge(pairRelease(BELOW), [A], facts, newest);
    expect(held).toMatchObject({ recommendation: 'hold', reason: expect.stringContaining('not enough data') });
    const reported = judge(pairRelease({ ...BELOW, whenThin: 'report' }), [A], facts, newest);
    expect(reported.recommendation).toBe('advance');
    expect(reported.reason).toMatch(/^#a: .*; #b is not judged \(6 requests, \d+ needed\)$/);
    expect(finding(reported, 'below', '#b')).toMatchObject({ outcome: 'inconclusive', reportOnly: true });
  });

  it('is reported for a comparison with the baseline too', () => {
    const held = judge(pairRelease(CONSISTENT), [A], facts, newest);
    expect(held.recommendation).toBe('hold');
    const reported = judge(pairRelease({ ...CONSISTENT, whenThin: 'report' }), [A], facts, newest);
    expect(reported.recommendation).toBe('advance');
    expect(reported.reason).toMatch(/; #b is not judged \(/);
  });

  it('is only thin when a stage of usual traffic could not tell', () => {
    const gone = pair(newest + 1, steady, () => [0, 0]);
    expect(judge(pairRelease({ ...BELOW, whenThin: 'report' }), [A], gone, newest).recommendation).toBe('hold');
  });

  it('never excuses a breach', () => {
    const failing = new Map(facts).set(
      '#b',
      hoursOf(LAUNCH - 672, newest + 1, (at) => (at < LAUNCH ? once(at) : [1, 1]), '#b'),
    );
    const verdict = judge(pairRelease({ ...BELOW, whenThin: 'report' }), [A], failing, newest);
    expect(finding(verdict, 'below', '#b').outcome).toBe('breach');
    expect(verdict.recommendation).toBe('roll back');
  });
});

describe('missing data', () => {
  it('is no data: a stage of unknown hours passes nothing, however long it is', () => {
    for (const fact of ['unknown', undefined] as const) {
      const verdict = afterHours(3 * WEEK, () => fact);
      expect(verdict.findings.map(({ outcome }) => outcome)).toEqual(['no-data', 'no-data']);
      expect(verdict.recommendation).toBe('hold');
    }
    const nothing = judge(both, [A], new Map(), LAUNCH + WEEK);
    expect(nothing.findings.map(({ outcome }) => outcome)).toEqual(['no-data', 'no-data']);
    expect(nothing).toMatchObject({ recommendation: 'hold', blind: { since: LAUNCH, hours: WEEK + 1 } });
  });

  it('of this stage is no data, though the stage before had plenty', () => {
    const B = entered('2026-02-18T16:00Z', 'B', 0.5);
    const verdict = afterHours(4 * WEEK, (at) => (at < LAUNCH + WEEK ? steady(at) : 'unknown'), both, [A, B]);
    expect(verdict.findings.map(({ outcome }) => outcome)).toEqual(['no-data', 'no-data']);
  });

  it('is blindness after three hours: it turns pass into inconclusive, holds, and says since when and why', () => {
    const until =
      (hours: number) =>
      (at: Hour): HourFact =>
        at < LAUNCH + hours ? steady(at) : 'unknown';
    expect(afterHours(WEEK + 2, until(WEEK)).blind).toBeUndefined();
    expect(afterHours(WEEK + 2, until(WEEK)).recommendation).toBe('advance');
    const blind = afterHours(WEEK + 3, until(WEEK));
    const overSince = LAUNCH + WEEK - 1;
    expect(blind.blind).toEqual({ since: LAUNCH + WEEK, hours: 3, reason: 'Datadog has no data', overSince });
    expect(blind.findings.map(({ outcome }) => outcome)).toEqual(['inconclusive', 'inconclusive']);
    expect(blind.recommendation).toBe('hold');
    expect(blind.reason).toBe('blind for about 3 hours (Datadog has no data); without data nothing can be judged');
  });

  it('is blindness too when nobody could even ask', () => {
    const verdict = afterHours(WEEK + 5, (at) => (at < LAUNCH + WEEK ? steady(at) : undefined));
    expect(verdict.blind).toEqual({
      since: LAUNCH + WEEK,
      hours: 5,
      reason: 'nothing was recorded: no run, or no answer from the metric source',
      overSince: LAUNCH + WEEK - 1,
    });
  });

  it('is no blindness while one endpoint is seen', () => {
    const facts = pair(LAUNCH + WEEK, steady, () => 'unknown');
    expect(judge(pairRelease(), [A], facts, LAUNCH + WEEK - 1).blind).toBeUndefined();
  });

  it('does not hide a breach', () => {
    const verdict = afterHours(40, (at) => (at < LAUNCH + 30 ? [1000, 300] : 'unknown'));
    expect(verdict).toMatchObject({ recommendation: 'roll back', blind: { hours: 10 } });
    expect(verdict.reason).toMatch(/^blind for about 10 hours/);
  });

  it('is told before the launch and after a roll-back as well', () => {
    const off = entered('2026-02-12T16:00Z', 'off', 0);
    const blindAfterOff = afterHours(48, (at) => (at < LAUNCH + 40 ? steady(at) : 'unknown'), both, [A, off]);
    expect(blindAfterOff).toMatchObject({ recommendation: 'not exposed', blind: { hours: 8 } });
  });

  // Hiding bad hours can make what is left look good; that no judge can know. What holds is that an unknown hour adds
  // nothing to the evidence for a pass, and that every pass rests on counted requests.
  it('never adds to the evidence for a pass', () => {
    const anyEnd = fc.integer({ min: 30, max: 60 });
    fc.assert(
      fc.property(anyEnd, fc.integer({ min: 1, max: 30 }), (known, unknown) => {
        const seen = afterHours(known);
        const later = afterHours(known + unknown, (at) => (at < LAUNCH + known ? steady(at) : 'unknown'));
        seen.findings.forEach((one, index) => {
          expect(later.findings[index]!.evidence.pass).toBe(one.evidence.pass);
          if (one.outcome !== 'pass') expect(later.findings[index]!.outcome).not.toBe('pass');
        });
      }),
      { numRuns: 15 },
    );
  });

  it('leaves no pass without counted requests and evidence of 20 : 1', () => {
    const anyFact = fc.constantFrom<'steady' | 'bad' | 'unknown' | 'never'>('steady', 'bad', 'unknown', 'never');
    fc.assert(
      fc.property(fc.array(anyFact, { minLength: 24, maxLength: 40 }), (facts) => {
        const verdict = afterHours(facts.length, (at) => {
          const fact = facts[at - LAUNCH]!;
          return fact === 'steady'
            ? steady(at)
            : fact === 'bad'
              ? [1000, 100]
              : fact === 'unknown'
                ? 'unknown'
                : undefined;
        });
        for (const one of verdict.findings.filter(({ outcome }) => outcome === 'pass')) {
          expect(one.pooled.requests).toBeGreaterThan(0);
          expect(one.evidence.pass).toBeGreaterThanOrEqual(20);
          expect(verdict.blind).toBeUndefined();
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('the baseline', () => {
  const since = (weeks: number) => new Map([['#show', hoursOf(LAUNCH - weeks * WEEK, LAUNCH + WEEK, steady)]]);

  it('may be younger than four weeks', () => {
    for (const weeks of [1, 2, 3]) {
      const verdict = judge(consistent, [A], since(weeks), LAUNCH + WEEK - 1);
      expect(finding(verdict, 'consistentWithBaseline').baselineRate).toBeCloseTo(0.012, 3);
    }
  });

  it('of less than a week is none: nothing can be consistent with it, while a limit can still be judged', () => {
    const verdict = judge(both, [A], since(0.5), LAUNCH + WEEK - 1);
    expect(finding(verdict, 'consistentWithBaseline')).toMatchObject({
      outcome: 'no-data',
      reason: 'there is no baseline: not one whole week with requests before the launch',
    });
    expect(finding(verdict, 'consistentWithBaseline').limit).toBeUndefined();
    expect(finding(verdict, 'below').outcome).toBe('pass');
    expect(verdict.recommendation).toBe('hold');
  });
});

describe('silence while Datadog is listening', () => {
  const cutOff =
    (since: Hour) =>
    (at: Hour): HourFact =>
      at < since ? steady(at) : [0, 0];
  const from = LAUNCH + WEEK - 10;
  const silentFor = (hours: number, factOf = cutOff(from)) => afterHours(WEEK - 10 + hours, factOf);

  it('of less than three hours changes nothing', () => {
    expect(finding(silentFor(2), 'consistentWithBaseline').silentSince).toBeUndefined();
  });

  it('of three hours is no-data since its first hour, holds, and says what is usual', () => {
    const verdict = silentFor(3);
    expect(finding(verdict, 'consistentWithBaseline')).toMatchObject({
      outcome: 'no-data',
      silentSince: from,
      reason: expect.stringMatching(/^no request counted in the last 3 hours, where about [23],\d{3} are usual/),
    });
    expect(silentFor(10).recommendation).toBe('hold');
    expect(silentFor(10).blind).toBeUndefined();
  });

  it('is also an endpoint that cannot be measured while another one can: its old pass does not stand', () => {
    const newest = LAUNCH + WEEK - 1;
    const unmeasured = (hours: number) =>
      judge(
        pairRelease(),
        [A],
        pair(newest + 1, steady, (at) => (at > newest - hours ? 'unknown' : steady(at))),
        newest,
      );
    expect(unmeasured(2).recommendation).toBe('advance');
    const verdict = unmeasured(3);
    expect(verdict.blind).toBeUndefined();
    expect(verdict.recommendation).toBe('hold');
    for (const { endpoint, outcome } of verdict.findings)
      expect([endpoint, outcome]).toEqual([endpoint, endpoint === '#b' ? 'no-data' : 'pass']);
  });

  it('is noticed without a baseline too, by what the endpoint had before', () => {
    const born = new Map([['#show', hoursOf(LAUNCH, LAUNCH + WEEK, cutOff(from))]]);
    expect(finding(judge(limited, [A], born, from - 1), 'below').outcome).toBe('pass');
    expect(finding(judge(limited, [A], born, from + 2), 'below')).toMatchObject({
      outcome: 'no-data',
      silentSince: from,
    });
  });

  it('does not end while nothing is known', () => {
    const silent = cutOff(from);
    expect(
      finding(
        silentFor(6, (at) => (at < from + 4 ? silent(at) : 'unknown')),
        'below',
      ).outcome,
    ).toBe('no-data');
  });

  it('ends six hours after its last one, once a day has most of its requests again, and leaves a breach what it is', () => {
    const back = (at: Hour): HourFact => (at < from + 5 ? cutOff(from)(at) : steady(at));
    for (const hours of [6, 10])
      expect(finding(silentFor(hours, back), 'consistentWithBaseline').silentSince).toBe(from);
    expect(finding(silentFor(11, back), 'consistentWithBaseline').silentSince).toBeUndefined();
    const broken = (at: Hour): HourFact => (at < from - 3 ? steady(at) : at < from ? [1000, 400] : [0, 0]);
    expect(finding(silentFor(5, broken), 'below').outcome).toBe('breach');
  });

  it('of an endpoint with hardly any requests is nothing unusual', () => {
    const rare = (at: Hour): HourFact => [at % 28 === 0 ? 1 : 0, 0];
    const facts = new Map([['#show', hoursOf(LAUNCH - 672, LAUNCH + WEEK, (at) => (at < LAUNCH ? rare(at) : [0, 0]))]]);
    expect(finding(judge(limited, [A], facts, LAUNCH + WEEK - 1), 'below').silentSince).toBeUndefined();
  });
});

describe('an odd baseline', () => {
  const reasonWith = (before: (at: Hour) => HourFact, after: (at: Hour) => HourFact = steady) => {
    const facts = hoursOf(LAUNCH - 672, LAUNCH + WEEK, (at) => (at < LAUNCH ? before(at) : after(at)));
    return finding(judge(consistent, [A], new Map([['#show', facts]]), LAUNCH + WEEK - 1), 'consistentWithBaseline');
  };

  it('is not spoken of when nothing is odd about it', () => {
    const whole = hoursOf(LAUNCH - 2016, LAUNCH + WEEK, steady);
    const { reason } = finding(
      judge(consistent, [A], new Map([['#show', whole]]), LAUNCH + WEEK - 1),
      'consistentWithBaseline',
    );
    expect(reason).toMatch(/tolerated up to [\d.]+ %\)/);
    expect(reasonWith(steady).reason).toContain('; 4 of 12 weeks show how weeks differ)');
  });

  it('of fewer weeks says how many, and judges all the same', () => {
    const short = reasonWith((at) => (at < LAUNCH - 2 * WEEK ? undefined : steady(at)));
    expect(short.reason).toContain('; 2 of 4 weeks)');
    expect(short.outcome).toBe('pass');
  });

  it('with holes says how many hours, and takes none of them for zero', () => {
    const holes = reasonWith((at) => (at % 7 === 0 ? 'unknown' : steady(at)));
    expect(holes.reason).toContain('; 96 hours of it unknown)');
    expect(holes.baselineRate).toBeCloseTo(reasonWith(steady).baselineRate!, 3);
  });

  it('with an incident in it leaves its hours out and says so', () => {
    const incident = reasonWith((at) => (at === LAUNCH - 100 || at === LAUNCH - 99 ? [1000, 400] : steady(at)));
    expect(incident.reason).toContain('; 2 incident hours left out of it)');
    expect(incident.baselineRate).toBeCloseTo(reasonWith(steady).baselineRate!, 3);
  });

  it('without an error tolerates the floor, says so, and still sees a regression', () => {
    const clean = (at: Hour): HourFact => [1000 + (at % 3), 0];
    expect(reasonWith(clean, clean).reason).toMatch(
      /tolerated up to 0\.1\d* %; 4 of 12 weeks show how weeks differ; no error in its 67\d,\d{3} requests\)/,
    );
    expect(reasonWith(clean, clean).outcome).toBe('pass');
    expect(reasonWith(clean, around(0.01)).outcome).toBe('breach');
  });

  it('of an endpoint that did not exist is none: no-data, and the release holds', () => {
    const born = reasonWith(() => [0, 0]);
    expect(born).toMatchObject({ outcome: 'no-data', reason: expect.stringContaining('there is no baseline') });
  });
});

describe('exposure', () => {
  const off = entered('2026-02-13T16:00Z', 'off', 0);
  const again = entered('2026-02-20T16:00Z', 'A', 0.25);

  it('of nobody is judged as such, before the launch and after a roll-back', () => {
    const before = judge(both, [], showFacts(LAUNCH), LAUNCH - 1);
    expect(before).toMatchObject({ recommendation: 'not exposed', findings: [], notices: [] });
    expect(before.reason).toBe('the release is not launched: no stage was entered');
    const rolledBack = afterHours(60, around(0.04), both, [A, off]);
    expect(rolledBack).toMatchObject({ recommendation: 'not exposed', findings: [] });
    expect(rolledBack.reason).toBe('the release was taken back to 0 %; nobody is exposed');
    expect(rolledBack.stage).toBeUndefined();
  });

  it('is what the log said at the hour, not what it says now', () => {
    expect(afterHours(48, steady, both, [A, off]).stage?.name).toBe('A');
    expect(afterHours(49, steady, both, [A, off]).recommendation).toBe('not exposed');
    expect(judge(both, [A], showFacts(LAUNCH), LAUNCH - 1).recommendation).toBe('not exposed');
    expect(judge(both, [A], showFacts(LAUNCH + 1), LAUNCH).stage).toMatchObject({ name: 'A', since: A.at });
  });

  it('after a re-entry keeps launch and baseline and starts the evidence anew', () => {
    const before = finding(afterHours(48), 'consistentWithBaseline');
    const first = afterHours(9 * 24 + 1, steady, both, [A, off, again]);
    const restarted = finding(first, 'consistentWithBaseline');
    expect(restarted.baselineRate).toBe(before.baselineRate);
    expect(restarted.limit).toBe(before.limit);
    expect(restarted.evidence.pass).toBeLessThan(before.evidence.pass!);
    expect(restarted.pooled.requests).toBeLessThan(1200);
    expect(first.stage).toMatchObject({ since: again.at, plannedEnd: again.at + WEEK * 3_600_000 });
  });

  it('after a relaunch has a new baseline', () => {
    const relaunch = entered('2026-06-03T16:00Z', 'A', 0.25, { relaunch: true });
    const newLaunch = hour('2026-06-03T16:00Z');
    const facts = new Map([
      [
        '#show',
        hoursOf(LAUNCH - 672, newLaunch + 48, (at) => (at < hour('2026-03-01T00:00Z') ? steady(at) : around(0.02)(at))),
      ],
    ]);
    const verdict = judge(consistent, [A, off, relaunch], facts, newLaunch + 47);
    expect(finding(verdict, 'consistentWithBaseline').baselineRate).toBeCloseTo(0.02, 3);
    expect(finding(verdict, 'consistentWithBaseline').outcome).toBe('pass');
    const reentry = judge(consistent, [A, off, { ...relaunch, relaunch: false }], facts, newLaunch + 29);
    expect(finding(reentry, 'consistentWithBaseline')).toMatchObject({ outcome: 'breach' });
  });

  it('may skip stages, and goes by the name that was entered', () => {
    const C = entered('2026-02-12T16:00Z', 'C', 1);
    const verdict = afterHours(2 * WEEK, steady, both, [A, C]);
    expect(verdict.stage).toEqual({ name: 'C', exposure: 1, since: C.at, plannedEnd: C.at + 720 * 3_600_000 });
  });

  it('in a stage that the release does not know never advances, and the verdict says why', () => {
    const canary = entered('2026-02-11T16:00Z', 'canary', 0.01);
    expect(afterHours(23, steady, both, [canary])).toMatchObject({ recommendation: 'hold' });
    expect(afterHours(48, steady, both, [canary]).stage?.plannedEnd).toBeUndefined();
    expect(afterHours(48, steady, both, [canary])).toMatchObject({
      recommendation: 'hold',
      reason: expect.stringContaining('stage canary is not in the release file'),
    });
  });

  it('that changed inside an hour leaves that hour out', () => {
    const half = entered('2026-02-11T16:30Z', 'A', 0.25);
    const awful = (at: Hour): HourFact => (at === LAUNCH ? [1000, 1000] : steady(at));
    const verdict = afterHours(30, awful, both, [half]);
    expect(verdict.findings.map(({ outcome }) => outcome)).toEqual(['pass', 'pass']);
    expect(finding(verdict, 'below').window.from).toBe(LAUNCH + 1);
    expect(afterHours(1, awful, both, [half]).findings.map(({ outcome }) => outcome)).toEqual(['no-data', 'no-data']);
  });
});

describe('a finding', () => {
  it('names the window that its numbers are of', () => {
    const early = finding(afterHours(6, around(0.04)), 'consistentWithBaseline');
    expect(early.window).toEqual({ name: 'last 6 hours', from: LAUNCH, to: LAUNCH + 6 });
    expect(early.reason).toContain('in the last 6 hours against');
    const late = finding(afterHours(40, around(0.04)), 'consistentWithBaseline');
    expect(late.window).toEqual({ name: 'last 24 hours', from: LAUNCH + 16, to: LAUNCH + 40 });
    expect(finding(afterHours(40), 'below').window).toEqual({ name: 'stage A', from: LAUNCH, to: LAUNCH + 40 });
  });

  it('says since when a breach is open', () => {
    const from = LAUNCH + 30;
    const { since } = finding(
      afterHours(48, (at) => (at < from ? steady(at) : [1000, 300])),
      'below',
    );
    expect(since).toBe(from);
  });
});

describe('the judge', () => {
  const scenario = scenarioOf('regression');
  const log = [A, entered('2026-02-18T16:00Z', 'B', 0.5)];
  const last = hour('2026-02-23T00:00Z');
  const facts = simulatedFacts(scenario, 7, log, LAUNCH - 672, last + 1);

  it('says the same of the same facts, and leaves them as they are', () => {
    const frozen = deepFreeze({ release: structuredClone(RELEASE), log: structuredClone(log) });
    const snapshots = deepFreeze(new Map([...facts].map(([name, byHour]) => [name, new Map(byHour)])));
    const first = judge(frozen.release, frozen.log, snapshots, last);
    expect(judge(frozen.release, frozen.log, snapshots, last)).toEqual(first);
    expect(snapshots).toEqual(facts);
  });

  it('does not look at later snapshots and events', () => {
    const between = fc.integer({ min: LAUNCH, max: last });
    fc.assert(
      fc.property(between, (one) => {
        const known = new Map(
          [...facts].map(([name, byHour]) => [name, new Map([...byHour].filter(([at]) => at <= one))]),
        );
        const past = log.filter((event) => event.at < (one + 1) * 3_600_000);
        expect(judge(RELEASE, log, facts, one)).toEqual(judge(RELEASE, past, known, one));
      }),
      { numRuns: 12 },
    );
  });

  it('does not mind the order in which hours were read', () => {
    const until = LAUNCH + 20;
    const blind = showFacts(until, (at) => (at < LAUNCH + 10 ? steady(at) : 'unknown'));
    const backwards = new Map([...blind].map(([name, byHour]) => [name, new Map([...byHour].reverse())]));
    expect(judge(both, [A], backwards, until - 1)).toEqual(judge(both, [A], blind, until - 1));
    expect(judge(both, [A], backwards, until - 1).blind?.hours).toBe(10);
  });

  it('finds the regression of the simulated rollout in the stage in which it begins, and where it is', () => {
    const verdict = judge(RELEASE, log, facts, last);
    expect(verdict.recommendation).toMatch(/hold|roll back/);
    expect(verdict.findings.filter(({ outcome }) => outcome === 'breach').map(({ endpoint }) => endpoint)).toEqual([
      '#show',
    ]);
    const before = judge(RELEASE, log, facts, hour('2026-02-18T15:00Z'));
    expect(before.recommendation).toBe('advance');
  });
});

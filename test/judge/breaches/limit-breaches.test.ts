import type { Hour } from '../../../lib/facts/hour';
import { startOf } from '../../../lib/facts/hour';
import type { Snapshot } from '../../../lib/facts/snapshot';
import { judge } from '../../../lib/judge/judge';
import { sureText } from '../../../lib/messages/email';
import type { Criterion } from '../../../lib/release/schema';
import { byStatus } from '../../worlds/by-status';
import { entered, LAUNCH } from '../../worlds/moments';
import { BELOW, CONSISTENT, factsBy, findingOf, type HourFact, hoursOf, releaseWith } from '../../worlds/rollout-facts';

const HOURLY: Criterion = { below: 0.05, alarm: 'hourly', minRequests: 50, whenThin: 'hold' };
const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const hourly = releaseWith([HOURLY]);
const QUIET: HourFact = [200, 2];

/** The hours since the launch: those that are named, and else quiet ones. */
const after = (named: Record<number, HourFact>) => (at: Hour) => (at - LAUNCH in named ? named[at - LAUNCH] : QUIET);
const verdictAfter = (hours: number, named: Record<number, HourFact>, release = hourly) =>
  judge(release, [A], factsBy(LAUNCH + hours, { '#show': after(named) }), LAUNCH + hours - 1);
const below = (hours: number, named: Record<number, HourFact>, release = hourly) =>
  findingOf(verdictAfter(hours, named, release), 'below');

describe('an endpoint with "alarm: hourly"', () => {
  it('breaks its limit by one hour, which is not enough to be sure', () => {
    const named = { 30: [50, 3] as const };
    expect(below(31, named, releaseWith([BELOW])).outcome).not.toBe('breach');
    const finding = below(31, named);
    expect(finding).toMatchObject({
      outcome: 'breach',
      reason:
        '6 % (3 of 50) in one hour, from 2026-02-12 17:00 EST, against a limit of 5 % in each hour of 50 requests or more (alarm: hourly)',
      window: { name: 'last hour', from: LAUNCH + 30, to: LAUNCH + 31 },
      pooled: { requests: 50, errors: 3 },
      hourly: { minRequests: 50 },
      evidence: {},
      since: LAUNCH + 30,
      rollBack: false,
    });
    expect(sureText(finding)).toBe('one hour of 50 requests or more breaks this limit (alarm: hourly)');
    expect(verdictAfter(31, named).recommendation).toBe('hold');
  });

  it.each([
    [[49, 49], false],
    [[50, 2], false],
    [[60, 3], true],
  ] as const)('is broken by an hour of %j: %p', (fact, isBroken) => {
    const spoke = below(31, { 30: fact }).hourly !== undefined;
    expect(spoke).toBe(isBroken);
  });

  it('stays broken through hours that say nothing, until an hour of enough requests is below', () => {
    const named: Record<number, HourFact> = { 30: [50, 3], 31: 'unknown', 32: [49, 0], 33: [0, 0], 34: [50, 2] };
    for (const hours of [31, 32, 33, 34])
      expect(below(hours, named)).toMatchObject({ outcome: 'breach', since: LAUNCH + 30, pooled: { errors: 3 } });
    expect(below(33, named).reason).toMatch(/\(alarm: hourly\); no hour of so many requests was below it since$/);
    expect(below(35, named)).toMatchObject({ outcome: 'inconclusive', overSince: LAUNCH + 35 });
    expect(below(35, named).reason).toContain('it was above its limit in the last 24 hours');
  });

  it('does not pass within a day of it', () => {
    const named: Record<number, HourFact> = { 100: [50, 3] };
    expect([102, 125, 126].map((hours) => below(hours, named).outcome)).toEqual([
      'inconclusive',
      'inconclusive',
      'pass',
    ]);
  });

  it('keeps its evidence: what that opened is not closed by one good hour, and says so', () => {
    const named: Record<number, HourFact> = { 30: [1000, 300], 31: [60, 0] };
    expect(below(31, named)).toMatchObject({ outcome: 'breach', evidence: { breach: expect.any(Number) } });
    expect(below(31, named).hourly).toBeUndefined();
    expect(below(31, named).reason).toMatch(
      /^30 % \(300 of 1,000\) in the last hour against a limit of 5 %; an hour alone broke it too \(alarm: hourly\)$/,
    );
    expect(below(32, named)).toMatchObject({ outcome: 'breach', since: LAUNCH + 30 });
    expect(below(32, named).reason).not.toContain('hourly');
    expect(below(33, named)).toMatchObject({ outcome: 'inconclusive', overSince: LAUNCH + 33 });
  });

  it('is one breach where its evidence opens later, and stays so where it closes first', () => {
    // From the fourth bad hour on the evidence speaks too; hours of 49 requests then close it alone.
    const factOf = (at: Hour): HourFact => {
      const since = at - LAUNCH;
      if (since === 150) return [50, 0];
      return since >= 30 && since < 36 ? [60, 9] : since >= 36 ? [49, 0] : [55, at % 5 === 0 ? 1 : 0];
    };
    const said = (hours: number) =>
      findingOf(judge(hourly, [A], factsBy(LAUNCH + hours, { '#show': factOf }), LAUNCH + hours - 1), 'below');
    expect(said(31)).toMatchObject({ since: LAUNCH + 30, hourly: { minRequests: 50 } });
    expect(said(36)).toMatchObject({ since: LAUNCH + 30, evidence: { breach: expect.any(Number) } });
    expect(said(150)).toMatchObject({ outcome: 'breach', since: LAUNCH + 30, hourly: { minRequests: 50 } });
    expect(said(150).window).toEqual({ name: 'hour that was not below it', from: LAUNCH + 35, to: LAUNCH + 36 });
    expect(said(151)).toMatchObject({ outcome: 'inconclusive', overSince: LAUNCH + 151 });
  });

  it('is a reason to roll back as any broken limit is', () => {
    const named: Record<number, HourFact> = { 29: [60, 4], 30: [60, 4], 31: [60, 4] };
    for (let at = 8; at < 29; at++) named[at] = 'unknown';
    expect(below(31, named).rollBack).toBe(false);
    expect(below(32, named)).toMatchObject({ outcome: 'breach', rollBack: true });
  });

  it('is broken by requests without a status as errors, and says so', () => {
    const counts = byStatus({ 200: 195, 500: 3, none: 9 });
    const facts = hoursOf(LAUNCH - 672, LAUNCH + 31, () => QUIET);
    const last: Snapshot = { endpoint: '#show', hour: LAUNCH + 30, revision: 1, final: true, kind: 'counted', counts };
    facts.set(LAUNCH + 30, last);
    const finding = findingOf(judge(hourly, [A], new Map([['#show', facts]]), LAUNCH + 30), 'below');
    expect(finding).toMatchObject({ outcome: 'breach', withoutStatus: true, pooled: { requests: 207, errors: 12 } });
    expect(finding.reason).toMatch(/^errors or requests without status: 5\.8 % \(12 of 207\) in one hour, /);
  });

  it('is held to its limit even where the time before the launch was above it', () => {
    const facts = (errors: number) =>
      new Map([
        [
          '#show',
          hoursOf(
            LAUNCH - 672,
            LAUNCH + 31,
            (at): HourFact => [1000, at === LAUNCH + 30 ? errors : at < LAUNCH ? 60 : 40],
          ),
        ],
      ]);
    const said = (errors: number) => findingOf(judge(hourly, [A], facts(errors), LAUNCH + 30), 'below');
    expect(said(49)).toMatchObject({ outcome: 'inconclusive', reason: expect.stringContaining('before the launch') });
    expect(said(50)).toMatchObject({ outcome: 'breach', hourly: { minRequests: 50 } });
  });

  it('is told of an hour that was over before anybody could look', () => {
    const facts = hoursOf(LAUNCH - 672, LAUNCH + 40, after({ 34: [60, 3] }));
    for (let at = LAUNCH + 32; at < LAUNCH + 38; at++)
      facts.set(at, { ...facts.get(at)!, caughtUpAt: startOf(LAUNCH + 39), judgedUpTo: LAUNCH + 31 } as Snapshot);
    const { notices } = judge(hourly, [A], new Map([['#show', facts]]), LAUNCH + 39);
    expect(notices.filter(({ kind }) => kind === 'past').map(({ text }) => text)).toEqual([
      '#show was not below its limit from 2026-02-12 21:00 EST to 2026-02-12 22:00 EST: 5 % (3 of 60) against 5 %. It is over; these hours were known only afterwards',
    ]);
  });

  it('leaves the comparison with the baseline as it is', () => {
    const both = releaseWith([CONSISTENT, HOURLY]);
    const outcomes = verdictAfter(31, { 30: [60, 3] }, both).findings.map(({ outcome }) => outcome);
    expect(outcomes).toEqual([expect.not.stringMatching('breach'), 'breach']);
  });
});

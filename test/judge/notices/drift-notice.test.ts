import type { Hour } from '../../../lib/facts/hour';
import { judge } from '../../../lib/judge/judge';
import { entered, hour, LAUNCH } from '../../worlds/moments';
import { CONSISTENT, type HourFact, hoursOf, releaseWith, showFacts, steady } from '../../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const release = releaseWith([CONSISTENT]);
const facts = showFacts(hour('2026-04-06T00:00Z'));
describe('a drift', () => {
  /** A little above the baseline, by much less than is tolerated. */
  const above = (at: Hour): HourFact => (at < LAUNCH ? steady(at) : [3000, 43]);
  const known = new Map([
    ['#show', hoursOf(LAUNCH - 672, LAUNCH + 160, (at) => (at < LAUNCH ? [3000, 36] : above(at)))],
  ]);
  const verdict = judge(release, [A], known, LAUNCH + 88);

  it('is a line that waits for the next message, and no page', () => {
    expect(verdict.findings.some(({ outcome }) => outcome === 'breach')).toBe(false);
    expect(verdict.notices).toEqual([
      {
        key: 'drift/#show/2026-02-15',
        kind: 'drift',
        endpoint: '#show',
        waits: true,
        text: '#show runs a little above its baseline of 1.2 %: 1.43 % (3,827 of 267,000) in the last 89 hours; up to 1.6 % is tolerated',
      },
    ]);
  });

  it('goes by the day of the zone', () => {
    const keyAt = (at: Hour) => judge(release, [A], known, at).notices[0]!.key;
    expect(keyAt(hour('2026-02-16T03:00Z'))).toBe('drift/#show/2026-02-15');
    expect(keyAt(hour('2026-02-16T04:00Z'))).toBe('drift/#show/2026-02-16');
  });

  it('is not told of an endpoint that is broken', () => {
    const broken = new Map([
      ['#show', hoursOf(LAUNCH - 672, LAUNCH + 30, (at) => (at < LAUNCH ? [3000, 36] : [3000, 120]))],
    ]);
    const { findings, notices } = judge(release, [A], broken, LAUNCH + 29);
    expect(findings.some(({ outcome }) => outcome === 'breach')).toBe(true);
    expect(notices).toEqual([]);
  });

  it('is none in steady traffic', () => {
    expect(judge(release, [A], facts, LAUNCH + 160).notices).toEqual([]);
  });
});

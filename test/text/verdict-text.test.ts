import { judge } from '../../lib/judge/judge';
import { verdictText } from '../../lib/text/verdict-text';
import { entered, LAUNCH } from '../worlds/moments';
import { around, BELOW, CONSISTENT, hoursOf, releaseWith, showFacts } from '../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const release = releaseWith([CONSISTENT, BELOW]);

describe('a verdict as text', () => {
  it('begins with the recommendation, then the place, then a line for every criterion with its numbers', () => {
    const [first, place, ...findings] = verdictText(judge(release, [A], showFacts(LAUNCH + 30), LAUNCH + 29), release);
    expect(first).toBe(
      'HOLD: the stage is planned until 2026-02-18 11:00 EST; nothing speaks against advancing so far',
    );
    expect(place).toBe(
      'Document Status, stage A, 25 % of users since 2026-02-11 11:00 EST, planned until 2026-02-18 11:00 EST; judged up to 2026-02-12 17:00 EST',
    );
    expect(findings).toHaveLength(2);
    expect(findings[0]).toMatch(
      /^ {2}pass {9}#show consistent with the baseline: 1\.2\d? % \(\d+ of [\d,]+\) in the stage against/,
    );
    expect(findings[1]).toMatch(/^ {2}pass {9}#show below its limit: .* against a limit of 5 %$/);
  });

  it('says since when a breach is open', () => {
    const text = verdictText(judge(release, [A], showFacts(LAUNCH + 30, around(0.3)), LAUNCH + 29), release).join('\n');
    expect(text).toMatch(/^ROLL BACK: /);
    expect(text).toContain('breach       #show below its limit, since 2026-02-11 11:00 EST: ');
  });

  it('shows the ceiling only when it is broken', () => {
    const unlimited = releaseWith([CONSISTENT]);
    const shown = (rate: number) =>
      verdictText(judge(unlimited, [A], showFacts(LAUNCH + 30, around(rate)), LAUNCH + 29), unlimited).join('\n');
    expect(shown(0.012)).not.toContain('ceiling');
    expect(shown(0.3)).toContain('#show below the release ceiling, since');
  });

  it('says when enough data is expected, and what is only reported', () => {
    const thin = releaseWith([{ ...BELOW, whenThin: 'report' }]);
    const facts = new Map([['#show', hoursOf(LAUNCH - 672, LAUNCH + 100, (at) => [at % 28 === 0 ? 1 : 0, 0])]]);
    const text = verdictText(judge(thin, [A], facts, LAUNCH + 99), thin);
    expect(text.at(-1)).toMatch(
      /inconclusive #show below its limit \(reported only\): .*not enough data: \d requests, \d+ needed.*; expected 2026-\d\d-\d\d/,
    );
  });

  it('says that nobody is exposed', () => {
    expect(verdictText(judge(release, [], showFacts(LAUNCH), LAUNCH - 1), release)).toEqual([
      'NOT EXPOSED: the release is not launched: no stage was entered',
      'Document Status, nobody is exposed; judged up to 2026-02-11 11:00 EST',
    ]);
  });

  it('lets no error text of a source write to the terminal', () => {
    const facts = showFacts(LAUNCH + 30, () => 'unknown');
    for (const [at, one] of facts.get('#show')!)
      if (one.kind === 'unknown')
        (facts.get('#show') as Map<number, typeof one>).set(at, { ...one, reason: 'down\nADVANCE: \u001b[2J\u202e' });
    const hostile = { ...release, title: 'Status\u001b[31m' };
    const text = verdictText(judge(hostile, [A], facts, LAUNCH + 29), hostile);
    expect(text.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text[0]).toMatch(/^HOLD: blind for about 30 hours \(down ADVANCE: {2}\[2J\); /);
  });
});

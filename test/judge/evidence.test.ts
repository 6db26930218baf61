import { casesOf } from '../../lib/judge/case';
import { evidenceOf } from '../../lib/judge/evidence';
import { judge } from '../../lib/judge/judge';
import { rolloutOf } from '../../lib/judge/rollout';
import { entered, LAUNCH } from '../worlds/moments';
import { around, BELOW, CONSISTENT, releaseWith, showFacts, steady } from '../worlds/rollout-facts';

const log = [entered('2026-02-11T16:00Z', 'A', 0.25), entered('2026-02-12T16:30Z', 'B', 0.5)];
const release = releaseWith([CONSISTENT, BELOW]);
const newest = LAUNCH + 47;

function evidence(facts = showFacts(newest + 1), of = release) {
  const [about] = casesOf(of, rolloutOf(log)!, facts, newest);
  return evidenceOf(about!);
}

describe('the evidence hour by hour', () => {
  it('ends with what the findings say', () => {
    const { findings } = judge(release, log, showFacts(newest + 1), newest);
    expect(findings.map(({ criterion, evidence: { breach, pass } }) => [criterion, breach, pass])).toEqual(
      evidence().map(({ criterion, breach, pass }) => [criterion, breach.at(-1), pass.at(-1)]),
    );
  });

  it('has a value for every hour, the one in which the exposure changed included', () => {
    for (const { breach, pass } of evidence()) expect([breach.length, pass.length]).toEqual([48, 48]);
  });

  it('reaches what a page and a limit need when the endpoint fails, and stays where it was in unknown hours', () => {
    const [page, limit] = evidence(showFacts(newest + 1, (at) => (at < LAUNCH + 40 ? around(0.3)(at) : 'unknown')));
    expect(Math.max(...page!.breach)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...limit!.breach)).toBeGreaterThanOrEqual(20);
    expect(new Set(page!.pass.slice(40)).size).toBe(1);
  });

  it('that a rate is below its limit begins anew with each stage', () => {
    const [, limit] = evidence();
    expect(limit!.pass[23]).toBeGreaterThan(1e6);
    // The hour of the change itself counts for nothing.
    expect(limit!.pass[25]).toBeLessThan(limit!.pass[23]! / 1e3);
  });

  it('is missing where nothing can be judged: no baseline, or one above the limit', () => {
    const young = new Map([
      ['#show', new Map([...showFacts(newest + 1).get('#show')!].filter(([at]) => at >= LAUNCH))],
    ]);
    expect(evidence(young).map(({ criterion }) => criterion)).toEqual(['below']);
    const high = showFacts(newest + 1, steady);
    const strict = releaseWith([CONSISTENT, { ...BELOW, below: 0.01 }]);
    expect(evidence(high, strict).map(({ criterion }) => criterion)).toEqual(['consistentWithBaseline']);
  });
});

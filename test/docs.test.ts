import { readFileSync } from 'node:fs';
import path from 'node:path';
import { judge } from '../lib/judge/judge';
import { mulberry32 } from './worlds/golden-stream';
import { CONSISTENT, entered, type HourFact, hoursOf, LAUNCH, releaseOf } from './worlds/rollout-facts';

const page = (name: string) => readFileSync(path.join(__dirname, '..', 'docs', name), 'utf8');

describe('docs/judging.md', () => {
  /** 45 requests an hour, each of which fails with a chance of 1.2 %. */
  const uniform = mulberry32(1045);
  const quiet = (): HourFact => {
    const n = Math.round(45 * (0.7 + 0.6 * uniform()));
    return [n, Array.from({ length: n }, uniform).filter((one) => one < 0.012).length];
  };
  const facts = hoursOf(LAUNCH - 2016, LAUNCH + 400, quiet);
  const reasonAfter = (hours: number) =>
    judge(
      releaseOf([CONSISTENT]),
      [entered('2026-02-11T16:00Z', 'A', 0.25)],
      new Map([['#show', facts]]),
      LAUNCH + hours,
    ).reason;

  it('shows a hold as the judge gives it, and what it says three days later', () => {
    expect(page('judging.md')).toContain(`hold: ${reasonAfter(168)}\n`);
    expect(reasonAfter(240)).toContain('about 2 days more');
    expect(page('judging.md')).toContain('Three days later the same endpoint said `about 2 days more`');
  });

  it('shows an alert as it is sent', () => {
    const golden = readFileSync(path.join(__dirname, 'golden', 'alerts', 'first-firing.txt'), 'utf8');
    const lines = /What[\s\S]*?20 : 1\)\n/.exec(golden)![0];
    expect(page('judging.md')).toContain(lines);
  });
});

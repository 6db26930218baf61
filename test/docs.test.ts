import { readFileSync } from 'node:fs';
import path from 'node:path';
import { judge } from '../lib/judge/judge';
import { hourlyTable } from '../scripts/bench-hourly';
import { mulberry32 } from './worlds/golden-stream';
import { entered, LAUNCH } from './worlds/moments';
import { CONSISTENT, type HourFact, hoursOf, releaseWith } from './worlds/rollout-facts';

const page = (name: string) => readFileSync(path.join(__dirname, '..', 'docs', name), 'utf8');

describe('docs/judging.md', () => {
  it('has the false alarms of the hourly rule as they are simulated', () => {
    expect(page('judging.md')).toContain(`<!-- bench:hourly -->\n${hourlyTable()}\n<!--`);
  });

  /** 45 requests an hour, each of which fails with a chance of 1.2 %. */
  const uniform = mulberry32(1045);
  const quiet = (): HourFact => {
    const n = Math.round(45 * (0.7 + 0.6 * uniform()));
    return [n, Array.from({ length: n }, uniform).filter((one) => one < 0.012).length];
  };
  const facts = hoursOf(LAUNCH - 2016, LAUNCH + 400, quiet);
  const reasonAfter = (hours: number) =>
    judge(
      releaseWith([CONSISTENT]),
      [entered('2026-02-11T16:00Z', 'A', 0.25)],
      new Map([['#show', facts]]),
      LAUNCH + hours,
    ).reason;

  it('shows a hold as the judge gives it, and what it says three days later', () => {
    expect(page('judging.md')).toContain(`hold: ${reasonAfter(168)}\n`);
    expect(reasonAfter(240)).toContain('about 2 days more');
    expect(page('judging.md')).toContain('Three days later, the same endpoint said `about 2 days more`');
  });

  it('shows what cannot be judged as the judge gives it', () => {
    const random = mulberry32(2026);
    const failing = (n: number, rate: number) => Array.from({ length: n }, random).filter((one) => one < rate).length;
    /** 820 requests an hour, in weeks that differ; a fifth of the exposed users' fails. */
    const differing = (hour: number): HourFact => {
      const n = Math.round(820 * (0.7 + 0.6 * random()));
      const exposed = hour < LAUNCH ? 0 : Math.round(n / 100);
      const rate = 0.0125 * (1 + 0.03 * Math.sin(2.4 * Math.floor((hour - LAUNCH) / 168)));
      return [n, failing(n - exposed, rate) + failing(exposed, 0.2)];
    };
    const { reason } = judge(
      releaseWith([CONSISTENT]),
      [entered('2026-02-11T16:00Z', 'A', 0.01)],
      new Map([['#show', hoursOf(LAUNCH - 672, LAUNCH + 169, differing)]]),
      LAUNCH + 168,
    );
    expect(page('judging.md')).toContain(`hold: ${reason}\n`);
  });

  it('shows an alert as it is sent', () => {
    const golden = readFileSync(path.join(__dirname, 'golden', 'alerts', 'first-firing.txt'), 'utf8');
    const lines = /What[\s\S]*?20 : 1\)\n/.exec(golden)![0];
    expect(page('judging.md')).toContain(lines);
  });
});

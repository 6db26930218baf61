import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { judge } from '../lib/judge/judge';
import { hourlyTable } from '../scripts/bench-hourly';
import { mulberry32 } from './worlds/golden-stream';
import { entered, LAUNCH } from './worlds/moments';
import { CONSISTENT, type HourFact, hoursOf, releaseWith } from './worlds/rollout-facts';

const DOCS = path.join(__dirname, '..', 'docs');
const page = (name: string) => readFileSync(path.join(DOCS, name), 'utf8');

describe('docs/judging.md', () => {
  it('is three pages', () => {
    expect(page('judging.md').split(/\s+/).length).toBeLessThanOrEqual(2000);
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

describe('the pages beside it', () => {
  it('have the false alarms of the hourly rule as they are simulated', () => {
    expect(page('judging/method.md')).toContain(`<!-- bench:hourly -->\n${hourlyTable()}\n<!--`);
  });

  it.each(['judging.md', 'judging/missing-knowledge.md'])(
    '%s: each way in which knowledge is missing has a test',
    (name) => {
      const rows = page(name)
        .split('\n')
        .filter((line) => /^\| .*`test\//.test(line));
      const tests = rows.flatMap((row) => [...row.matchAll(/`(test\/[^`]+)`/g)].map(([, file]) => file!));
      expect(rows.length).toBeGreaterThan(5);
      expect(tests.filter((file) => !existsSync(path.join(DOCS, '..', file)))).toEqual([]);
    },
  );

  it('say of each goal that is missed why', () => {
    const [, goals, why] = /\n\| goal \|([\s\S]*?)\n\n[\s\S]*## Why some goals are missed\n([\s\S]*?)\n## /.exec(
      page('judging/benchmark.md'),
    )!;
    const missed = goals!
      .split('\n')
      .filter((row) => / \| no, [^|]* off \|$/.test(row))
      .map((row) => row.split(' | ')[0]!.slice(2));
    expect(goals!.split('\n').length).toBeGreaterThan(30);
    expect(missed.filter((goal) => !why!.includes(`*${goal}*`))).toEqual([]);
  });
});

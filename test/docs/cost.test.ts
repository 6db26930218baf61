import { readFileSync } from 'node:fs';
import path from 'node:path';
import { HOURS_PER_WEEK } from '../../lib/facts/hour';
import { factsFrom } from '../../lib/judge/rollout';
import { LAUNCH } from '../worlds/moments';
import { CONSISTENT, releaseWith } from '../worlds/rollout-facts';

const text = readFileSync(path.join(__dirname, '..', '..', 'docs', 'cost.md'), 'utf8');
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const price = (what: string) => Number(rows.find(([name]) => name!.includes(what))![1]);

/** Weeks before the launch that a release of so many endpoints reads. */
const weeksBefore = (count: number) => {
  const endpoints = Array.from({ length: count }, (_, i) => ({ name: `#${i}`, tag: `${i}`, criteria: [CONSISTENT] }));
  return (LAUNCH - factsFrom(releaseWith([], { endpoints }), LAUNCH)) / HOURS_PER_WEEK;
};

/** The formula of the page, with its unit prices. */
function dollars(endpoints: number, releases: number, weeks: number): number[] {
  const reads = 14 * releases + 0.09 * endpoints * weeks;
  const writes = 12 * releases + 0.12 * endpoints;
  const requests = (730 * (reads * price('million read') + writes * price('million write'))) / 1_000_000;
  const storage = ((endpoints * weeks * 168 * 305) / 1e9) * (price('storage') + price('point-in-time'));
  const work = ((730 * (releases * 1.0 + endpoints * weeks * 0.0022)) / (512 / 1769)) * 0.5 * price('GB-second');
  const fixed = price('a secret') + price('managed key') + 7 * price('an alarm') + 2 * price('a metric');
  return [requests, storage, work, fixed, requests + storage + work + fixed];
}

test('the table is what the formula gives with the unit prices', () => {
  const table = rows.flatMap(([what, ...cells]) => {
    const [, endpoints, releases] = /^(\d+) in (\d+)$/.exec(what!) ?? [];
    return endpoints ? [{ endpoints: Number(endpoints), releases: Number(releases), cells }] : [];
  });
  expect(table.map(({ endpoints }) => endpoints)).toEqual([3, 30, 100, 5_000]);
  for (const { endpoints, releases, cells } of table) {
    const weeks = 4 + weeksBefore(endpoints / releases);
    expect(cells).toEqual([String(weeks), ...dollars(endpoints, releases, weeks).map((one) => one.toFixed(2))]);
  }
});

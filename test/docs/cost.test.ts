import { readFileSync } from 'node:fs';
import path from 'node:path';

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

/** The formula of the page, with its unit prices. */
function dollars(endpoints: number, releases: number): number[] {
  const weeks = 8;
  const requests =
    (730 * endpoints * (8.6 * weeks * price('million read') + 2.63 * price('million write'))) / 1_000_000;
  const storage = ((endpoints * weeks * 168 * 305) / 1e9) * (price('storage') + price('point-in-time'));
  const work = ((730 * (releases * 0.55 + endpoints * weeks * 0.006)) / (512 / 1769)) * 0.5 * price('GB-second');
  const fixed = price('a secret') + price('managed key') + 7 * price('an alarm') + 2 * price('a metric');
  return [requests, storage, work, fixed, requests + storage + work + fixed];
}

test('the table is what the formula gives with the unit prices', () => {
  const table = rows.flatMap(([what, ...cells]) => {
    const [, endpoints, releases] = /^(\d+) in (\d+)$/.exec(what!) ?? [];
    return endpoints ? [{ endpoints: Number(endpoints), releases: Number(releases), cells }] : [];
  });
  expect(table.map(({ endpoints }) => endpoints)).toEqual([3, 30, 100, 5_000]);
  for (const { endpoints, releases, cells } of table)
    expect(cells).toEqual(dollars(endpoints, releases).map((one) => one.toFixed(2)));
});

import type { HardTable } from './hard';
import { geometricMean, mean } from './metrics';
import { number, percent, table } from './print';
import { RULES } from './rules';
import type { Goal } from './table';
import type { Results } from './trials';

type Found = Results['hard'];

const TITLES: Readonly<Record<HardTable, string>> = {
  drift: 'weeks that differ: delay / bound, missed',
  events: 'healthy, and what happens',
  gate: 'promoted from the first stage',
  recovery: 'broken for ten days',
  independent: 'independent generator',
};
const GATE_COLUMNS = ['on schedule', 'by the last look', 'cannot be judged'];
const peers = RULES.filter(({ ours }) => !ours).map(({ name }) => name);
const all = RULES.map(({ name }) => name);
const COLUMNS: Readonly<Record<HardTable, readonly string[]>> = {
  drift: all,
  events: [...all, ...GATE_COLUMNS],
  gate: [...peers, ...GATE_COLUMNS],
  recovery: ['rollouts with a page', 'closed while broken', 'hours after the repair, median'],
  independent: [...all, ...GATE_COLUMNS],
};

/** A column's values in a row, of those cells that have one. */
const valuesOf = (found: Found, which: HardTable, row: (name: string) => boolean, column: string): number[] =>
  found
    .filter((one) => one.table === which && row(one.row))
    .map(({ values }) => values[column] ?? Number.NaN)
    .filter((value) => !Number.isNaN(value));

/** The benchmark as hard as life, in Markdown: a table for each kind. */
export const hardTables = (found: Found): string =>
  (Object.keys(TITLES) as HardTable[])
    .map((which) => {
      const rows = [...new Set(found.filter((one) => one.table === which).map(({ row }) => row))];
      return table(
        [TITLES[which], ...COLUMNS[which]],
        rows.map((row) => [row, ...COLUMNS[which].map((column) => cellText(found, which, row, column))]),
      );
    })
    .join('\n\n');

function cellText(found: Found, which: HardTable, row: string, column: string): string {
  const values = valuesOf(found, which, (one) => one === row, column);
  if (which === 'drift') {
    const missed = valuesOf(found, which, (one) => one === row, `${column}, missed`);
    return `${number(geometricMean(values))}, ${percent(mean(missed))}`;
  }
  return column.startsWith('hours') ? number(mean(values)) : percent(mean(values));
}

/** What the judge is held to on it. */
export function hardGoals(found: Found): Goal[] {
  const of = (which: HardTable, row: string | ((name: string) => boolean), column: string) =>
    mean(valuesOf(found, which, typeof row === 'string' ? (one) => one === row : row, column));
  const atMost = (name: string, value: number, limit: number): Goal => ({ name, value, limit, unit: '%' });
  const atLeast = (name: string, value: number, limit: number): Goal => ({
    ...atMost(name, value, limit),
    atLeast: true,
  });
  const drifting = (drift: number, limit: number, missed: number): Goal[] => [
    {
      name: `PAGE: delay, weekly drift ${drift}`,
      value: geometricMean(valuesOf(found, 'drift', (row) => row === `weekly drift ${drift}`, 'PAGE')),
      limit,
      unit: 'x the bound',
    },
    atMost(`PAGE: missed, weekly drift ${drift}`, of('drift', `weekly drift ${drift}`, 'PAGE, missed'), missed),
  ];
  const harmful = (users: string) =>
    of('gate', (row) => row.startsWith(users) && /documented harm$/.test(row), 'by the last look');
  const hours = (row: string, limit: number): Goal => ({
    name: `PAGE: recovery at ${row}`,
    value: of('recovery', row, 'hours after the repair, median'),
    limit,
    unit: 'hours',
  });
  const events = [
    'outage of 2 hours at 30 %',
    'outage of 4 hours at 95 %',
    'outage of 6 hours at 10 %',
    'one hour at 20 times the requests',
  ];
  return [
    ...drifting(0, 2.6, 0.06),
    ...drifting(0.1, 3.5, 0.1),
    ...[1, 5, 10].map((users) =>
      atMost(`GATE: documented harm promoted, ${users} % of users`, harmful(`${users} %`), 0.01),
    ),
    atMost('GATE: documented harm promoted, 25 % of users', harmful('25 % of users, drift 0:'), 0.02),
    atLeast(
      'GATE: healthy on schedule, 25 % of users',
      of('gate', '25 % of users, drift 0: nothing', 'on schedule'),
      0.95,
    ),
    ...events.map((row) => atLeast(`GATE: on schedule after ${row}`, of('events', row, 'on schedule'), 0.9)),
    hours('200-5,000/h', 10),
    hours('1.4-20/h, no error before', 30),
    atMost(
      'PAGE: closed while broken',
      of('recovery', () => true, 'closed while broken'),
      0.01,
    ),
    atMost(
      'THRESHOLD: false breaches at 1-5/h, users who try again',
      of('events', '1-5/h, users who try again', 'THRESHOLD'),
      0.03,
    ),
  ];
}

import type { HardSeeds, HardTable } from './hard';
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
export function hardGoals(found: Found, seeds: HardSeeds): Goal[] {
  const shareOf = (
    name: string,
    limit: number,
    which: HardTable,
    row: (name: string) => boolean,
    column: string,
  ): Goal => {
    const values = valuesOf(found, which, row, column);
    return { name, value: mean(values), limit, unit: '%', of: values.length * seeds[which] };
  };
  const is = (row: string) => (name: string) => name === row;
  const atLeast = (goal: Goal): Goal => ({ ...goal, atLeast: true });
  const drifting = (drift: number, limit: number, missed: number): Goal[] => {
    const row = is(`weekly drift ${drift}`);
    return [
      {
        name: `PAGE: delay, weekly drift ${drift}`,
        value: geometricMean(valuesOf(found, 'drift', row, 'PAGE')),
        limit,
        unit: 'x the bound',
      },
      shareOf(`PAGE: missed, weekly drift ${drift}`, missed, 'drift', row, 'PAGE, missed'),
    ];
  };
  const harmful = (users: number, limit: number) => {
    const row = is(`${users} % of users, drift 0: documented harm`);
    return shareOf(`GATE: documented harm promoted, ${users} % of users`, limit, 'gate', row, 'by the last look');
  };
  const onSchedule = (name: string, limit: number, which: HardTable, row: string) =>
    atLeast(shareOf(`GATE: ${name}`, limit, which, is(row), 'on schedule'));
  const hours = (row: string, limit: number): Goal => ({
    name: `PAGE: recovery at ${row}`,
    value: mean(valuesOf(found, 'recovery', is(row), 'hours after the repair, median')),
    limit,
    unit: 'hours',
  });
  const events = [
    'outage of 2 hours at 30 %',
    'outage of 4 hours at 95 %',
    'outage of 6 hours at 10 %',
    'one hour at 20 times the requests',
  ];
  const isClustered = (row: string) => row.startsWith('1-5/h') && row.endsWith('users who try again');
  return [
    ...drifting(0, 2.6, 0.06),
    ...drifting(0.1, 3.5, 0.1),
    ...[1, 5, 10].map((users) => harmful(users, 0.01)),
    harmful(25, 0.02),
    onSchedule('healthy on schedule, 25 % of users', 0.95, 'gate', '25 % of users, drift 0: nothing'),
    ...events.map((row) => onSchedule(`on schedule after ${row}`, 0.9, 'events', row)),
    hours('200-5,000/h', 10),
    hours('1.4-20/h, no error before', 30),
    shareOf('PAGE: closed while broken', 0.01, 'recovery', () => true, 'closed while broken'),
    shareOf('THRESHOLD: false breaches at 1-5/h, users who try again', 0.03, 'events', isClustered, 'THRESHOLD'),
  ];
}

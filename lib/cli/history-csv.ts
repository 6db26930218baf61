import { plain } from '../facts/format';
import { csvLine } from './csv-line';
import type { HistoryRow } from './history-rows';

const COLUMNS = [
  'endpoint',
  'hour',
  'stage',
  'exposure',
  'kind',
  'requests',
  'errors',
  'excluded',
  'rate',
  'statuses',
  'reason',
  'revision',
  'final',
  'quiet',
] as const;

/**
 * The rows of `history` as records of a CSV under a header; hours in UTC, rates and exposure as fractions. Text from outside
 * is plain: on one line, and nothing that a terminal would obey.
 */
export const historyCsv = (rows: readonly HistoryRow[]): string[] => [
  csvLine(COLUMNS),
  ...rows.map((row) => {
    const cells = { ...row, statuses: row.counts && statusesText(row.counts), quiet: row.quiet?.join('; ') };
    return csvLine(
      COLUMNS.map((name) => {
        const cell = cells[name];
        return typeof cell === 'string' ? plain(cell, Number.POSITIVE_INFINITY) : cell;
      }),
    );
  }),
];

/**
 * Not with a colon: a spreadsheet takes "200:45" for a time.
 *
 * @example statusesText({ 200: 990, 502: 10 }) === '200=990 502=10'
 */
const statusesText = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([status, requests]) => `${status}=${requests}`)
    .join(' ');

import type { Command } from 'commander';
import { onCallText } from '../alert/on-call';
import { mutesOf } from '../alert/quiet';
import { SETTLE_MINUTES } from '../facts/due';
import { clock, count, percent, plain, plural, span } from '../facts/format';
import { hourFrom, hourOf, hourText, type Instant, newestSettledHour, startOf } from '../facts/hour';
import { dashboardAt } from '../release/dashboard';
import { namedSeriesOf } from '../release/series-of';
import { loadSnapshots } from '../sampling';
import { hoursFor, instantFor, jsonOption, placeOptions, problemsIn, type StorePlace } from './arguments';
import { simulationJson, simulationLines, withBook } from './book';
import { historyCsv } from './history-csv';
import { type HistoryRow, rowsOf } from './history-rows';
import { type Io, UsageError } from './io';

interface HistoryOptions extends StorePlace {
  last?: number;
  from?: Instant;
  to?: Instant;
  json?: boolean;
  csv?: boolean;
}

/** A row for every hour of every series stands in memory at once. */
const MOST_HOURS = 366 * 24;

/** Prints what was recorded; `records` takes the CSV, whose lines end in CR LF as RFC 4180 has it. */
export function historyCommand(program: Command, io: Io, records: Io['out']): void {
  const command = program
    .command('history')
    .argument('[endpoint]', 'an endpoint, a control endpoint or "<endpoint> (toggle off)" (default: all)')
    .description('print the recorded hours')
    .option('--last <hours>', 'how far back: 24h, 7d, 2w (default: 24h)', hoursFor('--last'))
    .option('--from <instant>', 'start, an instant with its offset', instantFor('--from'))
    .option('--to <instant>', 'end (default: the newest settled hour)', instantFor('--to'))
    .addOption(jsonOption().conflicts('csv'))
    .option('--csv', 'print CSV, for spreadsheets')
    .addHelpText(
      'after',
      `
An hour without trustworthy data is "unknown", never 0. Below the hours stand the silences and acknowledgements of that
time, and a link to the Datadog dashboard at these hours. In CSV (RFC 4180), an unknown hour has no counts and no rate.
A text that a spreadsheet would read as a formula begins with an apostrophe.

Examples:
  $ stagewatch history '#show' --last 24h
  $ stagewatch history --from 2026-02-11T16:00Z --to 2026-02-12T16:00Z --json
  $ stagewatch history --last 3w --csv > history.csv`,
    )
    .action(async (wanted: string | undefined, options: HistoryOptions) => {
      await withBook(options, io, 'read', async (book) => {
        const { release } = book;
        const names = namedSeriesOf(release).map(({ name }) => name);
        const problems = problemsIn(options);
        if (wanted !== undefined && !names.includes(wanted))
          problems.push(`endpoint - got ${wanted}, expected one of ${names.join(', ')}`);
        if (options.last !== undefined && options.from !== undefined)
          problems.push('--last and --from - got both, expected one of them');
        if (typeof options.from === 'number' && typeof options.to === 'number' && options.from >= options.to)
          problems.push('--from - got an instant that is not before --to');
        if (problems.length > 0) throw new UsageError(problems.join('\n'));

        const end = newestSettledHour(book.now, SETTLE_MINUTES) + 1;
        const to = options.to === undefined ? end : Math.min(end, hourOf(options.to));
        const from = options.from === undefined ? to - (options.last ?? 24) : hourFrom(options.from);
        if (to - from > MOST_HOURS)
          throw new UsageError(
            `history - got ${count(to - from)} hours, expected at most ${count(MOST_HOURS)}, a year; ask for a part`,
          );
        const onCall = await book.history.onCall();
        const facts = {
          log: await book.history.stages(),
          snapshots: await loadSnapshots(book.history, release, from, to),
          mutes: mutesOf(release, onCall),
        };
        const rows = (wanted === undefined ? names : [wanted]).flatMap((name) =>
          rowsOf(name, from, to, facts, release),
        );
        if (options.json) {
          const found = { ...simulationJson(book), judgedUpTo: hourText(end), hours: rows };
          return io.out(JSON.stringify(found, null, 2));
        }
        if (options.csv) {
          // The table itself has room for hours only.
          for (const line of simulationLines(book)) io.err(line);
          for (const record of historyCsv(rows)) records(`${record}\r`);
          return;
        }
        for (const line of simulationLines(book)) io.out(line);
        for (const row of rows) io.out(lineOf(row, names.length > 1 && wanted === undefined, release.timeZone));
        for (const event of onCall.filter(
          ({ at }) => at >= startOf(from) && at < (options.to ?? Number.POSITIVE_INFINITY),
        ))
          io.out(`${clock(event.at, release.timeZone)}  ${onCallText(event, release.timeZone)}`);
        if (rows.length === 0) io.err('no hour in this range');
        const link = dashboardAt(release, { from, to });
        if (link) io.out(`\n${plural(to - from, 'hour')}, ${span(from, to, release.timeZone)}\n  ${link}`);
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}

function lineOf(row: HistoryRow, named: boolean, timeZone: string): string {
  const time = clock(startOf(Date.parse(row.hour) / 3_600_000), timeZone);
  const stage = row.stage === undefined ? 'baseline' : `${row.stage} ${percent(row.exposure!)}`;
  const what =
    row.kind === 'unknown'
      ? `unknown (${plain(row.reason!)})`
      : `${(row.rate === undefined ? 'no requests' : percent(row.rate)).padStart(11)}  ${count(row.errors!).padStart(6)} errors of ${count(row.requests!).padStart(6)}, ${count(row.excluded!)} excluded${row.revision > 1 ? `, revision ${row.revision}` : ''}`;
  return `${time}  ${stage.padEnd(9)} ${named ? `${row.endpoint}  ` : ''}${what}`;
}

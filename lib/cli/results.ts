import type { Command } from 'commander';
import { hourText } from '../facts/hour';
import { dashboardAt } from '../release/dashboard';
import type { Release } from '../release/schema';
import { eventQueriesOf } from '../release/source-section';
import { type EventCount, exposedOf, usersIn } from '../results/event-count';
import { type ResultWindow, resultsOf } from '../results/results';
import { resultsText } from '../text/results-text';
import { windowJson } from '../text/verdict-json';
import { jsonOption, placeOptions, type StorePlace } from './arguments';
import { factsOf, simulationJson, simulationLines, withBook } from './book';
import type { Io } from './io';

export function resultsCommand(program: Command, io: Io): void {
  const command = program
    .command('results')
    .description("print the numbers for the plan's Results: baseline, stages and checks")
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ stagewatch results\n  $ stagewatch results --release document-status --json',
    )
    .action(async (options: StorePlace & { json?: boolean }) => {
      await withBook(options, io, 'read', async (book) => {
        const { log, snapshots, newest } = await factsOf(book);
        const windows = resultsOf(book.release, log, snapshots, newest);
        const counts = await book.history.eventCounts();
        if (options.json) {
          const all = windows.map((window) => ({
            ...windowJson(window),
            leftOut: window.leftOut?.map(windowJson),
            users: usersJson(window, counts),
            usersOf: pagesJson(window, counts, book.release),
            link: dashboardAt(book.release, window),
          }));
          const found = { ...simulationJson(book), judgedUpTo: hourText(newest + 1), windows: all };
          return io.out(JSON.stringify(found, null, 2));
        }
        if (windows.length === 0)
          io.err(
            'the release is not launched: there are no results yet; say when with: stagewatch stage enter <stage>',
          );
        for (const line of [...simulationLines(book), ...resultsText(windows, book.release, counts)]) io.out(line);
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}

/** The users that were counted, all or those exposed, and how many had the feature; absent where nobody counted. */
function usersJson(window: ResultWindow, all: readonly EventCount[], page?: string) {
  const counted = usersIn(all, window, page);
  if (!counted) return undefined;
  const { users, counts } = counted;
  return { counted: users, counts, exposed: exposedOf(counted, window.exposure) };
}

/** The same of each page that has a query; absent where none was counted. */
function pagesJson(window: ResultWindow, all: readonly EventCount[], release: Release) {
  const pages = eventQueriesOf(release).usersOf.flatMap(({ name }) => {
    const users = usersJson(window, all, name);
    return users ? [{ name, ...users }] : [];
  });
  return pages.length > 0 ? pages : undefined;
}

import type { Command } from 'commander';
import { fill, firstHour } from '../run';
import { jsonOption, placeOptions, type StorePlace } from './arguments';
import { factsOf } from './book';
import type { Io } from './io';
import { withLiveRelease } from './live';
import { progressOn } from './progress';
import { workText } from './run';

export function backfillCommand(program: Command, io: Io): void {
  const command = program
    .command('backfill')
    .description('pull the hours that are missing, back to four weeks before the launch; judges and alerts nothing')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Needs DD_API_KEY and DD_APP_KEY. A run does the same by itself; this only does it now, with progress.
Nothing is done while this machine's clock is more than five minutes ahead of Datadog's or the table's.

Examples:
  $ DD_API_KEY=... DD_APP_KEY=... stagewatch backfill`,
    )
    .action(async (options: StorePlace & { json?: boolean }) => {
      await withLiveRelease(options, io, async (watch, book) => {
        const { log, snapshots } = await factsOf(book);
        const progress = progressOn(io, 'sampling');
        const report = await fill(watch, snapshots, firstHour(log, book.now), book.now, {
          signal: io.signal,
          progress: (done, total) => progress.at(done, total),
        });
        progress.stop();
        if (options.json) io.out(JSON.stringify({ ...report, failure: report.failure?.message }));
        else io.out(workText(report));
        if (report.failure) throw report.failure;
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}

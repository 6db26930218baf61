import type { Command } from 'commander';
import { SETTLE_MINUTES } from '../facts/due';
import { newestSettledHour } from '../facts/hour';
import { fill, firstHour, loadSnapshots } from '../sampling';
import { jsonOption, placeOptions, type StorePlace } from './arguments';
import type { Io } from './io';
import { withLiveRelease } from './live';
import { progressOn } from './progress';
import { workText } from './run';

export function backfillCommand(program: Command, io: Io): void {
  const command = program
    .command('backfill')
    .description('fetch missing hours, those before the launch included, without judging or alerting')
    .option(
      '--again',
      'count hours anew that were counted by another metric, scope or tag than the release file names now',
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Needs DD_API_KEY and DD_APP_KEY. Every run does this too; backfill does it now and shows progress.
Nothing is done while this machine's clock is more than five minutes ahead of Datadog's or the table's.
No run counts a final hour again; --again does, where the release file names another metric, scope or tag by now.

Examples:
  $ DD_API_KEY=... DD_APP_KEY=... stagewatch backfill
  $ DD_API_KEY=... DD_APP_KEY=... stagewatch backfill --again`,
    )
    .action(async (options: StorePlace & { again?: boolean; json?: boolean }) => {
      await withLiveRelease(options, io, async (watch, { history, release, now }) => {
        const log = await history.stages();
        const from = firstHour(release, log, now);
        const snapshots = await loadSnapshots(history, release, from, newestSettledHour(now, SETTLE_MINUTES) + 1);
        const progress = progressOn(io, 'sampling');
        const bounds = { signal: io.signal, progress: (done: number, total: number) => progress.at(done, total) };
        const report = await fill(watch, snapshots, log, now, bounds, {
          again: options.again,
          judgedUpTo: (await history.lastVerdict())?.hour,
        });
        progress.stop();
        if (options.json) io.out(JSON.stringify({ ...report, failure: report.failure?.message }));
        else io.out(workText(report));
        if (report.failure) throw report.failure;
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}

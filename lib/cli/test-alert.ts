import type { Command } from 'commander';
import { testAlert } from '../alert/next-alert';
import { SETTLE_MINUTES } from '../facts/due';
import { newestSettledHour } from '../facts/hour';
import { judge } from '../judge/judge';
import { jsonOption, placeOptions, type StorePlace } from './arguments';
import { withBook } from './book';
import { type Io, UsageError } from './io';
import { topicOf, withSink } from './live';

export function testAlertCommand(program: Command, io: Io): void {
  const command = program
    .command('test-alert')
    .description('send a test message the way alerts go; changes nothing in the history')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
The message has the attributes of a page (severity page, status test), so it reaches everyone whom pages reach. Silences
and quiet hours do not hold it back. Exit code 0 means that SNS accepted it; only its readers can tell whether it arrived.

Examples:
  $ STAGEWATCH_TABLE=... STAGEWATCH_TOPIC=... stagewatch test-alert
  $ stagewatch test-alert             # without a table: printed here`,
    )
    .action(async (options: StorePlace & { json?: boolean }) => {
      const problems: string[] = [];
      const topic = topicOf(io.env, (options.table ?? io.env.STAGEWATCH_TABLE) !== undefined, problems);
      if (problems.length > 0) throw new UsageError(problems.join('\n'));
      await withBook(options, io, 'read', async ({ release, history, now }) => {
        const verdict =
          (await history.lastVerdict()) ?? judge(release, [], new Map(), newestSettledHour(now, SETTLE_MINUTES));
        // JSON has stdout to itself; a message that is printed here goes beside it.
        const told = options.json ? { ...io, out: io.err } : io;
        await withSink(release, topic, told, (sink) => sink.publish(testAlert(release.name, verdict, now)));
        if (options.json) io.out(JSON.stringify({ published: true, ...(topic && { topic }) }));
        else
          io.err(
            topic ? `SNS has taken the test message for ${topic}` : 'no topic beside the local history; printed here',
          );
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}

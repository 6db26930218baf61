import { SNSClient } from '@aws-sdk/client-sns';
import { type Command, Option } from 'commander';
import { testAlert } from '../alert/next-alert';
import { SETTLE_MINUTES } from '../facts/due';
import { newestSettledHour } from '../facts/hour';
import { BOUNDED_CALLS, bounded } from '../history/client';
import { judge } from '../judge/judge';
import { messageOf } from '../messages/message';
import { publish } from '../messages/sns';
import { bulletinFor } from '../receivers/courier';
import { RECEIVER_NAMES, RECEIVERS, type ReceiverName } from '../receivers/receivers';
import { jsonOption, placeOptions, problemsIn, receiverFor, type StorePlace } from './arguments';
import { arrivalAt } from './arrival';
import { tableFor, withBook } from './book';
import { type Io, UsageError } from './io';
import { topicOf, withSink } from './live';
import { receiversToTell } from './notify';

export function testAlertCommand(program: Command, io: Io): void {
  const command = program
    .command('test-alert')
    .description('send a test message the way alerts go; changes nothing in the history')
    .addOption(
      new Option('--to <receiver>', `${RECEIVER_NAMES.join(' or ')}: see it arrive there`).argParser(
        receiverFor('--to'),
      ),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
The message has the attributes of a page (severity page, status test), so it reaches everyone whom pages reach. Silences
and quiet hours do not hold it back. Exit code 0 means that SNS accepted it; only its readers can tell whether it arrived.

With --to, no other receiver gets it, and the command waits until that one has taken it: exit code 0 then
means that it arrived. People and tools that are subscribed to the topic themselves get it all the same.

Examples:
  $ STAGEWATCH_TABLE=... STAGEWATCH_TOPIC=... stagewatch test-alert
  $ stagewatch --stack Stagewatch test-alert --to slack
  $ stagewatch test-alert             # without a table: printed here, and told to the receivers of watch
  $ stagewatch test-alert --to slack  # the same, to one of them`,
    )
    .action(async (options: StorePlace & { to?: ReceiverName; json?: boolean }) => {
      const problems = problemsIn(options);
      const { to } = options;
      const table = tableFor(options, io.env);
      const topic = topicOf(io.env, table !== undefined, problems);
      if (problems.length > 0) throw new UsageError(problems.join('\n'));
      const receivers = table === undefined ? receiversToTell(io.env).filter(({ name }) => !to || name === to) : [];
      if (to !== undefined && table === undefined && receivers.length === 0)
        throw new UsageError(
          `--to - got ${to}, expected a receiver in notify of stagewatch.yaml, or a deployed stack: name it with --stack`,
        );
      await withBook(options, io, 'read', async ({ release, history, now }) => {
        const verdict =
          (await history.lastVerdict()) ?? judge(release, [], new Map(), newestSettledHour(now, SETTLE_MINUTES));
        const alert = testAlert(release.name, verdict, now);
        if (to !== undefined && table !== undefined && topic !== undefined) {
          const { attributes, ...message } = messageOf(alert, release);
          const sns = bounded(new SNSClient(BOUNDED_CALLS));
          await publish(sns, topic, { ...message, attributes: { ...attributes, to } });
          await arrivalAt(to, alert.dedupKey, table, io.signal);
          if (options.json) io.out(JSON.stringify({ published: true, topic, arrived: to }));
          else io.err(`${RECEIVERS[to].title} has taken the test message`);
          return;
        }
        const failures: string[] = [];
        for (const { name, tell } of receivers)
          await tell(bulletinFor(alert, release)).then(
            () => io.err(`${RECEIVERS[name].title} has taken the test message`),
            (error) => failures.push((error as Error).message),
          );
        if (failures.length > 0) throw new Error(failures.join('\n'));
        if (to !== undefined) {
          if (options.json) io.out(JSON.stringify({ published: true, arrived: to }));
          return;
        }
        // JSON has stdout to itself; a message that is printed here goes beside it.
        const told = options.json ? { ...io, out: io.err } : io;
        await withSink(release, topic, told, (sink) => sink.publish(alert));
        if (options.json) io.out(JSON.stringify({ published: true, ...(topic && { topic }) }));
        else
          io.err(
            topic ? `SNS has taken the test message for ${topic}` : 'no topic beside the local history; printed here',
          );
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}

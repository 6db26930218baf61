import { userInfo } from 'node:os';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Command } from 'commander';
import { acknowledging } from '../actions/on-call';
import { memberKey } from '../alert/member';
import { hourText, instantText } from '../facts/hour';
import { BOUNDED_CALLS, bounded } from '../history/client';
import { publish } from '../messages/sns';
import { ACKNOWLEDGED_AT, acknowledgementMessage } from '../receivers/acknowledgement-message';
import { jsonOption, placeOptions, problemsIn, type StorePlace, textFor } from './arguments';
import { type Book, tableFor, withBook } from './book';
import { type Io, UsageError } from './io';
import { RECEIVERS_VARIABLE } from './stack';

interface AckOptions extends StorePlace {
  by?: string;
  note?: string;
  endpoint?: string[];
  json?: boolean;
}

/** The receiver of the stack that calls people, if it has it. A watch finds in its history what is acknowledged. */
async function tellReceiver(options: AckOptions, io: Io, { release, history }: Book, text: string): Promise<void> {
  const topic = io.env.STAGEWATCH_TOPIC;
  const asked = io.env[RECEIVERS_VARIABLE]?.split(',') ?? [];
  if (tableFor(options, io.env) === undefined || !topic || !asked.includes(ACKNOWLEDGED_AT.name)) return;
  const { title } = ACKNOWLEDGED_AT;
  const message = await acknowledgementMessage(release, history, text);
  if (!message) return io.err(`${title} is told once all that is open is acknowledged`);
  try {
    await publish(bounded(new SNSClient(BOUNDED_CALLS)), topic, message);
    io.err(`${title} is told`);
  } catch (error) {
    throw new Error(
      `it is recorded, but ${title} could not be told - got ${(error as Error).message}, expected to publish it; acknowledge the incident there`,
    );
  }
}

export function ackCommand(program: Command, io: Io): void {
  const command = program
    .command('ack')
    .description('acknowledge open alerts, so that they are not repeated')
    .option('--by <name>', 'who works on it (default: your login name)', textFor('--by'))
    .option('--note <text>', 'what is being done; the next message says it', textFor('--note'))
    .option('--endpoint <names...>', 'only what is open of these endpoints (default: all that is open)')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
The incident in PagerDuty is acknowledged, too, once all that is open is. You still hear of anything new, of a breach that becomes a roll back, and of the all-clear.

Examples:
  $ stagewatch ack --note "rolling back at 15:00"
  $ stagewatch ack --endpoint '#show' --note "known, fix is on its way"
  $ stagewatch ack --by "Ada" --json`,
    )
    .action(async (options: AckOptions) => {
      const problems = problemsIn(options);
      if (problems.length > 0) throw new UsageError(problems.join('\n'));
      await withBook(options, io, 'write', async (book) => {
        const by = options.by ?? userInfo().username;
        const {
          event: ack,
          text,
          record,
        } = await acknowledging(book, { by, note: options.note, endpoints: options.endpoint });
        await record();
        await tellReceiver(options, io, book, text.join());
        if (!options.json) return io.out(`${book.release.title}: ${text.join()}`);
        const members = ack.members.map((member) => ({
          ...member,
          key: memberKey(member),
          since: hourText(member.since),
        }));
        io.out(JSON.stringify({ ...ack, at: instantText(ack.at), hour: hourText(ack.hour), members }));
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}

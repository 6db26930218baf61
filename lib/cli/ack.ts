import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { acknowledging } from '../actions/on-call';
import { memberKey } from '../alert/member';
import { hourText, instantText } from '../facts/hour';
import { jsonOption, placeOptions, problemsIn, type StorePlace, textFor } from './arguments';
import { withBook } from './book';
import { type Io, UsageError } from './io';

interface AckOptions extends StorePlace {
  by?: string;
  note?: string;
  endpoint?: string[];
  json?: boolean;
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
You still hear of anything new, of a breach that becomes a roll back, and of the all-clear.

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

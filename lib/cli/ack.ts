import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { memberKey } from '../alert/member';
import { type Ack, onCallText } from '../alert/on-call';
import { hourText, instantText } from '../facts/hour';
import { jsonOption, placeOptions, problemsIn, type StorePlace, textFor } from './arguments';
import { withBook } from './book';
import { type Io, UsageError } from './io';
import { say } from './silence';

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
      await withBook(options, io, 'write', async ({ release, history, now }) => {
        const last = await history.lastAlert();
        if (!last || last.open.length === 0)
          throw new UsageError(
            'ack - got nothing that is open, expected a page; "stagewatch check" says how it stands',
          );
        const members = last.open.filter(({ endpoint }) => isAbout(options.endpoint, endpoint));
        const open = [...new Set(last.open.flatMap(({ endpoint }) => endpoint ?? []))];
        const unknown = (options.endpoint ?? []).filter((name) => !open.includes(name));
        if (unknown.length > 0)
          throw new UsageError(
            unknown
              .map((name) => `--endpoint - got ${name}, expected one that is open: ${open.join(', ') || 'none is'}`)
              .join('\n'),
          );
        const ack: Ack = {
          kind: 'ack',
          at: now,
          hour: last.verdict.hour,
          members: members.map(({ untold, ...member }) => member),
          by: options.by ?? userInfo().username,
          ...(options.note && { note: options.note }),
        };
        await say(ack, history);
        if (!options.json) return io.out(`${release.title}: ${onCallText(ack, release.timeZone)}`);
        const acknowledged = ack.members.map((member) => ({
          ...member,
          key: memberKey(member),
          since: hourText(member.since),
        }));
        io.out(JSON.stringify({ ...ack, at: instantText(ack.at), hour: hourText(ack.hour), members: acknowledged }));
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}

/** Blindness and toggles are about no endpoint. */
const isAbout = (wanted: readonly string[] | undefined, endpoint: string | undefined): boolean =>
  wanted === undefined || (endpoint !== undefined && wanted.includes(endpoint));

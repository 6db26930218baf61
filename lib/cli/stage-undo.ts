import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { instantText } from '../facts/hour';
import { timelineOf } from '../facts/stage';
import { jsonOption, placeOptions, problemsIn, type StorePlace, textFor } from './arguments';
import { withBook } from './book';
import { type Io, UsageError } from './io';
import { entryJson, entryText } from './stage-lines';

interface UndoOptions extends StorePlace {
  by?: string;
  note?: string;
  json?: boolean;
}

export function undoCommand(stage: Command, io: Io): void {
  const command = stage
    .command('undo')
    .description('take back the newest entry, as if it had never been; the log only grows')
    .option('--by <name>', 'who did it (default: your login name)', textFor('--by'))
    .option('--note <text>', 'why')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
The entry stays in the log, with who undid it. Windows, baseline, check-ins, results and verdicts are as if it had never
been. Only the newest entry that counts can be undone; do it again to go further back. What really changed the exposure
is no mistake: log that with "stagewatch stage enter".

Examples:
  $ stagewatch stage undo --note "it was B, not C"
  $ stagewatch stage enter B --at 2026-02-18T10:00-05:00`,
    )
    .action(async (options: UndoOptions) => {
      const problems = problemsIn(options);
      if (problems.length > 0) throw new UsageError(problems.join('\n'));
      // Where there is no history yet, there is nothing to undo, and none is begun.
      await withBook(options, io, 'write', async ({ release: { title, timeZone }, history, now }) => {
        const lines = await history.stageLog();
        const counting = timelineOf(lines);
        const entry = counting.at(-1);
        if (!entry) {
          const got = lines.length > 0 ? 'only entries that are undone already' : 'no entry';
          throw new UsageError(`stage log - got ${got}, expected one to undo; see: stagewatch stage list`);
        }
        const by = options.by ?? userInfo().username;
        const undone = { at: entry.at, undoneAt: now, by, ...(options.note && { note: options.note }) };
        if (!(await history.undoStage(undone)))
          throw new UsageError(
            `stage log - the entry at ${instantText(entry.at)} was undone already, by somebody else; see: stagewatch stage list`,
          );
        const current = counting.at(-2);
        if (options.json)
          return io.out(
            JSON.stringify({ ...entryJson({ ...entry, undone }), ...(current && { current: entryJson(current) }) }),
          );
        io.out(`${title}: ${entryText({ ...entry, undone }, timeZone)}`);
        io.out(`what counts now: ${current ? entryText(current, timeZone) : 'no entry; the release is not launched'}`);
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}

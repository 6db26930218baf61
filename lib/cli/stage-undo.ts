import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { undoing } from '../actions/stage-log';
import { entryJson } from '../text/stage-lines';
import { jsonOption, placeOptions, problemsIn, type StorePlace, textFor } from './arguments';
import { withBook } from './book';
import { type Io, UsageError } from './io';

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
      await withBook(options, io, 'write', async (book) => {
        const asked = { by: options.by ?? userInfo().username, note: options.note };
        const { event, text, entry, current, record } = await undoing(book, asked);
        await record();
        if (options.json)
          return io.out(
            JSON.stringify({
              ...entryJson({ ...entry, undone: event }),
              ...(current && { current: entryJson(current) }),
            }),
          );
        io.out(`${book.release.title}: ${text[0]}`);
        for (const line of text.slice(1)) io.out(line);
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}

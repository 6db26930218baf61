import type { Command } from 'commander';
import { judge } from '../judge/judge';
import { statusText } from '../text/status-text';
import { viewOf } from '../text/view';
import { jsonOption, placeOptions, type StorePlace } from './arguments';
import { factsOf, withBook } from './book';
import { colors } from './colors';
import type { Io } from './io';

/** Prints what the live page shows, judged now from the history; `painted` takes the text, whose colours are its own. */
export function statusCommand(program: Command, io: Io, painted: Io['out']): void {
  const command = program
    .command('status')
    .description('how the release stands, with the last two days of each endpoint as a small chart')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
It shows what the live page shows. An hour is a block, from 0 to the highest one: "·" had no requests, and a gap is
unknown. Below all stands each window that a number is of, with the release's Datadog dashboard at just its hours;
--json has it beside each number. The exit code is 0 whatever the verdict; "stagewatch check" has one for scripts.

Examples:
  $ stagewatch status
  $ stagewatch status --json | jq '.open'`,
    )
    .action(async (options: StorePlace & { json?: boolean }) => {
      await withBook(options, io, 'read', async (book) => {
        const { release, history, now } = book;
        const [facts, alerts, onCall, recorded] = await Promise.all([
          factsOf(book),
          history.alerts(),
          history.onCall(),
          history.lastVerdict(),
        ]);
        const verdict = judge(release, facts.log, facts.snapshots, facts.newest);
        const view = viewOf({ ...facts, release, verdict, recorded, alerts, onCall, now });
        if (options.json) io.out(JSON.stringify(view, null, 2));
        else for (const line of statusText(view, colors, io.columns)) painted(line);
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}

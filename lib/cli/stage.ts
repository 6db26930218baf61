import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { type AskedEntry, entering, entryOf } from '../actions/stage-log';
import type { Instant } from '../facts/hour';
import { OFF } from '../facts/stage';
import { entriesOf, entryJson, entryText } from '../text/stage-lines';
import { exposureFor, instantFor, jsonOption, placeOptions, problemsIn, type StorePlace, textFor } from './arguments';
import { releaseFor, withBook } from './book';
import type { Io } from './io';
import { undoCommand } from './stage-undo';

interface EnterOptions extends StorePlace {
  at?: Instant;
  exposure?: number;
  by?: string;
  note?: string;
  relaunch?: boolean;
  json?: boolean;
}

export function stageCommand(program: Command, io: Io): void {
  const stage = program.command('stage').description('record and list changes of exposure');

  const enter = stage
    .command('enter')
    .argument('<stage>', `name of a stage, or "${OFF}" to take the release back to 0 %`)
    .description('record that a stage was entered')
    .option('--at <instant>', 'instant of the change, with its offset (default: now)', instantFor('--at'))
    .option(
      '--exposure <percent>',
      'share that the toggle is set to, if it differs from the release file',
      exposureFor('--exposure'),
    )
    .option('--by <name>', 'who did it (default: your login name)', textFor('--by'))
    .option('--note <text>', 'why')
    .option('--relaunch', 'begin a new launch and baseline, after a long time at 0 %')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  $ stagewatch stage enter A --at 2026-02-11T11:00-05:00
  $ stagewatch stage enter B --exposure 40% --note "careful after the weekend"
  $ stagewatch stage enter ${OFF} --note "errors on #show"

If the release follows its toggles, their changes are entered by themselves; what you enter is then a note, and a more
exact instant. A wrong entry is taken back with "stagewatch stage undo".`,
    )
    .action(async (name: string, options: EnterOptions) => {
      const asked: AskedEntry = { ...options, stage: name, by: options.by ?? userInfo().username };
      const problems = problemsIn(options);
      // What is wrong is said before a history is opened, and so begun; only a simulated one has a clock of its own.
      entryOf(asked, releaseFor(options, io.env).release, io.now(), problems);
      await withBook(options, io, name === OFF ? 'write' : 'enter', async (book) => {
        const { event, text, record } = entering(book, asked, problems);
        await record();
        if (options.json) return io.out(JSON.stringify(entryJson(event)));
        io.out(`${book.release.title}: ${text.join()}`);
      });
    });

  const list = stage
    .command('list')
    .description('print the stage log, oldest first')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
An entry by "toggle NAME" was read from the toggle; "after" is when another share was read. What you enter of the same
change counts as one entry with it. An entry that was undone is listed with who undid it; it does not count. In JSON it has "undone".

Examples:
  $ stagewatch stage list
  $ stagewatch stage list --json | jq 'map(select(has("undone") | not))'`,
    )
    .action(async (options: StorePlace & { json?: boolean }) => {
      await withBook(options, io, 'read', async ({ release: { timeZone }, history }) => {
        const entries = entriesOf(await history.stageLog());
        if (options.json) return io.out(JSON.stringify(entries.map(entryJson), null, 2));
        if (entries.length === 0) io.err('no stage was entered yet; say so with: stagewatch stage enter <stage>');
        for (const entry of entries) io.out(entryText(entry, timeZone));
      });
    });

  undoCommand(stage, io);
  for (const command of [enter, list]) for (const option of placeOptions()) command.addOption(option);
}

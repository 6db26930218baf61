import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { percent } from '../facts/format';
import { type Instant, instantText } from '../facts/hour';
import { OFF, type StageEvent } from '../facts/stage';
import type { Release } from '../release/schema';
import { exposureAt } from '../release/toggles/exposed-share';
import { exposureFor, instantFor, jsonOption, placeOptions, problemsIn, type StorePlace, textFor } from './arguments';
import { chooseRelease, withBook } from './book';
import { type Io, UsageError } from './io';
import { entriesOf, entryJson, entryText } from './stage-lines';
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
      // What is wrong is said before a history is opened, and so begun; only a simulated one has a clock of its own.
      eventOf(name, options, chooseRelease(options.release).release, io.now());
      await withBook(options, io, name === OFF ? 'write' : 'enter', async ({ release, history, now }) => {
        const event = eventOf(name, options, release, now);
        if (!(await history.enterStage(event))) {
          throw new UsageError(
            `stage log - it already has an event at ${instantText(event.at)}; say when this one happened, or undo that one first: stagewatch stage undo`,
          );
        }
        if (options.json) return io.out(JSON.stringify(entryJson(event)));
        io.out(`${release.title}: ${entryText(event, release.timeZone)}`);
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

function eventOf(
  name: string,
  options: EnterOptions,
  release: Pick<Release, 'stages' | 'toggles' | 'exposed'>,
  now: Instant,
): StageEvent {
  const { stages } = release;
  const planned = stages.find((one) => one.name === name);
  const problems = problemsIn(options);
  if (!planned && name !== OFF)
    problems.push(`stage - got ${name}, expected one of ${stages.map((one) => one.name).join(', ')} or ${OFF}`);
  if (name === OFF && Number(options.exposure) > 0)
    problems.push(`--exposure - got ${percent(options.exposure!)}, expected none: "${OFF}" is 0 %`);
  if (planned && options.exposure === 0)
    problems.push(`--exposure - got 0 %, expected more; "stagewatch stage enter ${OFF}" takes the release back`);
  const at = options.at ?? now;
  if (at > now)
    problems.push(`--at - got ${instantText(at)}, expected a time that has come; it is ${instantText(now)}`);
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return {
    at,
    stage: name,
    ...(planned ? exposureAt(release, options.exposure ?? planned.exposure) : { exposure: 0 }),
    ...(planned && { plannedExposure: planned.exposure }),
    by: options.by ?? userInfo().username,
    ...(options.note && { note: options.note }),
    ...(options.relaunch && { relaunch: true }),
  };
}

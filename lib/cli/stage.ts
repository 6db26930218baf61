import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { clock, percent, plain } from '../facts/format';
import { type Instant, instantText } from '../facts/hour';
import type { StageEvent } from '../facts/stage';
import { exposureFor, instantFor, jsonOption, placeOptions, problemsIn, type StorePlace, textFor } from './arguments';
import { chooseRelease, withBook } from './book';
import { type Io, UsageError } from './io';

interface EnterOptions extends StorePlace {
  at?: Instant;
  exposure?: number;
  by?: string;
  note?: string;
  relaunch?: boolean;
  json?: boolean;
}

/** `stage enter off` takes the release back to 0 %. */
export const OFF = 'off';

export function stageCommand(program: Command, io: Io): void {
  const stage = program.command('stage').description('record and list changes of exposure');

  const enter = stage
    .command('enter')
    .argument('<stage>', `name of a stage, or "${OFF}" to take the release back to 0 %`)
    .description('record that a stage was entered')
    .option('--at <instant>', 'instant of the change, with its offset (default: now)', instantFor('--at'))
    .option('--exposure <percent>', 'share of users, if it differs from the release file', exposureFor('--exposure'))
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

A wrong entry stays in the log. Undo it with "${OFF}" a minute later, and enter the right stage with --relaunch.`,
    )
    .action(async (name: string, options: EnterOptions) => {
      // What is wrong is said before a history is opened, and so begun; only a simulated one has a clock of its own.
      eventOf(name, options, chooseRelease(options.release).release.stages, io.now());
      await withBook(options, io, 'write', async ({ release, history, now }) => {
        const event = eventOf(name, options, release.stages, now);
        if (!(await history.enterStage(event))) {
          throw new UsageError(
            `stage log - it already has an event at ${instantText(event.at)}; the log only grows, say when this one happened`,
          );
        }
        if (options.json) return io.out(JSON.stringify({ ...event, at: instantText(event.at) }));
        io.out(`${release.title}: ${lineOf(event, release.timeZone)}`);
      });
    });

  const list = stage
    .command('list')
    .description('print the stage log, oldest first')
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples:\n  $ stagewatch stage list\n  $ stagewatch stage list --json')
    .action(async (options: StorePlace & { json?: boolean }) => {
      await withBook(options, io, 'read', async ({ release, history }) => {
        const log = await history.stages();
        if (options.json)
          return io.out(
            JSON.stringify(
              log.map((event) => ({ ...event, at: instantText(event.at) })),
              null,
              2,
            ),
          );
        if (log.length === 0) io.err('no stage was entered yet; say so with: stagewatch stage enter <stage>');
        for (const event of log) io.out(lineOf(event, release.timeZone));
      });
    });

  for (const command of [enter, list]) for (const option of placeOptions()) command.addOption(option);
}

function eventOf(
  name: string,
  options: EnterOptions,
  stages: readonly { name: string; exposure: number }[],
  now: Instant,
): StageEvent {
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
    exposure: planned ? (options.exposure ?? planned.exposure) : 0,
    ...(planned && { plannedExposure: planned.exposure }),
    by: options.by ?? userInfo().username,
    ...(options.note && { note: options.note }),
    ...(options.relaunch && { relaunch: true }),
  };
}

function lineOf({ at, stage, exposure, plannedExposure, by, note, relaunch }: StageEvent, timeZone: string): string {
  const planned =
    plannedExposure !== undefined && plannedExposure !== exposure ? ` (planned ${percent(plannedExposure)})` : '';
  const words = stage === OFF ? 'off, 0 % of users' : `stage ${stage}, ${percent(exposure)} of users${planned}`;
  return `${clock(at, timeZone)}  ${words}${relaunch ? ', relaunch' : ''}, by ${plain(by)}${note ? `: ${plain(note)}` : ''}`;
}

import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { incidentsOf } from '../alert/incidents';
import { plural } from '../facts/format';
import type { FilledPlan } from '../plan/fill/fill';
import { type Known, knownAt } from '../plan/fill/known';
import { nameOf, type Part } from '../plan/fill/part-of';
import type { Release } from '../release/schema';
import { usersIn } from '../results/event-count';
import { jsonOption, placeOptions, problemsIn, type StorePlace, usersFor } from './arguments';
import { factsOf, withBook } from './book';
import { type Io, UsageError } from './io';
import { planDiff } from './plan-diff';
import { readPlan, writePlan } from './plan-file';

interface FillOptions extends StorePlace {
  stage?: string;
  check?: string;
  users?: number;
  draft?: boolean;
  write?: boolean;
  json?: boolean;
}

export function fillCommand(program: Command, io: Io): void {
  const command = program
    .command('fill')
    .description("answer a plan's [FILL_IN]s from the history, in place; without --write show what would change")
    .argument('<plan>', 'the plan, a Markdown file')
    .addOption(new Option('--stage <name>', 'only the blanks of this stage').conflicts('check'))
    .addOption(new Option('--check <name>', 'only those of this check, such as 1-week'))
    .addOption(
      new Option('--all', 'those of all stages and checks that are over (default)').conflicts(['stage', 'check']),
    )
    .addOption(
      new Option(
        '--users <count>',
        'all users of the pages in the window of --stage or --check, exposed or not, where the events were not counted',
      ).argParser(usersFor('--users')),
    )
    .option('--draft', 'put what the data say to the other questions behind them, as comments')
    .option('--write', 'change the file')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Only placeholders change; what a person wrote, and every other byte, stays. Of the blanks and post-launch questions that stay
open the reason is said. The release is the one in whose folder the plan lies, unless --release names another.
Exit codes: 0 whether or not something was left open, 64 usage.

Examples:
  $ stagewatch fill release-plan.md                        what would change
  $ stagewatch fill release-plan.md --stage A --users 208045 --write
  $ stagewatch fill release-plan.md --check 1-week --draft`,
    )
    .action(async (file: string, options: FillOptions) => {
      const problems = problemsIn(options);
      if (options.users !== undefined && options.stage === undefined && options.check === undefined)
        problems.push(
          '--users - got it for all windows, expected --stage or --check; each window has users of its own',
        );
      if (problems.length > 0) throw new UsageError(problems.join('\n'));
      const source = readPlan(file);
      // Reading Markdown takes a fifth of a second to load, which no other command should wait for.
      const { fillPlan } = await import('../plan/fill/fill');
      await withBook({ ...options, release: options.release ?? folderOf(file) }, io, 'read', async (book) => {
        const { release } = book;
        const wanted = wantedPart(release, options);
        const { log, snapshots, newest } = await factsOf(book);
        const [counts, alerts] = await Promise.all([book.history.eventCounts(), book.history.alerts()]);
        const known = {
          ...knownAt(release, log, snapshots, newest, counts),
          users: options.users,
          incidents: incidentsOf(alerts),
        };
        const filled = fillPlan(source, known, { wanted, draft: options.draft });
        if (options.write && filled.text !== source) writePlan(file, filled.text);
        if (options.json) return io.out(JSON.stringify(fillJson(file, filled, options.write === true), null, 2));
        if (!options.write && filled.text !== source) io.out(planDiff(file, source, filled.edits));
        for (const line of summary(file, filled, options)) io.err(line);
        if (isCounted(wanted, known)) io.err('--users is not used: the users of this window were counted');
        if (!options.write && filled.text !== source) io.err('nothing is written yet; add --write');
      });
    });
  for (const option of placeOptions()) command.addOption(option);
}

/** The release that a plan lies beside. */
function folderOf(file: string): string | undefined {
  const folder = path.dirname(file);
  return existsSync(path.join(folder, 'release.yaml')) ? folder : undefined;
}

function wantedPart(release: Release, { stage, check }: FillOptions): Part | undefined {
  const one = (kind: Part['kind'], name: string, known: readonly { name: string }[]): Part => {
    const found = known.find((other) => other.name.toLowerCase() === name.toLowerCase());
    if (!found)
      throw new UsageError(`${kind} - got ${name}, expected one of ${known.map((other) => other.name).join(', ')}`);
    return { kind, name: found.name };
  };
  if (stage !== undefined) return one('stage', stage, release.stages);
  return check === undefined ? undefined : one('check', check, release.checks);
}

/** Whether somebody says how many users there were in a window of which the events said it. */
function isCounted(wanted: Part | undefined, { users, windows, counts }: Known): boolean {
  const window = wanted && windows.findLast(({ name }) => name === nameOf(wanted));
  return users !== undefined && window !== undefined && usersIn(counts, window) !== undefined;
}

function summary(file: string, { blanks }: FilledPlan, { write, draft }: FillOptions): string[] {
  if (blanks.length === 0) return [`${file}: no blank to fill`];
  const open = blanks.flatMap(({ line, question, answer }) =>
    'open' in answer ? [`  line ${line}: ${question || 'no question'} - ${answer.open}`] : [],
  );
  const answered = plural(blanks.length - open.length, 'blank');
  const drafts = blanks.filter(({ answer }) => 'open' in answer && answer.draft !== undefined).length;
  const drafted = drafts > 0 && draft ? ` (${drafts} with a draft)` : '';
  return [
    `${file}: ${answered} ${write ? 'filled' : 'can be filled'}, ${open.length} left open${drafted}`,
    ...open,
    ...(drafts > 0 && !draft ? [`--draft puts what the data say behind ${drafts} of them`] : []),
  ];
}

const fillJson = (file: string, { blanks }: FilledPlan, written: boolean) => ({
  version: 1,
  file,
  written,
  blanks: blanks.map(({ line, question, answer }) => ({ line, question, ...answer })),
});

import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { plural } from '../facts/format';
import { hourText } from '../facts/hour';
import { simulationText } from '../local/simulation';
import type { FilledPlan } from '../plan/fill/fill';
import type { Known } from '../plan/fill/known';
import { nameOf, type Part } from '../plan/fill/part-of';
import { planSummary, type Summarized } from '../plan/fill/summary';
import type { Release } from '../release/schema';
import { usersIn } from '../results/event-count';
import { jsonOption, placeOptions, problemsIn, type StorePlace, usersFor } from './arguments';
import { simulationJson, simulationLines, withBook } from './book';
import { EXIT, type Io, UsageError } from './io';
import { readPlan, writePlan } from './plan-file';
import { knownIn } from './plan-known';
import { plannedReleases, planPlace } from './plan-place';

interface FillOptions extends StorePlace {
  simulated?: boolean;
  stage?: string;
  check?: string;
  users?: number;
  draft?: boolean;
  write?: boolean;
  json?: boolean;
  summary?: boolean;
  exitCode?: boolean;
  checkout?: string;
}

export function fillCommand(program: Command, io: Io, exit: (code: number) => void): void {
  const command = program
    .command('fill')
    .description("fill in a plan's [FILL_IN] blanks from the history; without --write, show what would change")
    .argument('[plan]', 'the plan, a Markdown file (default: the plan of each release)')
    .addOption(new Option('--stage <name>', "only this stage's blanks").conflicts('check'))
    .addOption(new Option('--check <name>', "only this check's blanks, such as 1-week"))
    .addOption(
      new Option('--all', 'the blanks of all stages and checks that are over (default)').conflicts(['stage', 'check']),
    )
    .addOption(
      new Option(
        '--users <count>',
        'number of users of the pages in the window of --stage or --check, exposed or not, if no events query counts them',
      ).argParser(usersFor('--users')),
    )
    .option('--checkout <folder>', 'folder of the repository in which plans with an address lie')
    .option('--draft', 'add drafts for the other questions: as comments, and as text below the questions at the end')
    .option('--write', 'change the file')
    .option('--simulated', 'with --write: also from a simulation, to try it out')
    .option('--exit-code', 'exit with 1 if a plan changes or would change')
    .addOption(
      new Option('--summary', 'print in Markdown what was answered and what is open, and why').conflicts('json'),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Only blanks change. Every other byte of the plan stays as it is. For each blank and post-launch question that stays open,
fill prints the reason. A plan belongs to the release in whose folder it lies; --release names another one. Without a
plan, fill takes the plan of every release that names one (plan in release.yaml).
Exit codes: 0 done, even if blanks stay open; 1 a plan changes (only with --exit-code); 64 wrong use or a missing plan.

Examples:
  $ stagewatch fill                                        what would change in the plans of all releases
  $ stagewatch fill release-plan.md --stage A --users 208045 --write
  $ stagewatch fill release-plan.md --check 1-week --draft
  $ stagewatch fill --checkout ../plans --write --summary  the body of a pull request`,
    )
    .action(async (file: string | undefined, options: FillOptions) => {
      const problems = problemsIn(options);
      if (options.users !== undefined && options.stage === undefined && options.check === undefined)
        problems.push(
          '--users - got it for all windows, expected --stage or --check; each window has users of its own',
        );
      if (file === undefined && (options.stage ?? options.check) !== undefined)
        problems.push('--stage and --check - got no plan, expected one; each release has stages of its own');
      if (problems.length > 0) throw new UsageError(problems.join('\n'));
      const places =
        file === undefined
          ? plannedReleases(options.release).map((one) => planPlace(one, options.checkout))
          : [{ release: options.release ?? folderOf(file), file }];
      const missing = places.flatMap((one) => ('missing' in one ? [`${one.release} - ${one.missing}`] : []));
      const reports: PlanReport[] = [];
      for (const place of places)
        if ('file' in place) {
          reports.push(await fillFile(place.file, { ...options, release: place.release }, io));
        }
      const changed = reports.some((one) => one.changed);
      if (options.summary) for (const report of reports) io.out(`${planSummary(report)}\n`);
      if (options.json)
        io.out(
          JSON.stringify(
            file === undefined
              ? { version: 1, changed, plans: reports.map(planJson) }
              : { version: 1, ...planJson(reports[0]!) },
            null,
            2,
          ),
        );
      if (missing.length > 0) throw new UsageError(missing.join('\n'));
      if (options.exitCode && changed) exit(EXIT.breach);
    });
  for (const option of placeOptions()) command.addOption(option);
}

/** What became of one plan. */
interface PlanReport extends Summarized {
  /** Set where nobody has measured what is in it. */
  simulation?: ReturnType<typeof simulationJson>['simulation'];
  /** The instant up to which the release was judged, ISO text in UTC. */
  judgedUpTo: string;
  /** Whether its text is another than before. */
  changed: boolean;
  written: boolean;
}

/** Fills one plan: says what would change, or changes it. */
async function fillFile(file: string, options: FillOptions, io: Io): Promise<PlanReport> {
  const source = readPlan(file);
  // Reading Markdown takes a fifth of a second to load, which no other command should wait for.
  const { fillPlan } = await import('../plan/fill/fill');
  return withBook(options, io, 'read', async (book) => {
    const { release, simulation } = book;
    if (simulation && options.write && !options.simulated)
      throw new UsageError(
        `history - got ${simulationText(simulation)}, expected what was measured; nothing is written, --simulated writes it all the same`,
      );
    const wanted = wantedPart(release, options);
    const known = { ...(await knownIn(book)), users: options.users };
    const filled = fillPlan(source, known, { wanted, draft: options.draft });
    const changed = filled.text !== source;
    if (options.write && changed) writePlan(file, filled.text);
    if (!options.json) {
      if (!options.write && !options.summary && changed) io.out(diffOf(file, source, filled.text));
      for (const line of [...simulationLines(book), ...summary(file, filled, options)]) io.err(line);
      if (isCounted(wanted, known)) io.err('--users is not used: the users of this window were counted');
      if (!options.write && changed) io.err('nothing is written yet; add --write');
    }
    return {
      release: release.name,
      file,
      ...simulationJson(book),
      judgedUpTo: hourText(known.newest + 1),
      changed,
      written: options.write === true,
      blanks: filled.blanks,
    };
  });
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

/** The changed lines as a unified diff. For people: line ends and tabs are shown as the terminal would. */
function diffOf(file: string, before: string, after: string): string {
  const [old, now] = [before, after].map((text) => text.replace(/\r$/gm, '').replace(/\t/g, '    '));
  const options = { context: 1, headerOptions: FILE_HEADERS_ONLY };
  return createTwoFilesPatch(file, file, old!, now!, undefined, undefined, options).replace(/\n$/, '');
}

function summary(file: string, { blanks }: FilledPlan, { write, draft }: FillOptions): string[] {
  if (blanks.length === 0) return [`${file}: no blank to fill`];
  const open = blanks.flatMap(({ line, question, answer }) =>
    'open' in answer ? [`  line ${line}: ${question || 'no question'} - ${answer.open}`] : [],
  );
  const answered = plural(blanks.length - open.length, 'blank');
  const drafts = blanks.filter(({ answer }) => 'open' in answer && answer.draft?.() !== undefined).length;
  const drafted = drafts > 0 && draft ? ` (${drafts} with a draft)` : '';
  return [
    `${file}: ${answered} ${write ? 'filled' : 'can be filled'}, ${open.length} left open${drafted}`,
    ...open,
    ...(drafts > 0 && !draft ? [`--draft puts what the data say behind ${drafts} of them`] : []),
  ];
}

const planJson = ({ release, simulation, file, judgedUpTo, changed, written, blanks }: PlanReport) => ({
  release,
  ...(simulation && { simulation }),
  judgedUpTo,
  file,
  changed,
  written,
  blanks: blanks.map(({ line, question, answer }) => {
    if ('text' in answer) return { line, question, text: answer.text };
    const draft = answer.draft?.();
    return { line, question, open: answer.open, ...(draft && { draft: draft.line }) };
  }),
});

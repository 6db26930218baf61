import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { plural } from '../facts/format';
import { nameProblem } from '../release/parse';
import { type Io, UsageError } from './io';
import { readPlan } from './plan-file';

/** What editors know release files by, where Stagewatch is installed; else it is a checkout, which has its own. */
const INSTALLED_SCHEMA = 'node_modules/stagewatch/docs/release.schema.json';

export function initCommand(program: Command, io: Io): void {
  program
    .command('init')
    .description('draft a release folder from its plan; whatever the plan does not say becomes a TODO')
    .argument('[plan]', 'the plan, a Markdown file')
    .option('--out <folder>', "folder to create (default: releases/ and the plan's title)")
    .option('--survey <folder>', 'draft nothing; report what would be read from all plans in a folder')
    .addHelpText(
      'after',
      `
The folder gets a copy of the plan and a release.yaml, which names the plan's line for each value. "stagewatch validate"
lists the TODOs that are left. init never overwrites anything.

Examples:
  $ stagewatch init release-plan.md
  $ stagewatch init release-plan.md --out releases/document-status
  $ stagewatch init --survey ../plans`,
    )
    .action(async (plan: string | undefined, { out, survey }: { out?: string; survey?: string }) => {
      if (survey !== undefined) return surveyFolder(survey, io);
      if (plan === undefined)
        throw new UsageError('plan - got none, expected a Markdown file, or --survey with a folder');
      const source = planFor(plan, out);
      // Reading Markdown takes a fifth of a second to load, which no other command should wait for.
      const [{ draftOf }, { releaseDraft }, { todosIn }] = await Promise.all([
        import('../plan/draft/draft'),
        import('../plan/draft/release-draft'),
        import('../plan/draft/survey'),
      ]);
      const draft = draftOf(source);
      if (draft.stages.length === 0 && draft.endpoints.length === 0 && draft.toggles.length === 0)
        throw new UsageError(`plan - got ${plan} without toggles, criteria and stages, expected a release plan`);
      const folder = out ?? path.join('releases', folderName('todo' in draft.title ? '' : draft.title.value));
      const text = releaseDraft(draft, {
        folder,
        plan: 'release-plan.md',
        runbook: 'docs/runbook.md',
        ...(existsSync(INSTALLED_SCHEMA) && { schema: path.relative(folder, INSTALLED_SCHEMA) }),
      });
      makeFolder(folder, text, plan);
      const file = path.join(folder, 'release.yaml');
      const open = todosIn(text).map(({ line, key, why }) => `  line ${line}: ${key} - ${why}`);
      const unread = draft.unread.map(({ line, why }) => `  line ${line} of the plan was not read: ${why}`);
      const missing = draft.lacks.map((what) => `  ${what}; add it, or say in the plan where it ends`);
      io.out(file);
      for (const line of [
        `drafted from ${plan}; ${plural(open.length, 'TODO')} left:`,
        ...open,
        ...unread,
        ...missing,
        `read it beside the plan, fill in what is left, then: npx --no-install stagewatch validate ${folder}`,
      ])
        io.err(line);
    });
}

/** Prints what would be read of each Markdown file in a folder and below it; one that cannot be read is said to be so. */
async function surveyFolder(folder: string, io: Io): Promise<void> {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new UsageError(`--survey - got ${folder}, expected a folder with plans`);
  const { surveyOf } = await import('../plan/draft/survey');
  const plans = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = path.join(folder, name);
    if (!/\.(md|markdown)$/i.test(name) || /(^|[\\/])(node_modules|\.git)[\\/]/.test(name) || !statSync(file).isFile())
      continue;
    try {
      plans.set(name, readPlan(file));
    } catch (error) {
      io.err((error as Error).message);
    }
  }
  for (const line of surveyOf(plans)) io.out(line);
}

/**
 * The plan, for a folder that can be that of a release.
 *
 * @throws UsageError that says what is wrong with both
 */
function planFor(plan: string, out: string | undefined): string {
  const unnamed = out === undefined ? undefined : nameProblem(path.basename(path.resolve(out)));
  const problems = unnamed === undefined ? [] : [`--out - ${unnamed} as the name of the release's folder`];
  try {
    const text = readPlan(plan);
    if (problems.length === 0) return text;
  } catch (error) {
    problems.unshift((error as Error).message);
  }
  throw new UsageError(problems.join('\n'));
}

/** "Document Status" → document-status */
function folderName(title: string): string {
  const name = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63);
  if (name === '')
    throw new UsageError('--out - got nothing, expected the folder to make; the plan has no title to name it by');
  return name;
}

/** Makes the folder with both files in one step, so that no half of it is ever seen. */
function makeFolder(folder: string, release: string, plan: string): void {
  if (existsSync(folder))
    throw new UsageError(`--out - got ${folder}, which exists, expected a new folder; nothing is overwritten`);
  const next = path.join(path.dirname(folder), `.${path.basename(folder)}.${process.pid}.tmp`);
  try {
    mkdirSync(next, { recursive: true });
    writeFileSync(path.join(next, 'release.yaml'), release);
    copyFileSync(plan, path.join(next, 'release-plan.md'));
    renameSync(next, folder);
  } catch (error) {
    const why = (error as Error).message;
    if (existsSync(next)) rmSync(next, { recursive: true });
    throw new UsageError(`--out - cannot make ${folder} (${why}); expected a folder that can be made`);
  }
}

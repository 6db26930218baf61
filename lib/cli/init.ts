import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { plural } from '../facts/format';
import { type Io, UsageError } from './io';
import { readPlan } from './plan-file';

export function initCommand(program: Command, io: Io): void {
  program
    .command('init')
    .description('draft the folder of a release from its plan; what the plan does not say is left as a TODO')
    .argument('<plan>', 'the plan, a Markdown file')
    .option('--out <folder>', "the release's folder, which must not exist (default: releases/ and the plan's title)")
    .addHelpText(
      'after',
      `
The folder gets a release.yaml, in which each value has the line of the plan that it was read from, and a copy of the
plan. validate names the TODOs that are left. Nothing is ever overwritten.

Examples:
  $ stagewatch init release-plan.md
  $ stagewatch init release-plan.md --out releases/document-status`,
    )
    .action(async (plan: string, { out }: { out?: string }) => {
      const source = readPlan(plan);
      // Reading Markdown takes a fifth of a second to load, which no other command should wait for.
      const [{ draftOf }, { releaseDraft }] = await Promise.all([
        import('../plan/draft/draft'),
        import('../plan/draft/release-draft'),
      ]);
      const draft = draftOf(source);
      if (draft.stages.length === 0 && draft.endpoints.length === 0 && draft.toggles.length === 0)
        throw new UsageError(`plan - got ${plan} without toggles, criteria and stages, expected a release plan`);
      const folder = out ?? path.join('releases', folderName('todo' in draft.title ? '' : draft.title.value));
      const text = releaseDraft(draft, { plan: 'release-plan.md', runbook: 'docs/runbook.md' });
      makeFolder(folder, text, plan);
      const file = path.join(folder, 'release.yaml');
      const open = text.split('\n').flatMap((line, index) => {
        const what = /^[\s-]*(\w+): # TODO: (.*)$/.exec(line);
        return what ? [`  line ${index + 1}: ${what[1]} - ${what[2]}`] : [];
      });
      const unread = draft.unread.map(({ line, why }) => `  line ${line} of the plan was not read: ${why}`);
      const missing = draft.lacks.map((what) => `  ${what}; add it, or say in the plan where it ends`);
      io.out(file);
      for (const line of [
        `drafted from ${plan}; ${plural(open.length, 'TODO')} left:`,
        ...open,
        ...unread,
        ...missing,
        `read it beside the plan, fill in what is left, then: npx stagewatch validate ${folder}`,
      ])
        io.err(line);
    });
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

import path from 'node:path';
import type { Command } from 'commander';
import { plural } from '../facts/format';
import { hourText } from '../facts/hour';
import { originOf } from '../pull-request/origin';
import { processes, type Run } from '../pull-request/process';
import { type Proposal, type Proposed, propose } from '../pull-request/proposal';
import { isAddress, planAddress } from '../release/plan-address';
import { placeOptions, problemsIn, reviewersFor, type StorePlace } from './arguments';
import { withBook } from './book';
import { type Io, UsageError } from './io';
import { knownIn } from './plan-known';
import { plannedReleases } from './plan-place';

interface ProposeOptions extends StorePlace {
  reviewers?: string[];
}

export function proposeCommand(program: Command, io: Io): void {
  const command = program
    .command('propose')
    .description('keep a pull request with the filled plan of each release that names one (plan in release.yaml)')
    .option('--reviewers <names>', 'whom to ask for a review: logins and teams, such as octocat,org/team', (text) =>
      reviewersFor('--reviewers')(text),
    )
    .addHelpText(
      'after',
      `
Needs git, and gh with a token: GH_TOKEN, or GH_HOST and GH_ENTERPRISE_TOKEN. The pull request's branch is
stagewatch/RELEASE/1; after it was merged, stagewatch/RELEASE/2, and so on. Commits are only ever added. A pull request
that a person closed is left closed, and no other is opened. Where nothing changed, nothing is done.

Examples:
  $ stagewatch propose
  $ stagewatch --stack Stagewatch propose --release document-status --reviewers octocat,org/team`,
    )
    .action(async (options: ProposeOptions) => {
      const problems = problemsIn(options);
      if (problems.length > 0) throw new UsageError(problems.join('\n'));
      const run = processes(io.env, io.signal);
      const failures: [name: string, error: Error][] = [];
      for (const { name, folder, release } of plannedReleases(options.release)) {
        try {
          const plan = await placeOf(release.plan, folder, io.env.GH_HOST || 'github.com', run);
          const outcome = await withBook({ ...options, release: folder }, io, 'read', async (book) => {
            if (book.simulation) throw new UsageError('history - got a simulation, expected what was measured');
            const known = await knownIn(book);
            // Reading Markdown takes a fifth of a second to load, which no other command should wait for.
            const { fillPlan } = await import('../plan/fill/fill');
            const fill: Proposal['fill'] = (text) => fillPlan(text, known, { draft: 'questions' });
            const until = hourText(known.newest + 1);
            return propose({ release, plan, fill, until, reviewers: options.reviewers ?? [] }, run);
          });
          io.out(`${name}: ${outcomeText(outcome)}`);
        } catch (error) {
          failures.push([name, error as Error]);
        }
      }
      const Failure = failures.every(([, error]) => error instanceof UsageError) ? UsageError : Error;
      if (failures.length > 0)
        throw new Failure(failures.map(([name, { message }]) => `${name} - ${message}`).join('\n'));
    });
  for (const option of placeOptions()) command.addOption(option);
}

/** Where a plan is proposed: in the repository of its address, or else in the one that its release's folder is a clone of. */
async function placeOf(plan: string | undefined, folder: string, host: string, run: Run): Promise<Proposal['plan']> {
  if (plan === undefined) throw new UsageError('its release.yaml names no plan');
  const origin = isAddress(plan) ? undefined : await originOf(folder, run);
  const place = isAddress(plan)
    ? planAddress(plan)
    : origin && { repository: origin.repository, path: path.posix.join(origin.prefix, plan) };
  if (!place)
    throw new UsageError(
      isAddress(plan)
        ? `plan - got ${plan}, expected the address of a file, such as https://github.com/org/name/blob/main/plan.md`
        : `plan - got ${plan} in ${folder}, expected a folder that was cloned from a repository`,
    );
  // No other host gets the token.
  if (place.repository.host.toLowerCase() !== host.toLowerCase())
    throw new UsageError(
      `plan - got a repository on ${place.repository.host}, expected ${host}; set GH_HOST for another`,
    );
  return place;
}

function outcomeText(outcome: Proposed): string {
  switch (outcome.kind) {
    case 'nothing':
      return 'nothing to propose: the data answer no blank of the plan';
    case 'closed':
      return `${outcome.url} was closed by a person; reopen it to go on`;
    case 'unchanged':
      return `${outcome.url} is up to date`;
    default:
      return `${outcome.url} ${outcome.kind}: ${plural(outcome.answered, 'blank')} answered, ${outcome.open} open`;
  }
}

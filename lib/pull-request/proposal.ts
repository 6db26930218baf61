import { plural } from '../facts/format';
import type { Filled, FilledPlan } from '../plan/fill/fill';
import { utf8Text } from '../plan/markdown/utf8';
import type { PlanAddress, Repository } from '../release/plan-address';
import type { Release } from '../release/schema';
import { answersIn } from './answered';
import { type Clone, type Tip, withClone } from './clone';
import { githubPulls, type Pulls } from './github';
import type { Run } from './process';
import { branchOf, decisive, type Pull } from './pull';
import { bodyOf, commitMessage, isSameBody, titleOf } from './words';

/** A plan that is to be proposed, and what can be said in it. */
export interface Proposal {
  release: Pick<Release, 'name'>;
  /** Where it lies; on the repository's default branch if none is named. */
  plan: { repository: Repository; branch?: string } & Pick<PlanAddress, 'path'>;
  /** Answers the blanks of the plan as it is given. */
  fill(text: string): FilledPlan;
  /** The instant up to which the release was judged, ISO text in UTC. */
  until: string;
  /** Logins, and teams such as org/team. */
  reviewers: readonly string[];
}

/** What became of a release's pull request. */
export type Proposed =
  | { kind: 'opened' | 'grew'; url: string; answered: number; open: number }
  | { kind: 'unchanged' | 'closed'; url: string }
  /** The data answer nothing in the plan. */
  | { kind: 'nothing' };

/** So many were merged before something must be wrong. */
const MOST_BRANCHES = 100;

/**
 * Keeps one pull request with what the data say in a release's plan: opens it, or adds to it. Each step looks at what is
 * there, so whatever ended the last run, this one goes on. Nothing that people pushed, wrote or closed is undone.
 *
 * @throws Error with the next step, if git or GitHub refuses
 */
export async function propose(proposal: Proposal, run: Run): Promise<Proposed> {
  const { release, plan } = proposal;
  const pulls = githubPulls(plan.repository, run);
  for (let count = 1; count <= MOST_BRANCHES; count++) {
    const branch = branchOf(release, count);
    const pull = decisive(await pulls.of(branch));
    if (pull?.state === 'closed') return { kind: 'closed', url: pull.url };
    if (pull?.state === 'merged') continue;
    const url = `https://${plan.repository.host}/${plan.repository.name}.git`;
    return withClone({ url, base: plan.branch, own: branch, run }, (clone) =>
      proposeOn({ clone, branch, pull, pulls }, proposal),
    );
  }
  throw new Error(`pull requests - got ${MOST_BRANCHES} that were merged, expected fewer`);
}

interface Place {
  clone: Clone;
  branch: string;
  pull: Pull | undefined;
  pulls: Pulls;
}

async function proposeOn({ clone, branch, pull, pulls }: Place, proposal: Proposal): Promise<Proposed> {
  const { release, plan, fill, until, reviewers } = proposal;
  const textAt = async ({ commit, branch: name }: Tip): Promise<string> => {
    const text = utf8Text(await clone.read(commit, plan.path));
    if (text === undefined)
      throw new Error(`plan - got ${plan.path} of ${name} (not UTF-8), expected Markdown in UTF-8`);
    return text;
  };
  // What somebody has merged without a pull request is done with.
  const before = clone.own && (await clone.ahead(clone.own.commit)) > 0 ? clone.own : clone.base;
  const text = await textAt(before);
  const filled = fill(text);
  const answered = filled.blanks.filter(({ answer }) => 'text' in answer).length;
  const grows = filled.text !== text;
  if (grows) await clone.push(before.commit, plan.path, filled.text, commitMessage(release, answered, until));
  else if (!pull && before === clone.base) return { kind: 'nothing' };

  const blanks: Filled[] = [
    ...answersIn(filled.text, before === clone.base ? filled : fill(await textAt(clone.base))),
    ...(grows ? fill(filled.text) : filled).blanks.filter(({ answer }) => 'open' in answer),
  ];
  const body = bodyOf(release, plan.path, blanks, pull?.body);
  const kept = pull ?? (await opened({ head: branch, base: clone.base.branch, title: titleOf(release), body }));
  if (pull && !isSameBody(body, pull.body)) await pulls.rewrite(pull, body);
  const { url } = kept;
  if (reviewers.length > 0 && (grows || !pull || !(await pulls.wasAsked(pull)))) await asked();
  const open = blanks.filter(({ answer }) => 'open' in answer).length;
  if (!pull) return { kind: 'opened', url, answered: blanks.length - open, open };
  return grows ? { kind: 'grew', url, answered, open } : { kind: 'unchanged', url };

  async function opened(asWritten: Parameters<Pulls['open']>[0]): Promise<Pull> {
    try {
      return await pulls.open(asWritten);
    } catch (error) {
      const { host, name } = plan.repository;
      const page = `https://${host}/${name}/compare/${asWritten.base}...${branch}?expand=1`;
      throw new Error(
        `${(error as Error).message}; the plan is filled on the branch ${branch}: open its pull request at ${page}, or the next run tries again`,
      );
    }
  }
  async function asked(): Promise<void> {
    try {
      await pulls.ask(kept, reviewers);
    } catch (error) {
      const whom = `${plural(reviewers.length, 'reviewer')} (${reviewers.join(', ')})`;
      throw new Error(`${url} is up to date, but ${whom} could not be asked: ${(error as Error).message}`);
    }
  }
}

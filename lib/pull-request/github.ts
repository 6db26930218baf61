import { plain } from '../facts/format';
import type { Repository } from '../release/plan-address';
import { ProcessError, type Run } from './process';
import type { Pull } from './pull';

/** What is asked of the pull requests of a repository. */
export interface Pulls {
  /** All that a branch of this repository ever had. */
  of(branch: string): Promise<Pull[]>;
  /** @throws Error if the branch has one, has no commits of its own, or if the token may not */
  open(pull: { head: string; base: string; title: string; body: string }): Promise<Pull>;
  rewrite(pull: Pull, body: string): Promise<void>;
  /** Whether somebody was ever asked to review it, even if not any more. */
  wasAsked(pull: Pull): Promise<boolean>;
  /** @param reviewers logins, and teams such as org/team */
  ask(pull: Pull, reviewers: readonly string[]): Promise<void>;
}

interface PullAnswer {
  number: number;
  html_url: string;
  state: 'open' | 'closed';
  merged_at: string | null;
  body: string | null;
  head: { ref: string; repo: { id: number } | null };
  base: { repo: { id: number } };
}

const MOST = 100;

/**
 * The pull requests of a repository by GitHub's REST interface, through `gh`, which knows hosts and tokens
 * (https://docs.github.com/en/rest/pulls). `gh pr edit` is no way: its older versions ask for boards that GitHub no
 * longer has.
 */
export function githubPulls({ host, name }: Repository, run: Run): Pulls {
  const owner = name.split('/')[0]!;
  async function call<T>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<T> {
    const input = body === undefined ? [] : ['--input', '-'];
    const args = ['api', '--hostname', host, '--method', method, ...input, `repos/${name}/${path}`];
    try {
      return JSON.parse((await run('gh', args, body && JSON.stringify(body))).toString());
    } catch (error) {
      // gh itself says no more than "Validation Failed".
      if (error instanceof ProcessError) error.message += reasonsIn(error.printed);
      throw error;
    }
  }
  return {
    async of(branch) {
      const head = encodeURIComponent(`${owner}:${branch}`);
      const found = await call<PullAnswer[]>('GET', `pulls?state=all&head=${head}&per_page=${MOST}`);
      // Another repository of the same owner may have such a branch, too.
      return found.filter((one) => one.head.ref === branch && one.head.repo?.id === one.base.repo.id).map(pullOf);
    },
    open: async (pull) => pullOf(await call<PullAnswer>('POST', 'pulls', pull)),
    async rewrite({ number }, body) {
      await call('PATCH', `pulls/${number}`, { body });
    },
    async wasAsked({ number }) {
      const events = await call<{ event: string }[]>('GET', `issues/${number}/events?per_page=${MOST}`);
      return events.some(({ event }) => event === 'review_requested');
    },
    async ask({ number }, reviewers) {
      await call('POST', `pulls/${number}/requested_reviewers`, {
        reviewers: reviewers.filter((one) => !one.includes('/')),
        team_reviewers: reviewers.filter((one) => one.includes('/')).map((one) => one.split('/')[1]),
      });
    },
  };
}

const pullOf = ({ number, html_url, state, merged_at, body }: PullAnswer): Pull => ({
  number,
  url: html_url,
  state: merged_at === null ? state : 'merged',
  body: body ?? '',
});

/** ": A pull request already exists for org:branch." of GitHub's answer to what it refused; nothing of any other text. */
function reasonsIn(answer: string): string {
  try {
    const { errors } = JSON.parse(answer) as { errors?: (string | { message?: string })[] };
    const reasons = (errors ?? []).map((one) => (typeof one === 'string' ? one : (one.message ?? '')));
    return reasons.map((reason) => `: ${plain(reason, 200)}`).join('');
  } catch {
    return '';
  }
}

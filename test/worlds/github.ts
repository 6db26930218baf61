import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type HttpAnswer, listen } from '../../lib/local/listen';

/** A pull request as GitHub has it. */
export interface PullThere {
  number: number;
  html_url: string;
  state: 'open' | 'closed';
  merged_at: string | null;
  title: string;
  body: string;
  user: { login: string };
  head: { ref: string; repo: { id: number } | null };
  base: { ref: string; repo: { id: number } };
  requested: string[];
  events: { event: string }[];
  edits: number;
}

type Files = Record<string, string | Buffer>;
/** The body of any request to change something. */
interface Sent {
  title: string;
  head: string;
  base: string;
  body: string;
  reviewers: string[];
  team_reviewers: string[];
}

/**
 * GitHub on this machine: bare repositories that git takes for those on github.com, the part of its REST interface that
 * is about pull requests, and `gh-stand-in.sh` as `gh`. What the real ones refuse is refused, in their words; the
 * repositories also refuse whatever would take a commit back. What people do is written into them directly.
 */
export async function openGithub(root: string) {
  const config = path.join(root, 'gitconfig');
  const bin = path.join(root, 'bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync(path.join(__dirname, 'gh-stand-in.sh'), path.join(bin, 'gh'));
  writeFileSync(config, '');
  const rules = { author: 'stagewatch-app[bot]', people: ['ann'], teams: ['bmt'], forbids: false };
  const repositories = new Map<string, { id: number; bare: string; pulls: PullThere[] }>();
  const server = await listen((request, body) => {
    if (request.headers.authorization === 'token revoked') return refused(401, 'Bad credentials');
    const { pathname, searchParams } = new URL(request.url!, 'http://127.0.0.1');
    const [, host, name, rest] = /^\/([^/]+)\/repos\/([\w.-]+\/[\w.-]+)\/(.+)$/.exec(pathname) ?? [];
    const there = repositories.get(`${host}/${name}`);
    if (!there) return refused(404, 'Not Found');
    return answer({ name: name!, ...there }, `${request.method} ${rest}`, searchParams, body && JSON.parse(body));
  });
  const env = {
    PATH: `${bin}${path.delimiter}${process.env.PATH}`,
    GH_STAND_IN: server.url,
    GH_TOKEN: 'sentinel-github-token',
    GIT_CONFIG_GLOBAL: config,
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const git = (args: readonly string[], input?: string | Buffer) =>
    execFileSync('git', args, { input, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });

  type Asked = { name: string; id: number; bare: string; pulls: PullThere[] };
  function answer({ name, id, bare, pulls }: Asked, what: string, query: URLSearchParams, body: Sent): HttpAnswer {
    const owner = name.split('/')[0]!;
    const branches = () => git(['--git-dir', bare, 'branch', '--format=%(refname:short)']).toString().split('\n');
    const strange = (allowed: string[]) => Object.keys(body).filter((key) => !allowed.includes(key));
    const invalid = (message: string) => refused(422, 'Validation Failed', message);
    if (what === 'GET pulls') {
      const [from, branch] = query.get('head')?.split(':') ?? [];
      return found(
        pulls
          .filter(
            ({ head, state }) => head.ref === branch && from === owner && ['all', state].includes(query.get('state')!),
          )
          .reverse(),
      );
    }
    if (what === 'POST pulls') {
      const { title, head, base } = body;
      if (strange(['title', 'head', 'base', 'body']).length > 0) return invalid('not a permitted key');
      if (rules.forbids) return refused(403, 'GitHub Actions is not permitted to create or approve pull requests.');
      if (!branches().includes(base)) return invalid('base is invalid');
      if (!branches().includes(head)) return invalid('head is invalid');
      if (title.length > 256) return invalid('title is too long (maximum is 256 characters)');
      if ([...body.body].length > LONGEST_BODY)
        return invalid(`body is too long (maximum is ${LONGEST_BODY} characters)`);
      if (pulls.some((one) => one.head.ref === head && one.head.repo?.id === id && one.state === 'open'))
        return invalid(`A pull request already exists for ${owner}:${head}.`);
      if (git(['--git-dir', bare, 'rev-list', `${base}..${head}`]).length === 0)
        return invalid(`No commits between ${base} and ${head}`);
      const number = pulls.length + 1;
      pulls.push({
        number,
        html_url: `https://github.com/${name}/pull/${number}`,
        state: 'open',
        merged_at: null,
        title,
        body: body.body,
        user: { login: rules.author },
        head: { ref: head, repo: { id } },
        base: { ref: base, repo: { id } },
        requested: [],
        events: [],
        edits: 0,
      });
      return found(pulls.at(-1), 201);
    }
    const pull = pulls.find(({ number }) => number === Number(/\d+/.exec(what)?.[0]));
    if (!pull) return refused(404, 'Not Found');
    switch (what.replace(/\d+/, 'N')) {
      case 'PATCH pulls/N':
        if (strange(['body']).length > 0) return invalid('not a permitted key');
        if ([...body.body].length > LONGEST_BODY)
          return invalid(`body is too long (maximum is ${LONGEST_BODY} characters)`);
        Object.assign(pull, body, { edits: pull.edits + 1 });
        return found(pull);
      case 'GET issues/N/events':
        return found(pull.events);
      case 'POST pulls/N/requested_reviewers':
        if (strange(['reviewers', 'team_reviewers']).length > 0) return invalid('not a permitted key');
        if (body.reviewers.includes(pull.user.login))
          return refused(422, 'Review cannot be requested from pull request author.');
        if (body.reviewers.some((one: string) => !rules.people.includes(one)))
          return refused(422, 'Reviews may only be requested from collaborators.');
        // The token of a workflow sees no team.
        if (body.team_reviewers.some((one: string) => !rules.teams.includes(one)))
          return invalid("Could not resolve to a node with the global id of 'T_1'.");
        pull.requested = [...body.reviewers, ...body.team_reviewers];
        pull.events.push({ event: 'review_requested' });
        return found(pull, 201);
      default:
        return refused(404, 'Not Found');
    }
  }

  return {
    env,
    git,
    rules,
    close: () => server.close(),
    /** A repository on github.com with these files on main; `partial` if it sends parts, as the real one does. */
    repository(name: string, files: Files, { partial = false } = {}) {
      const bare = path.join(root, `${name}.git`);
      git(['init', '--quiet', '--bare', '--template=', '--initial-branch', 'main', bare]);
      appendFileSync(path.join(bare, 'config'), `${NOTHING_TAKEN_BACK}${partial ? SENDS_PARTS : ''}`);
      appendFileSync(config, `[url "file://${bare}"]\n\tinsteadOf = https://github.com/${name}.git\n`);
      const pulls: PullThere[] = [];
      repositories.set(`github.com/${name}`, { id: repositories.size + 1, bare, pulls });
      const at = (...args: string[]) => git(['--git-dir', bare, ...args]).toString();
      const branches = () => at('branch', '--format=%(refname:short)').split('\n').filter(Boolean);

      const made = {
        bare,
        name,
        branches,
        pulls,
        /** A person's commit. A file may be a link: `{ to }`. */
        push(branch: string, changes: Record<string, string | Buffer | { to: string }>, message = 'By hand') {
          const from = branches().includes(branch) ? `from refs/heads/${branch}^0\n` : '';
          const changed = Object.entries(changes).map(([where, what]) => {
            const isLink = typeof what === 'object' && 'to' in what;
            const content = Buffer.from(isLink ? what.to : (what as string));
            const head = `M ${isLink ? '120000' : '100644'} inline ${JSON.stringify(where)}\ndata ${content.length}\n`;
            return Buffer.concat([Buffer.from(head), content, Buffer.from('\n')]);
          });
          const head = `commit refs/heads/${branch}\ncommitter Ann <ann@example.org> 1770000000 +0000\ndata <<END\n${message}\nEND\n${from}`;
          git(['--git-dir', bare, 'fast-import', '--quiet'], Buffer.concat([Buffer.from(head), ...changed]));
        },
        /** A person merges a pull request as GitHub's button "Squash and merge" does; the branch stays. */
        squash(number: number) {
          const pull = pulls[number - 1]!;
          const who = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org'];
          const tree = `${pull.head.ref}^{tree}`;
          const commit = git([...who, '--git-dir', bare, 'commit-tree', tree, '-p', 'main', '-m', pull.title]);
          at('update-ref', 'refs/heads/main', commit.toString().trim());
          Object.assign(pull, { state: 'closed', merged_at: '2026-03-01T00:00:00Z' });
        },
        /** Who wrote the commits of a branch that main has not, oldest first, and their subjects. */
        log: (branch: string) =>
          at('log', '--reverse', '--format=%an: %s', `main..${branch}`).split('\n').filter(Boolean),
        text: (branch: string, where: string) => at('cat-file', 'blob', `${branch}:${where}`),
      };
      made.push('main', files, 'Begin');
      return made;
    },
  };
}

const LONGEST_BODY = 65_536;
const found = (body: unknown, status = 200): HttpAnswer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(body),
});
const refused = (status: number, message: string, ...errors: string[]): HttpAnswer =>
  found({ message, errors: errors.map((one) => ({ message: one })), status: String(status) }, status);

const NOTHING_TAKEN_BACK = '[receive]\n\tdenyNonFastForwards = true\n\tdenyDeletes = true\n';
const SENDS_PARTS = '[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n';

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Run } from './process';

/** A commit that somebody pushed, and the branch that it is the newest of. */
export interface Tip {
  branch: string;
  commit: string;
}

/**
 * A repository's history in a folder of its own, without any file checked out: nothing that lies in the repository is
 * run, followed or converted, and a plan keeps each of its bytes. It only ever adds commits.
 */
export interface Clone {
  base: Tip;
  /** The branch that was asked for; absent if there is none yet. */
  own?: Tip;
  /** @throws Error if the commit has no such file */
  read(commit: string, file: string): Promise<Buffer>;
  /** How many commits there are in `commit` and not in the base. */
  ahead(commit: string): Promise<number>;
  /**
   * Adds a commit to the branch that was asked for, or makes it: `parent` with another content of one file.
   *
   * @throws Error if somebody has pushed to it in the meantime
   */
  push(parent: string, file: string, content: string, message: string): Promise<void>;
}

/** The token goes from gh to git, and stands in no address, argument or file. */
export const CREDENTIALS = ['-c', 'credential.helper=', '-c', 'credential.helper=!gh auth git-credential'];
const COMMITTER = 'Stagewatch <stagewatch@localhost>';

/**
 * Gets the history of two branches, without their files, for the time of `work`.
 *
 * @param base the branch to propose to; the repository's default branch unless it is given
 */
export async function withClone<T>(
  { url, base, own, run }: { url: string; base: string | undefined; own: string; run: Run },
  work: (clone: Clone) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stagewatch-plan-'));
  const place = ['--git-dir', folder, '-c', `remote.origin.url=${url}`];
  const git = (args: string[], input?: Buffer) => run('git', [...place, ...CREDENTIALS, ...args], input);
  try {
    const tips = tipsIn((await run('git', [...CREDENTIALS, 'ls-remote', '--symref', '--', url])).toString());
    const tipOf = (branch: string): Tip | undefined => {
      const commit = tips.commits.get(branch);
      return commit === undefined ? undefined : { branch, commit };
    };
    const [from, there] = [tipOf(base ?? tips.first ?? ''), tipOf(own)];
    if (!from) throw new Error(`branch - got ${base ?? 'an empty repository'}, expected a branch of ${url}`);
    await run('git', ['init', '--quiet', '--bare', '--template=', folder]);
    const refs = [from, ...(there ? [there] : [])].map(({ branch }) => `refs/heads/${branch}`);
    await git(['fetch', '--quiet', '--no-tags', '--filter=tree:0', 'origin', ...refs]);

    return await work({
      base: from,
      ...(there && { own: there }),
      read: (commit, file) => git(['cat-file', 'blob', `${commit}:${file}`]),
      ahead: async (commit) => Number((await git(['rev-list', '--count', `${from.commit}..${commit}`])).toString()),
      async push(parent, file, content, message) {
        const mode = (await git(['ls-tree', parent, '--', file])).toString().split(' ')[0]!;
        if (!FILES.includes(mode))
          throw new Error(`plan - got ${file}, which is a link, expected a file in the repository`);
        const head = `commit ${PROPOSED}\ncommitter ${COMMITTER} now\n${data(message)}from ${parent}\n`;
        const stream = `${head}M ${mode} inline ${JSON.stringify(file)}\n${data(content)}done\n`;
        await git(['fast-import', '--quiet', '--done', '--date-format=now'], Buffer.from(stream));
        await git(['push', '--quiet', 'origin', `${PROPOSED}:refs/heads/${own}`]);
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The new commit's name in the clone. */
const PROPOSED = 'refs/proposed';
/** The modes of files, of which a link is none. */
const FILES = ['100644', '100755'];
/** Text as fast-import takes it. */
const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;

/** The branches that a repository says it has, and which one of them is its default. */
function tipsIn(said: string): { commits: Map<string, string>; first?: string } {
  const commits = new Map<string, string>();
  let first: string | undefined;
  for (const line of said.split('\n')) {
    const [left, right] = line.split('\t');
    if (right === 'HEAD') first ??= /^ref: refs\/heads\/(.+)$/.exec(left!)?.[1];
    const branch = /^refs\/heads\/(.+)$/.exec(right ?? '')?.[1];
    if (branch !== undefined) commits.set(branch, left!);
  }
  return { commits, ...(first !== undefined && { first }) };
}

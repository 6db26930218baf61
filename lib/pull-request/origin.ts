import type { Repository } from '../release/plan-address';
import type { Run } from './process';

/** The repository that a folder was cloned from, and where the folder lies in it ("releases/small/", "" at the top). */
export interface Origin {
  repository: Repository;
  prefix: string;
}

/** Where a folder was cloned from; undefined if it is no clone, or of no repository that has an address. */
export async function originOf(folder: string, run: Run): Promise<Origin | undefined> {
  const git = async (...args: string[]) => (await run('git', ['-C', folder, ...args])).toString().replace(/\n$/, '');
  try {
    const repository = repositoryAt(await git('config', '--get', 'remote.origin.url'));
    return repository && { repository, prefix: await git('rev-parse', '--show-prefix') };
  } catch {
    return undefined;
  }
}

/** @example repositoryAt('git@github.com:org/name.git')?.name === 'org/name' */
export function repositoryAt(remote: string): Repository | undefined {
  const address = remote.replace(/\/$/, '').replace(/\.git$/, '');
  const [, host, name] =
    /^(?:https|ssh):\/\/(?:[^@/]*@)?([\w.-]+)(?::\d+)?\/([\w.-]+(?:\/[\w.-]+)+)$/.exec(address) ??
    /^(?:[^@/:]*@)?([\w.-]+):([\w.-]+(?:\/[\w.-]+)+)$/.exec(address) ??
    [];
  return host === undefined ? undefined : { host, name: name! };
}

export const isSameRepository = (one: Repository, other: Repository): boolean =>
  `${one.host}/${one.name}`.toLowerCase() === `${other.host}/${other.name}`.toLowerCase();

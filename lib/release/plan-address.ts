import type { Release } from './schema';

/** A repository on a host of git, such as `org/name` on github.com. */
export interface Repository {
  host: string;
  name: string;
}

/** A file in a repository, on the branch that its address names. */
export interface PlanAddress {
  repository: Repository;
  branch: string;
  path: string;
}

const PAGE = /^\/([\w.-]+(?:\/[\w.-]+)+?)\/(?:-\/)?blob\/([^/]+)\/(.+)$/;
/** What git takes for the name of a branch, and no more. */
const BRANCH = /^(?![-./])(?!.*(?:\.\.|\/\/|@\{))[^\s~^:?*[\\\p{Cc}]+(?<![./])$/u;

export const isAddress = (plan: NonNullable<Release['plan']>): boolean => plan.startsWith('https://');

/**
 * The file that the address of its page names; undefined for any other address. A branch with a "/" is written %2F.
 *
 * @example planAddress('https://github.com/org/name/blob/main/docs/plan.md')?.path === 'docs/plan.md'
 */
export function planAddress(address: string): PlanAddress | undefined {
  const { host, pathname } = new URL(address);
  const [, name, ...encoded] = PAGE.exec(pathname) ?? [];
  try {
    const [branch, path] = encoded.map(decodeURIComponent);
    const isFile = path?.split('/').every((part) => !['', '.', '..'].includes(part)) && !/\p{Cc}/u.test(path);
    return isFile && BRANCH.test(branch!)
      ? { repository: { host, name: name! }, branch: branch!, path: path! }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The beginning of the branches on which a release's plan is proposed. A release's name has no "/". */
export const branchesOf = ({ name }: Pick<Release, 'name'>): string => `stagewatch/${name}`;

/** Where the pull requests of a release's plan are listed; undefined if its file does not say in which repository on GitHub. */
export function pullsAddress(release: Pick<Release, 'name' | 'plan'>): string | undefined {
  const { plan } = release;
  const found = plan !== undefined && isAddress(plan) && !plan.includes('/-/') ? planAddress(plan) : undefined;
  if (found?.repository.name.split('/').length !== 2) return undefined;
  const { host, name } = found.repository;
  return `https://${host}/${name}/pulls?q=${encodeURIComponent(`is:pr head:${branchesOf(release)}`)}`;
}

import { branchesOf } from '../release/plan-address';
import type { Release } from '../release/schema';

/** A pull request from a branch of its own repository. */
export interface Pull {
  number: number;
  url: string;
  state: 'open' | 'merged' | 'closed';
  body: string;
}

/** The branch of a release's first, second, ... pull request: what was merged is never written to again. */
export const branchOf = (release: Pick<Release, 'name'>, count: number): string => `${branchesOf(release)}/${count}`;

/** The pull request that says how a branch stands: the open one, else one that was merged, else one that a person closed. */
export const decisive = (pulls: readonly Pull[]): Pull | undefined =>
  (['open', 'merged', 'closed'] as const).map((state) => pulls.find((one) => one.state === state)).find(Boolean);

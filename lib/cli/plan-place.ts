import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ReadRelease } from '../release/read';
import type { Release } from '../release/schema';

/** Where the plan of a release lies on this machine; or why it does not. */
export type PlanPlace = { release: string; file: string } | { release: string; missing: string };

/**
 * The file of a release's `plan`.
 *
 * @param folder the release's
 * @param checkout of the repository whose file an address names
 */
export function planPlace({ name, release }: ReadRelease, folder: string, checkout: string | undefined): PlanPlace {
  const { plan } = release;
  if (plan === undefined) return { release: name, missing: 'its release.yaml names no plan' };
  if (!isAddress(plan)) return { release: name, file: path.join(folder, plan) };
  const inside = pathIn(plan);
  if (inside === undefined)
    return {
      release: name,
      missing: `${plan} is no address of a file in a repository, such as https://github.com/org/name/blob/main/plan.md`,
    };
  if (checkout === undefined)
    return {
      release: name,
      missing: `its plan is in a repository: ${plan}; say where that is checked out with --checkout`,
    };
  const file = path.join(checkout, inside);
  return existsSync(file)
    ? { release: name, file }
    : { release: name, missing: `${checkout} has no ${inside}, which ${plan} names` };
}

export const isAddress = (plan: NonNullable<Release['plan']>): boolean => plan.startsWith('https://');

/** @example pathIn('https://github.com/org/name/blob/main/docs/plan.md') === 'docs/plan.md' */
export function pathIn(address: string): string | undefined {
  const { pathname } = new URL(address);
  const found = /^\/[^/]+\/[^/]+(?:\/[^/]+)*?\/(?:-\/)?blob\/[^/]+\/(.+)$/.exec(pathname)?.[1];
  const inside = found && decodeURIComponent(found);
  return inside && !inside.split('/').includes('..') ? inside : undefined;
}

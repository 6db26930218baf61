import { existsSync } from 'node:fs';
import path from 'node:path';
import { isAddress, planAddress } from '../release/plan-address';
import { type ReadRelease, readRelease, releaseFolders } from '../release/read';
import { UsageError } from './io';

/** Where the plan of a release lies on this machine; or why it does not. */
export type PlanPlace = { release: string; file: string } | { release: string; missing: string };

/**
 * The file of a release's `plan`.
 *
 * @param checkout of the repository whose file an address names
 */
export function planPlace({ name, folder, release }: ReadRelease, checkout: string | undefined): PlanPlace {
  const { plan } = release;
  if (plan === undefined) return { release: name, missing: 'its release.yaml names no plan' };
  if (!isAddress(plan)) return { release: name, file: path.join(folder, plan) };
  const inside = planAddress(plan)?.path;
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

const RELEASES = 'releases';

/** The releases that name a plan, or the one that is wanted. */
export function plannedReleases(wanted: string | undefined): ReadRelease[] {
  const own = [path.join(RELEASES, wanted ?? ''), wanted ?? ''].find((one) =>
    existsSync(path.join(one, 'release.yaml')),
  );
  const folders = wanted === undefined ? releaseFolders(RELEASES) : [own ?? wanted];
  const named = folders.map(readRelease).filter(({ release }) => wanted !== undefined || release.plan !== undefined);
  if (named.length === 0)
    throw new UsageError(
      'plan - got none, and no release.yaml of releases/ names one; expected a Markdown file, or plan: in a release.yaml',
    );
  return named;
}

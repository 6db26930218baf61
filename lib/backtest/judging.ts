import type { Hour } from '../facts/hour';
import type { Snapshots } from '../facts/snapshot';
import type { StageEvent } from '../facts/stage';
import { judge } from '../judge/judge';
import type { Verdict } from '../judge/verdict';
import { newMemory } from '../release/memory';
import type { Release } from '../release/schema';

/** A judge that is asked for many hours of the same facts; `proven` says whether to search for the level that is ruled out. */
export type Judging = (
  release: Release,
  log: readonly StageEvent[],
  snapshots: Snapshots,
  hour: Hour,
  options: { proven?: boolean },
) => Verdict;

/** The present judge. It remembers what the weeks before a launch gave. */
export function judgingNow(): Judging {
  const memory = newMemory();
  return (release, log, snapshots, hour, options) => judge(release, log, snapshots, hour, { ...options, memory });
}

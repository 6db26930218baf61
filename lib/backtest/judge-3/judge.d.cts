import type { Hour } from '../../facts/hour';
import type { Snapshots } from '../../facts/snapshot';
import type { StageEvent } from '../../facts/stage';
import type { Pooled } from '../../facts/window';
import type { Finding, Verdict } from '../../judge/verdict';
import type { Release } from '../../release/schema';

/** A baseline's fit, which only this judge looks into. */
type FitBaseline = (...about: never) => unknown;

/** What it called requests with the toggle off. */
type Finding3 = Omit<Finding, 'toggleOff'> & { control?: Pooled };
type Release3 = Omit<Release, 'datadog'> & { datadog: { control: readonly string[] | undefined } };

export function fittedOnce(): FitBaseline;
export function judge(
  release: Release3,
  log: readonly StageEvent[],
  snapshots: Snapshots,
  hour: Hour,
  options: { proven?: boolean; baselineFor?: FitBaseline },
): Omit<Verdict, 'findings'> & { findings: Finding3[] };

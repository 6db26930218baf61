import { type Backtest, backtest } from '../../lib/backtest/backtest';
import type { Hour } from '../../lib/facts/hour';
import type { Snapshots } from '../../lib/facts/snapshot';
import type { StageEvent } from '../../lib/facts/stage';
import type { Verdict } from '../../lib/judge/verdict';
import type { Release } from '../../lib/release/schema';

/** A backtest to its end: what it found, and the verdict of each hour. */
export function replayed(
  release: Release,
  log: readonly StageEvent[],
  facts: Snapshots,
  to: Hour,
): { result: Backtest; verdicts: Verdict[] } {
  const hours = backtest(release, log, facts, to);
  const verdicts: Verdict[] = [];
  for (;;) {
    const next = hours.next();
    if (next.done) return { result: next.value, verdicts };
    verdicts.push(next.value);
  }
}

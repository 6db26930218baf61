const BISECTIONS = 24;

/** Pairs in which the experiment's rate, less `shift`, is the higher one; equal ones count half. Both are sorted. */
function wins(experiment: readonly number[], control: readonly number[], shift: number) {
  let total = 0;
  let below = 0;
  let upTo = 0;
  for (const rate of experiment) {
    const shifted = rate - shift;
    while (below < control.length && control[below]! < shifted) below++;
    upTo = Math.max(upTo, below);
    while (upTo < control.length && control[upTo]! === shifted) upTo++;
    total += (below + upTo) / 2;
  }
  return total;
}

/** Sum of k^3 - k over groups of k equal rates, which make the ranks vary less. */
function ties(experiment: readonly number[], control: readonly number[], shift: number): number {
  let total = 0;
  let i = 0;
  let j = 0;
  while (i < experiment.length || j < control.length) {
    const value = Math.min((experiment[i] ?? Infinity) - shift, control[j] ?? Infinity);
    const from = i + j;
    while (i < experiment.length && experiment[i]! - shift === value) i++;
    while (j < control.length && control[j] === value) j++;
    const k = i + j - from;
    total += k ** 3 - k;
  }
  return total;
}

/**
 * Normal approximation of the rank-sum statistic of two sorted lists, with the continuity correction: how many standard
 * deviations the experiment, less `shift`, is above the control; 0 unless it is (Mann and Whitney, Ann. Math. Stat. 18,
 * 1947).
 */
export function rankScore(experiment: readonly number[], control: readonly number[], shift: number): number {
  const pairs = experiment.length * control.length;
  const all = experiment.length + control.length;
  const distance = wins(experiment, control, shift) - pairs / 2 - 0.5;
  if (distance <= 0) return 0;
  const variance = (pairs / 12) * (all + 1 - ties(experiment, control, shift) / (all * (all - 1)));
  return variance > 0 ? distance / Math.sqrt(variance) : 0;
}

/** The median of all differences between two sorted lists (Hodges and Lehmann, Ann. Math. Stat. 34, 1963); at least 0. */
export function estimatedShift(experiment: readonly number[], control: readonly number[]): number {
  let low = 0;
  let high = Math.max(0, experiment.at(-1)! - control[0]!);
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (wins(experiment, control, middle) > (experiment.length * control.length) / 2) low = middle;
    else high = middle;
  }
  return low;
}

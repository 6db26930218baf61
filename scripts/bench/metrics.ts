/** Mean of some numbers; NaN of none. */
export const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

/** Mean of numbers above 0 on a logarithmic scale; NaN of none. */
export const geometricMean = (values: readonly number[]): number => Math.exp(mean(values.map(Math.log)));

/** The middle number, or the mean of the two; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/** Share of true ones; NaN of none. */
export const share = (values: readonly boolean[]): number => mean(values.map(Number));

const NORMAL_95 = 1.959964;

/**
 * Where a share that was measured in some trials lies, at 95 % (Wilson 1927).
 *
 * @example interval(0, 100) // [0, 0.0369...]
 */
export function interval(measured: number, trials: number): [low: number, high: number] {
  const z2 = NORMAL_95 ** 2 / trials;
  const middle = measured + z2 / 2;
  const reach = Math.sqrt(z2 * (measured * (1 - measured) + z2 / 4));
  return [Math.max(0, (middle - reach) / (1 + z2)), Math.min(1, (middle + reach) / (1 + z2))];
}

/** How a rule met a regression; undefined when it had fired before and so had nothing left to find. */
export interface Detection {
  /** Hours from the onset to the end of the hour of the alarm; the horizon when it was missed. */
  delay: number;
  missed: boolean;
}

/**
 * @param alarms hours at which the rule starts to fire
 * @param horizon hours after the onset until which an alarm counts
 * @example detection([5, 30], 20, 100) // undefined
 * @example detection([30], 20, 100) // { delay: 11, missed: false }
 */
export function detection(alarms: readonly number[], onset: number, horizon: number): Detection | undefined {
  if (alarms.some((hour) => hour < onset)) return undefined;
  const found = alarms.find((hour) => hour < onset + horizon);
  return found === undefined ? { delay: horizon, missed: true } : { delay: found - onset + 1, missed: false };
}

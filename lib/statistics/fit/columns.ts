import { boundedRate } from '../beta-binomial';
import type { HourCount } from '../hour-count';

/** Hours as columns, which are read many times. */
export interface Columns {
  readonly n: Float64Array;
  readonly x: Float64Array;
  readonly cell: Uint8Array;
  readonly drift: Float64Array;
}

export function columnsOf(hours: readonly HourCount[]): Columns {
  const { length } = hours;
  const [n, x, drift] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)];
  const cell = new Uint8Array(length);
  for (let t = 0; t < length; t++) {
    const hour = hours[t]!;
    n[t] = hour.n;
    x[t] = hour.x;
    cell[t] = hour.cell;
    drift[t] = hour.drift ?? 1;
  }
  return { n, x, cell, drift };
}

export const sum = (values: Float64Array | Uint8Array): number => {
  let all = 0;
  for (let t = 0; t < values.length; t++) all += values[t]!;
  return all;
};

/** What the passes of the fit improve; `used` is 1 for each hour that has requests and is no incident, else 0. */
export interface Model {
  p0: number;
  rho: number;
  season: Float64Array;
  used: Float64Array | Uint8Array;
}

/** What a request of an hour of n is worth, given that the hours differ by rho. */
export const weight = (n: number, rho: number) => 1 / (1 + (n - 1) * rho);

/** The rate of an hour as a multiple of p0. */
export const usualIn = ({ cell, drift }: Columns, t: number, { season }: Pick<Model, 'season'>) =>
  season[cell[t]!]! * drift[t]!;

export const expectedRate = (hours: Columns, t: number, model: Model) =>
  boundedRate(model.p0 * usualIn(hours, t, model));

/** @example clamp(7, 1, 5) === 5 */
export const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

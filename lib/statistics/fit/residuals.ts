import { variationOf } from '../beta-binomial';
import { type Columns, clamp, expectedRate, type Model, weight } from './columns';

/** Share of the hours that the first pass keeps, before there is a model to say what an incident is. */
const ORDINARY_SHARE = 0.98;
/** An incident: more than six standard deviations above its rate, and at least three errors. */
const INCIDENT_Z2 = 36;
const INCIDENT_ERRORS = 3;
const LAGS = 24;
const ERRORS_FOR_LAGS = 20;

/** By hour: observed - expected, and its square over the binomial variance; 0 for an hour without requests. */
export interface Residuals {
  readonly above: Float64Array;
  readonly z2: Float64Array;
}

export function residualsOf(hours: Columns, model: Model): Residuals {
  const { n, x } = hours;
  const above = new Float64Array(n.length);
  const z2 = new Float64Array(n.length);
  for (let t = 0; t < n.length; t++) {
    if (n[t] === 0) continue;
    const mu = expectedRate(hours, t, model);
    const over = x[t]! - n[t]! * mu;
    above[t] = over;
    z2[t] = over ** 2 / (n[t]! * mu * (1 - mu));
  }
  return { above, z2 };
}

export function withoutTop({ n, x }: Columns, model: Model, { above, z2 }: Residuals): Uint8Array {
  // Loops, here and below: `map` and `filter` make an object of each number.
  const all = new Float64Array(n.length);
  let count = 0;
  for (let t = 0; t < n.length; t++) if (n[t]! > 0) all[count++] = above[t]! > 0 ? z2[t]! : 0;
  const sorted = all.subarray(0, count).sort();
  const cut = sorted[Math.trunc(ORDINARY_SHARE * count) - 1] ?? Number.POSITIVE_INFINITY;
  const used = new Uint8Array(n.length);
  for (let t = 0; t < n.length; t++) used[t] = n[t]! > 0 && !(z2[t]! > cut && x[t]! > n[t]! * model.p0) ? 1 : 0;
  return used;
}

/** Hours with requests, without those far above their rate. */
export function withoutIncidents({ n, x }: Columns, { rho }: Model, { above, z2 }: Residuals): Uint8Array {
  const used = new Uint8Array(n.length);
  for (let t = 0; t < n.length; t++) {
    const isIncident = z2[t]! * weight(n[t]!, rho) > INCIDENT_Z2 && above[t]! > 0 && x[t]! >= INCIDENT_ERRORS;
    used[t] = n[t]! > 0 && !isIncident ? 1 : 0;
  }
  return used;
}

/** The rho at which the residuals of the used hours have the size that chance gives them. */
export function variation({ n }: Columns, { rho, used }: Model, { z2 }: Residuals, freedom: number): number {
  const squares = new Float64Array(n.length);
  const others = new Float64Array(n.length);
  let count = 0;
  for (let t = 0; t < n.length; t++) {
    if (used[t] === 0) continue;
    squares[count] = z2[t]!;
    others[count++] = n[t]! - 1;
  }
  return variationOf(squares.subarray(0, count), others.subarray(0, count), Math.max(1, count - freedom), rho);
}

/** How much the variance of a sum of hours exceeds that of independent ones, 1 to 5; 1 with too few errors to tell. */
export function varianceInflation(hours: Columns, model: Model): number {
  const { n, x } = hours;
  const { used, rho } = model;
  const residuals = new Float64Array(n.length);
  let [count, errors, total] = [0, 0, 0];
  for (let t = 0; t < n.length; t++) {
    if (used[t] === 0) continue;
    const mu = expectedRate(hours, t, model);
    const variance = n[t]! * mu * (1 - mu) * (1 + (n[t]! - 1) * rho);
    residuals[t] = (x[t]! - n[t]! * mu) / Math.sqrt(variance);
    count++;
    errors += x[t]!;
    total += residuals[t]!;
  }
  if (errors < ERRORS_FOR_LAGS) return 1;
  const mean = total / count;
  for (let t = 0; t < residuals.length; t++) if (used[t] !== 0) residuals[t]! -= mean;
  const covariance = (lag: number) => {
    let product = 0;
    for (let t = lag; t < residuals.length; t++) product += residuals[t - lag]! * residuals[t]!;
    return product;
  };
  const variance = covariance(0);
  if (variance === 0) return 1;
  let inflation = 1;
  for (let lag = 1; lag <= LAGS; lag++) inflation += 2 * (1 - lag / (LAGS + 1)) * (covariance(lag) / variance);
  return clamp(inflation, 1, 5);
}

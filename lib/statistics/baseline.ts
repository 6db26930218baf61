import { HOURS_PER_WEEK } from '../facts/hour';
import { boundedRate, variationOf } from './beta-binomial';
import { CELLS, checkHours, type HourCount } from './hour-count';
import { spreadOf, type WeekCount, type WeekSpread } from './spread';

/** What an endpoint did before the launch. Fitted once, then frozen. Rates are fractions. */
export interface Baseline extends WeekSpread {
  /** Rate in ordinary hours, pooled. */
  p0: number;
  /** Standard error of ln p0. */
  se: number;
  /** p0 plus one standard error, kept within what a rate can be: few errors show little. */
  noticeLevel: number;
  /** How much the rate differs from hour to hour: an hour is never worth more than about 1 / rho requests. */
  rho: number;
  /** Chance that an hour is an incident, which tells nothing about the rate. */
  eps: number;
  /** What an hour's evidence counts for, 0.2 to 1: neighbouring hours that fail together are not independent. */
  eta: number;
  /** Factor on the rate for each cell of the daily pattern; all 1 with less than two weeks of baseline. */
  season: readonly number[];
  /** The rate that each cell had, incidents included, in all weeks but one; 0 with less than two weeks. */
  habits: readonly number[];
  incidentHours: number;
  /** All errors over all requests, incidents included. */
  raw: number;
  requests: number;
  errors: number;
  weeks: number;
  /** The newest week, to say how much traffic is usual. */
  usual: readonly HourCount[];
  /** Its rates are those of a usual upstream: what control endpoints tell of the upstream is taken out. */
  followsUpstream?: true;
}

const PASSES = 6;
/** With less the daily pattern cannot be told from chance. */
const HOURS_FOR_SEASON = 2 * HOURS_PER_WEEK;
/** Share of the hours that the first pass keeps, before there is a model to say what an incident is. */
const ORDINARY_SHARE = 0.98;
/** An incident: more than six standard deviations above its rate, and at least three errors. */
const INCIDENT_Z2 = 36;
const INCIDENT_ERRORS = 3;
const LOWEST_RHO = 2e-5;
const LAGS = 24;
const ERRORS_FOR_LAGS = 20;

/**
 * Fits the baseline to the hours before a launch, oldest first: the whole weeks counted back from the newest hour.
 * Incident hours are found and left out; the daily pattern is shrunk towards none (empirical Bayes); rho is the
 * Mandel-Paule estimate of between-hour variance (Paule and Mandel, J. Res. NBS 87, 1982); eta corrects for
 * autocorrelation by a Bartlett window (Newey and West, Econometrica 55, 1987). See docs/judging/method.md.
 *
 * @param earlier whole weeks just before those, which only show how much weeks differ
 * @returns undefined with less than one week of hours, or with no request in them
 * @throws RangeError for counts that cannot be
 */
export function fitBaseline(all: readonly HourCount[], earlier: readonly HourCount[] = []): Baseline | undefined {
  checkHours(all);
  checkHours(earlier);
  const weeks = Math.floor(all.length / HOURS_PER_WEEK);
  if (weeks < 1) return undefined;
  const hours = all.slice(-weeks * HOURS_PER_WEEK);
  const counted = hours.filter((hour) => hour.n > 0).length;

  const model: Model = { p0: 0, rho: 0, season: new Array(CELLS).fill(1), used: hours.map((hour) => hour.n > 0) };
  for (let pass = 0; pass < PASSES; pass++) {
    model.p0 = rateOf(pooled(hours, model));
    const freedom = hours.length >= HOURS_FOR_SEASON ? fitSeason(hours, model) : 1;
    const residuals = residualsOf(hours, model);
    model.used = pass === 0 ? withoutTop(hours, model, residuals) : withoutIncidents(hours, model, residuals);
    model.rho = variation(hours, model, residuals, freedom);
  }
  model.rho = Math.max(model.rho, LOWEST_RHO);
  const ordinary = pooled(hours, model);
  model.p0 = rateOf(ordinary);

  const incidentHours = counted - model.used.filter(Boolean).length;
  if (incidentHours === counted) return undefined;
  const vif = varianceInflation(hours, model);
  const se = Math.sqrt(vif / (0.5 + ordinary.errors));
  const requests = hours.reduce((sum, hour) => sum + hour.n, 0);
  const errors = hours.reduce((sum, hour) => sum + hour.x, 0);
  return {
    p0: model.p0,
    se,
    noticeLevel: boundedRate(model.p0 * Math.exp(se)),
    rho: model.rho,
    eps: clamp((incidentHours + 0.5) / (counted + 1), 0.005, 0.05),
    eta: 1 / vif,
    season: model.season,
    habits: habitsOf(hours),
    incidentHours,
    raw: errors / requests,
    requests,
    errors,
    weeks,
    ...spreadOf(weekCounts([...earlier, ...hours], model), vif),
    usual: hours.slice(-HOURS_PER_WEEK),
  };
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** What the passes of the fit improve; `used` says of each hour whether it has requests and is no incident. */
interface Model {
  p0: number;
  rho: number;
  season: readonly number[];
  used: readonly boolean[];
}

/** What a request of an hour is worth, given that the hours differ by rho. */
const weight = (hour: HourCount, rho: number) => 1 / (1 + (hour.n - 1) * rho);

/** The rate of an hour as a multiple of p0. */
const usualIn = (hour: HourCount, { season }: Pick<Model, 'season'>) => season[hour.cell]! * (hour.drift ?? 1);

const expectedRate = (hour: HourCount, model: Model) => boundedRate(model.p0 * usualIn(hour, model));

/** Weighted errors, and weighted requests in terms of hours of season 1, of the used hours in [from, to). */
function pooled(hours: readonly HourCount[], model: Model, from = 0, to = hours.length) {
  let errors = 0;
  let requests = 0;
  for (let t = from; t < to; t++) {
    const hour = hours[t]!;
    if (!model.used[t]) continue;
    const w = weight(hour, model.rho);
    errors += w * hour.x;
    requests += w * hour.n * usualIn(hour, model);
  }
  return { errors, requests };
}

/** The weeks that had requests, without their incident hours. */
function weekCounts(hours: readonly HourCount[], { p0, rho, season }: Model): WeekCount[] {
  const weeks: WeekCount[] = [];
  for (let from = 0; from < hours.length; from += HOURS_PER_WEEK) {
    let errors = 0;
    let expected = 0;
    for (let t = from; t < from + HOURS_PER_WEEK; t++) {
      const hour = hours[t]!;
      if (hour.n === 0) continue;
      const w = weight(hour, rho);
      const usual = season[hour.cell]! * (hour.drift ?? 1);
      const mu = boundedRate(p0 * usual);
      const above = hour.x - hour.n * mu;
      if (isIncident(hour, above, w * (above ** 2 / (hour.n * mu * (1 - mu))))) continue;
      errors += w * hour.x;
      expected += p0 * w * hour.n * usual;
    }
    if (expected > 0) weeks.push({ errors, expected });
  }
  return weeks;
}

/** Few requests of a cell show no habit. */
const REQUESTS_OF_HABIT = 20;

/** The second lowest rate that each cell had in a week. */
function habitsOf(hours: readonly HourCount[]): number[] {
  const weeks = Array.from({ length: hours.length / HOURS_PER_WEEK }, (_, week) => {
    const cells = Array.from({ length: CELLS }, () => ({ n: REQUESTS_OF_HABIT, x: 0 }));
    for (const { n, x, cell } of hours.slice(week * HOURS_PER_WEEK, (week + 1) * HOURS_PER_WEEK)) {
      cells[cell]!.n += n;
      cells[cell]!.x += x;
    }
    return cells.map((one) => one.x / one.n);
  });
  return Array.from({ length: CELLS }, (_, cell) => weeks.map((rates) => rates[cell]!).sort((a, b) => a - b)[1] ?? 0);
}

/** Half an error is added, so that a rate is never 0. */
const rateOf = ({ errors, requests }: { errors: number; requests: number }) => (0.5 + errors) / (1 + requests);

/**
 * How far each cell of the day is above the mean, shrunk towards none by as much as chance alone explains.
 *
 * @returns how many parameters the pattern and the mean are worth
 */
function fitSeason(hours: readonly HourCount[], model: Model): number {
  const observed: number[] = new Array(CELLS).fill(0);
  const expected: number[] = new Array(CELLS).fill(0);
  hours.forEach((hour, t) => {
    if (!model.used[t]) return;
    const w = weight(hour, model.rho);
    observed[hour.cell]! += w * hour.x;
    expected[hour.cell]! += w * hour.n * model.p0 * (hour.drift ?? 1);
  });
  let excess = 0;
  let total = 0;
  expected.forEach((e, cell) => {
    if (e > 0) excess += e * (observed[cell]! / e - 1) ** 2 - 1;
    total += e;
  });
  const tau2 = total > 0 ? Math.max(0, excess / total) : 0;
  const trust = expected.map((e) => (e > 0 ? tau2 / (tau2 + 1 / e) : 0));
  model.season = trust.map((b, cell) => (b > 0 ? clamp(1 + b * (observed[cell]! / expected[cell]! - 1), 0.25, 4) : 1));
  return 1 + trust.reduce((sum, b) => sum + b, 0);
}

/** By hour: observed - expected, and its square over the binomial variance; 0 for an hour without requests. */
interface Residuals {
  readonly above: Float64Array;
  readonly z2: Float64Array;
}

function residualsOf(hours: readonly HourCount[], model: Model): Residuals {
  const above = new Float64Array(hours.length);
  const z2 = new Float64Array(hours.length);
  for (let t = 0; t < hours.length; t++) {
    const hour = hours[t]!;
    if (hour.n === 0) continue;
    const mu = expectedRate(hour, model);
    const over = hour.x - hour.n * mu;
    above[t] = over;
    z2[t] = over ** 2 / (hour.n * mu * (1 - mu));
  }
  return { above, z2 };
}

function withoutTop(hours: readonly HourCount[], model: Model, { above, z2 }: Residuals): boolean[] {
  const sorted = new Float64Array(hours.length);
  let counted = 0;
  for (let t = 0; t < hours.length; t++) if (hours[t]!.n > 0) sorted[counted++] = above[t]! > 0 ? z2[t]! : 0;
  const cut = sorted.subarray(0, counted).sort()[Math.trunc(ORDINARY_SHARE * counted) - 1] ?? Number.POSITIVE_INFINITY;
  return hours.map((hour, t) => hour.n > 0 && !(z2[t]! > cut && hour.x > hour.n * model.p0));
}

const withoutIncidents = (hours: readonly HourCount[], { rho }: Model, { above, z2 }: Residuals): boolean[] =>
  hours.map((hour, t) => hour.n > 0 && !isIncident(hour, above[t]!, z2[t]! * weight(hour, rho)));

const isIncident = ({ x }: HourCount, above: number, z2: number) =>
  z2 > INCIDENT_Z2 && above > 0 && x >= INCIDENT_ERRORS;

/** The rho at which the residuals of the used hours have the size that chance gives them. */
function variation(hours: readonly HourCount[], { rho, used }: Model, { z2 }: Residuals, freedom: number): number {
  const squares = new Float64Array(hours.length);
  const others = new Float64Array(hours.length);
  let count = 0;
  for (let t = 0; t < hours.length; t++) {
    if (!used[t]) continue;
    squares[count] = z2[t]!;
    others[count++] = hours[t]!.n - 1;
  }
  return variationOf(squares.subarray(0, count), others.subarray(0, count), Math.max(1, count - freedom), rho);
}

/** How much the variance of a sum of hours exceeds that of independent ones, 1 to 5; 1 with too few errors to tell. */
function varianceInflation(hours: readonly HourCount[], model: Model): number {
  const { rho, used } = model;
  const count = used.filter(Boolean).length;
  const errors = hours.reduce((sum, hour, t) => sum + (used[t] ? hour.x : 0), 0);
  if (errors < ERRORS_FOR_LAGS) return 1;
  const residuals = hours.map((hour, t) => {
    const mu = expectedRate(hour, model);
    const variance = hour.n * mu * (1 - mu) * (1 + (hour.n - 1) * rho);
    return used[t] ? (hour.x - hour.n * mu) / Math.sqrt(variance) : 0;
  });
  const mean = residuals.reduce((sum, u) => sum + u, 0) / count;
  const centred = residuals.map((u, t) => (used[t] ? u - mean : 0));
  const covariance = (lag: number) => {
    let sum = 0;
    for (let t = lag; t < centred.length; t++) sum += centred[t - lag]! * centred[t]!;
    return sum;
  };
  const variance = covariance(0);
  if (variance === 0) return 1;
  let inflation = 1;
  for (let lag = 1; lag <= LAGS; lag++) inflation += 2 * (1 - lag / (LAGS + 1)) * (covariance(lag) / variance);
  return clamp(inflation, 1, 5);
}

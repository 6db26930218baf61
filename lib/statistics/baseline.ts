import { HOURS_PER_WEEK } from '../facts/hour';
import { boundedRate } from './beta-binomial';
import { type Columns, clamp, columnsOf, type Model, sum, usualIn, weight } from './fit/columns';
import { residualsOf, varianceInflation, variation, withoutIncidents, withoutTop } from './fit/residuals';
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
const LOWEST_RHO = 2e-5;

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
  const usual = all.slice(-weeks * HOURS_PER_WEEK);
  const hours = columnsOf(usual);

  const isCounted = new Uint8Array(usual.length);
  for (let t = 0; t < usual.length; t++) isCounted[t] = hours.n[t]! > 0 ? 1 : 0;
  const model: Model = { p0: 0, rho: 0, season: new Float64Array(CELLS).fill(1), used: isCounted };
  for (let pass = 0; pass < PASSES; pass++) {
    model.p0 = rateOf(pooled(hours, model));
    const freedom = usual.length >= HOURS_FOR_SEASON ? fitSeason(hours, model) : 1;
    const residuals = residualsOf(hours, model);
    model.used = pass === 0 ? withoutTop(hours, model, residuals) : withoutIncidents(hours, model, residuals);
    model.rho = variation(hours, model, residuals, freedom);
  }
  model.rho = Math.max(model.rho, LOWEST_RHO);
  const ordinary = pooled(hours, model);
  model.p0 = rateOf(ordinary);

  const counted = sum(isCounted);
  const incidentHours = counted - sum(model.used);
  if (incidentHours === counted) return undefined;
  const vif = varianceInflation(hours, model);
  const se = Math.sqrt(vif / (0.5 + ordinary.errors));
  const [requests, errors] = [sum(hours.n), sum(hours.x)];
  return {
    p0: model.p0,
    se,
    noticeLevel: boundedRate(model.p0 * Math.exp(se)),
    rho: model.rho,
    eps: clamp((incidentHours + 0.5) / (counted + 1), 0.005, 0.05),
    eta: 1 / vif,
    season: [...model.season],
    habits: habitsOf(usual),
    incidentHours,
    raw: errors / requests,
    requests,
    errors,
    weeks,
    ...spreadOf([...weekCounts(columnsOf(earlier), model), ...weekCounts(hours, model)], vif),
    usual: usual.slice(-HOURS_PER_WEEK),
  };
}

/** Weighted errors, and weighted requests in terms of hours of season 1, of the used hours. */
function pooled(hours: Columns, model: Model) {
  const { n, x } = hours;
  let errors = 0;
  let requests = 0;
  for (let t = 0; t < n.length; t++) {
    if (model.used[t] === 0) continue;
    const w = weight(n[t]!, model.rho);
    errors += w * x[t]!;
    requests += w * n[t]! * usualIn(hours, t, model);
  }
  return { errors, requests };
}

/** The weeks that had requests, without their incident hours. */
function weekCounts(hours: Columns, model: Model): WeekCount[] {
  const { n, x } = hours;
  const { above, z2 } = residualsOf(hours, model);
  const used = withoutIncidents(hours, model, { above, z2 });
  const weeks: WeekCount[] = [];
  for (let from = 0; from < n.length; from += HOURS_PER_WEEK) {
    let errors = 0;
    let expected = 0;
    for (let t = from; t < from + HOURS_PER_WEEK; t++) {
      if (used[t] === 0) continue;
      const w = weight(n[t]!, model.rho);
      errors += w * x[t]!;
      expected += model.p0 * w * n[t]! * usualIn(hours, t, model);
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
    const requests = new Float64Array(CELLS).fill(REQUESTS_OF_HABIT);
    const errors = new Float64Array(CELLS);
    for (const { n, x, cell } of hours.slice(week * HOURS_PER_WEEK, (week + 1) * HOURS_PER_WEEK)) {
      requests[cell]! += n;
      errors[cell]! += x;
    }
    return errors.map((some, cell) => some / requests[cell]!);
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
function fitSeason(hours: Columns, model: Model): number {
  const { n, x, cell, drift } = hours;
  const observed = new Float64Array(CELLS);
  const expected = new Float64Array(CELLS);
  for (let t = 0; t < n.length; t++) {
    if (model.used[t] === 0) continue;
    const w = weight(n[t]!, model.rho);
    observed[cell[t]!]! += w * x[t]!;
    expected[cell[t]!]! += w * n[t]! * model.p0 * drift[t]!;
  }
  let excess = 0;
  let total = 0;
  expected.forEach((e, one) => {
    if (e > 0) excess += e * (observed[one]! / e - 1) ** 2 - 1;
    total += e;
  });
  const tau2 = total > 0 ? Math.max(0, excess / total) : 0;
  const trust = expected.map((e) => (e > 0 ? tau2 / (tau2 + 1 / e) : 0));
  model.season = trust.map((b, one) => (b > 0 ? clamp(1 + b * (observed[one]! / expected[one]! - 1), 0.25, 4) : 1));
  return 1 + sum(trust);
}

import { randomBeta, randomBinomial, randomNormal } from 'd3-random';
import { HOURS_PER_WEEK } from '../../lib/facts/hour';
import { randomness } from '../../lib/local/randomness';
import type { HourCount } from '../../lib/statistics/hour-count';

export const BASELINE_HOURS = 4 * HOURS_PER_WEEK;
/** What shows how much weeks differ, the baseline included. */
const PAST_HOURS = 12 * HOURS_PER_WEEK;

/** Launches are on a Wednesday at 11:00; hour 0 of a week is Monday's first. */
const LAUNCH_IN_WEEK = 2 * 24 + 11;
/** Log standard deviation of an hour's volume, beyond what chance gives. */
const VOLUME_SPREAD = 0.1;
const WEEKEND_VOLUME = 0.7;
const WEEKEND_ERRORS = 1.05;
const HIGHEST_RATE = 0.95;

/** One endpoint's traffic, from twelve weeks before the launch. Hours count from the launch; those before are negative. */
export interface Traffic {
  /** Hours after the launch. */
  hours: number;
  /** Mean requests of an hour over a week. */
  perHour: number;
  /** Mean error rate of an hour over the daily pattern, as a fraction. */
  rate: (hour: number) => number;
  /** How much the true rate differs from hour to hour: its variance is rate (1 - rate) rho. */
  rho: number;
  /** Correlation of that difference from one hour to the next; the differences are then log-normal. */
  correlation?: number;
  /** Log standard deviation of the level of each week. */
  drift?: number;
  outage?: { from: number; hours: number; rate: number };
  /** Some hours with so many times the requests. */
  storm?: { from: number; hours: number; times: number };
  /** A job of each night: what fails from 2 to 5. */
  nightly?: number;
  /** Share by which the requests of a week exceed those of the week before. */
  growth?: number;
  /** The part of the drift that endpoints with the same upstream share: the correlation of the logs of their levels. */
  upstream?: { name: string; correlation: number };
  /** Exposed users, counted from the launch on; `rate` is then that of the others. */
  split?: { exposure: number; rate: (hour: number) => number };
  /** Errors of one user in a row: so many at once, and so many times more rarely. */
  cluster?: number;
}

/** Before every name, for traffic that nobody has seen yet. */
export const SEED = process.env.STAGEWATCH_BENCH_SEED ?? '';

/** What an endpoint did: before the baseline, in it, and since the launch. */
export interface Past {
  earlier: HourCount[];
  baseline: HourCount[];
  hours: HourCount[];
}

/** The hours of a rollout; a pure function of its name and traffic. */
export function simulate(name: string, traffic: Traffic): Past {
  const random = randomness(SEED + name);
  const normal = randomNormal.source(random)();
  const beta = randomBeta.source(random);
  const binomial = randomBinomial.source(random);
  const { rho, drift = 0, correlation, outage, storm, nightly, growth = 0, upstream, split, cluster = 1 } = traffic;
  const failing = (of: number, p: number) =>
    Math.min(of, cluster * binomial(Math.floor(of / cluster), Math.min(1, p))());
  const shared = upstream && randomNormal.source(randomness(SEED + upstream.name))();
  let noise = normal();
  let level = 1;
  const drawn: HourCount[] = [];
  for (let hour = -PAST_HOURS; hour < traffic.hours; hour++) {
    if (hour % HOURS_PER_WEEK === 0 && drift > 0) {
      const own = normal();
      const r = upstream?.correlation ?? 0;
      level = logNormal(drift, shared ? r * shared() + Math.sqrt(1 - r ** 2) * own : own);
    }
    const grown = Math.exp((growth * hour) / HOURS_PER_WEEK);
    const stormy = storm && hour >= storm.from && hour < storm.from + storm.hours ? storm.times : 1;
    const volume = expectedVolume(traffic.perHour, hour) * grown * stormy * Math.exp(VOLUME_SPREAD * normal());
    const n = Math.max(0, Math.round(volume + Math.sqrt(volume) * normal()));
    const mean = Math.min(HIGHEST_RATE, traffic.rate(hour) * level * errorPattern(cellAt(hour)));
    let p = mean;
    if (rho > 0 && correlation === undefined) p = beta(mean * (1 / rho - 1), (1 - mean) * (1 / rho - 1))();
    if (rho > 0 && correlation !== undefined) {
      noise = correlation * noise + Math.sqrt(1 - correlation ** 2) * normal();
      p = mean * logNormal(Math.sqrt(Math.log(1 + (rho * (1 - mean)) / mean)), noise);
    }
    if (nightly !== undefined && cellAt(hour) % 24 >= 2 && cellAt(hour) % 24 < 5) p = Math.max(p, nightly);
    if (outage && hour >= outage.from && hour < outage.from + outage.hours) p = Math.max(p, outage.rate);
    if (split && hour >= 0) {
      const on = binomial(n, split.exposure)();
      const toggleOff = { n: n - on, x: failing(n - on, p) };
      const worse = split.rate(hour) / traffic.rate(hour);
      drawn.push({ n, x: toggleOff.x + failing(on, p * worse), cell: cellAt(hour), toggleOff });
    } else drawn.push({ n, x: failing(n, p), cell: cellAt(hour) });
  }
  return pastOf(drawn);
}

/** Hours from twelve weeks before the launch on. */
export const pastOf = (drawn: HourCount[]): Past => ({
  earlier: drawn.slice(0, PAST_HOURS - BASELINE_HOURS),
  baseline: drawn.slice(PAST_HOURS - BASELINE_HOURS, PAST_HOURS),
  hours: drawn.slice(PAST_HOURS),
});

/** A factor of mean 1. */
export const logNormal = (deviation: number, normal: number) => Math.exp(deviation * normal - deviation ** 2 / 2);

/** Hour of the day, + 24 at weekends. */
export function cellAt(hour: number): number {
  const inWeek = (((hour + LAUNCH_IN_WEEK) % HOURS_PER_WEEK) + HOURS_PER_WEEK) % HOURS_PER_WEEK;
  return (inWeek % 24) + (inWeek >= 5 * 24 ? 24 : 0);
}

const wave = (cell: number, middle: number) => Math.sin((2 * Math.PI * ((cell % 24) - middle)) / 24);
const shape = {
  volume: (cell: number) => (1 + 0.6 * wave(cell, 9)) * (cell >= 24 ? WEEKEND_VOLUME : 1),
  errors: (cell: number) => (1 + 0.15 * wave(cell, 15)) * (cell >= 24 ? WEEKEND_ERRORS : 1),
};
const week = Array.from({ length: HOURS_PER_WEEK }, (_, hour) => cellAt(hour));
const total = (of: (cell: number) => number) => week.reduce((sum, cell) => sum + of(cell), 0);
const volumeTotal = total(shape.volume);
const errorTotal = total((cell) => shape.volume(cell) * shape.errors(cell));

/** Four times as busy at 15:00 as at 3:00, 30 % less at weekends; the mean over a week is 1. */
export const expectedVolume = (perHour: number, hour: number): number =>
  (perHour * shape.volume(cellAt(hour)) * HOURS_PER_WEEK) / volumeTotal;

/** Most errors at 21:00, 5 % more at weekends; the mean over a week's requests is 1. */
export const errorPattern = (cell: number): number => (shape.errors(cell) * volumeTotal) / errorTotal;

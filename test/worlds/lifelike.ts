import { randomBeta, randomBinomial, randomNormal, randomPoisson } from 'd3-random';
import { HOURS_PER_WEEK, type Hour } from '../../lib/facts/hour';
import { cellOf } from '../../lib/facts/local-time';
import type { Snapshot, Snapshots } from '../../lib/facts/snapshot';
import { randomness } from '../../lib/local/randomness';
import { byStatus } from './by-status';

/**
 * Traffic as a real service has it, drawn and not recorded: no log could be kept here. Rates, volumes and how much weeks
 * differ are those that the team of the document-status release published; the rest is what hourly counts of public
 * services show: a day and a weekend, weeks and days that differ by 8 % (two thirds of it for all endpoints alike), a
 * holiday at half, robots that are refused for most of a day, a bad hour of the upstream each ten days, users who try
 * again, answers from a cache, redirects, requests without a status, and one hour of a hundred that nobody could measure.
 */
const ENDPOINTS = {
  '#index': { perHour: 1_250, rate: 0.00336, weeks: 0.2 },
  '#show': { perHour: 850, rate: 0.012325, weeks: 0.1 },
  '#files-we-couldnt-receive': { perHour: 6 / HOURS_PER_WEEK, rate: 0.002, weeks: 0 },
} as const;
type Name = keyof typeof ENDPOINTS;

const TIME_ZONE = 'America/New_York';
const DAY = 24;
const RHO = 0.002;
const HOLIDAYS = [19, 68, 96];
const ATTACKS = [11, 40, 75, 101];
/** Hours between two bad ones of the upstream, in which three times as many requests fail. */
const HICCUPS = 241;
const UNKNOWN = 0.01;

/** What a fault does to the rate of an endpoint, by the hour since the first. */
export type Fault = (name: Name, since: number) => number;

/** The hours [from, from + weeks) of every endpoint; the same for the same seed. */
export function lifelike(seed: number, from: Hour, weeks: number, fault: Fault = () => 1): Snapshots {
  const shared = weekly(`${seed}`, weeks);
  const isUnknown = randomness(`${seed}/unknown`);
  const unknown = new Set(
    Array.from({ length: weeks * HOURS_PER_WEEK }, (_, at) => at).filter(() => isUnknown() < UNKNOWN),
  );
  return new Map(
    (Object.keys(ENDPOINTS) as Name[]).map((name) => [name, hoursOf(name, seed, from, weeks, shared, unknown, fault)]),
  );
}

/** Logs of how much weeks, and days, have more or less. */
function weekly(seed: string, weeks: number) {
  const normal = randomNormal.source(randomness(seed))(0, 0.08);
  return {
    weeks: Array.from({ length: weeks }, normal),
    days: Array.from({ length: weeks * 7 }, normal),
  };
}

function hoursOf(
  name: Name,
  seed: number,
  from: Hour,
  weeks: number,
  shared: ReturnType<typeof weekly>,
  unknown: ReadonlySet<number>,
  fault: Fault,
): Map<Hour, Snapshot> {
  const { perHour, rate, weeks: drift } = ENDPOINTS[name];
  const random = randomness(`${seed}/${name}`);
  const normal = randomNormal.source(random)();
  const poisson = (mean: number) => randomPoisson.source(random)(mean)();
  const binomial = (n: number, p: number) => randomBinomial.source(random)(n, p)();
  const own = weekly(`${seed}/${name}/volume`, weeks);
  const levels = Array.from({ length: weeks }, () => Math.exp(drift * normal()));
  const known = new Map<Hour, Snapshot>();
  let noise = 0;
  for (let since = 0; since < weeks * HOURS_PER_WEEK; since++) {
    const [week, day] = [Math.floor(since / HOURS_PER_WEEK), Math.floor(since / DAY)];
    const cell = cellOf(from + since, TIME_ZONE);
    const differs = 0.82 * (shared.weeks[week]! + shared.days[day]!) + 0.57 * (own.weeks[week]! + own.days[day]!);
    noise = 0.8 * noise + 0.07 * normal();
    const pattern = (1 + 0.7 * Math.cos((2 * Math.PI * ((cell % DAY) - 14)) / DAY)) * (cell >= DAY ? 0.7 : 1);
    const n = poisson(perHour * pattern * (HOLIDAYS.includes(day) ? 0.5 : 1) * Math.exp(differs + noise));
    const usual = rate * levels[week]! * (since % HICCUPS === HICCUPS - 1 ? 3 : 1) * fault(name, since);
    const p = randomBeta.source(random)(usual * (1 / RHO - 1), (1 - usual) * (1 / RHO - 1))();
    // A third of the failed requests are tried again, and fail again.
    const failed = Math.min(n, Math.round(binomial(n, p / 1.33) * 1.33));
    const refused = binomial(n, ATTACKS.includes(day) && cell % DAY >= 6 ? 0.4 : 0.015);
    const answered = n - failed;
    const parts = { redirects: binomial(answered, 0.01), cached: binomial(answered, 0.2), without: binomial(n, 0.001) };
    const at = from + since;
    const kept = { endpoint: name, hour: at, revision: 1, final: true };
    known.set(
      at,
      unknown.has(since)
        ? { ...kept, kind: 'unknown', reason: 'Datadog has no data' }
        : {
            ...kept,
            kind: 'counted',
            counts: byStatus({
              200: Math.max(0, answered - parts.redirects - parts.cached),
              302: parts.redirects,
              304: parts.cached,
              401: refused,
              500: Math.floor(failed / 2),
              502: failed - Math.floor(failed / 2),
              'N/A': parts.without,
            }),
          },
    );
  }
  return known;
}

import { randomBinomial, randomExponential, randomNormal, randomPoisson } from 'd3-random';
import { randomness } from '../../lib/local/randomness';
import type { HourCount } from '../../lib/statistics/hour-count';
import { cellAt, type Past, pastOf, SEED } from './traffic';

/**
 * A second generator, in which no constant of the judge was chosen and that shares no assumption with it: traffic whose
 * log follows an AR(1) process on two humps a day, a level of errors that walks from day to day, users who try again, and
 * bursts in which one cause fails for some hours. Nothing is beta-binomial.
 */
export interface Kind {
  name: string;
  perHour: number;
  /** Usual error rate. */
  base: number;
  /** Log standard deviation of the level of errors over the months; it walks back to its mean in about two weeks. */
  drift: number;
  /** Errors of one user in a row, on average; 1 is each its own. */
  retries: number;
  /** Bursts a week, each of some hours in which a share of the requests fails. */
  bursts: number;
}

const PAST = 12 * 168;
/** From one day to the next a level keeps this much of what it was off its mean: two weeks take it to a third. */
const DAY_MEMORY = 0.93;
const HOUR_MEMORY = 0.8;
const VOLUME_DEVIATION = 0.2;
const BURST_RATE = 0.04;

/** The hours of a rollout of such an endpoint; exposed users fail `times` as often after the launch. */
export function independent(name: string, kind: Kind, hours: number, rise = (_: number) => 1): Past {
  const random = randomness(`${SEED}independent ${name}`);
  const normal = randomNormal.source(random)();
  const poisson = randomPoisson.source(random);
  const binomial = randomBinomial.source(random);
  const lasts = randomExponential.source(random)(1 / 3);
  let volumeNoise = normal();
  let level = normal();
  let burst = 0;
  const drawn: HourCount[] = [];
  for (let hour = -PAST; hour < hours; hour++) {
    if (hour % 24 === 0) level = DAY_MEMORY * level + Math.sqrt(1 - DAY_MEMORY ** 2) * normal();
    volumeNoise = HOUR_MEMORY * volumeNoise + Math.sqrt(1 - HOUR_MEMORY ** 2) * normal();
    const cell = cellAt(hour);
    const clock = cell % 24;
    const humps = 0.25 + Math.exp(-((clock - 10.5) ** 2) / 8) + 0.9 * Math.exp(-((clock - 16) ** 2) / 12);
    const mean = (kind.perHour * humps * (cell >= 24 ? 0.5 : 1)) / 0.67;
    const n = poisson(mean * Math.exp(VOLUME_DEVIATION * volumeNoise))();
    if (random() < kind.bursts / 168) burst = Math.ceil(lasts());
    const rate = Math.min(1, kind.base * Math.exp(kind.drift * level - kind.drift ** 2 / 2) * rise(hour));
    const causes = binomial(n, Math.min(1, rate / kind.retries))();
    let x = burst > 0 ? binomial(n, BURST_RATE)() : 0;
    for (let cause = 0; cause < causes; cause++) x += 1 + poisson(kind.retries - 1)();
    burst = Math.max(0, burst - 1);
    drawn.push({ n, x: Math.min(n, x), cell });
  }
  return pastOf(drawn);
}

/** Endpoints of a kind that real ones are of. */
export const KINDS: readonly Kind[] = [0.1, 0.3].flatMap((drift) => [
  { name: `busy, drift ${drift}`, perHour: 1_000, base: 0.012, drift, retries: 1.5, bursts: 0.5 },
  { name: `clean and large, drift ${drift}`, perHour: 20_000, base: 0.001, drift, retries: 1, bursts: 1 },
  { name: `small with retries, drift ${drift}`, perHour: 20, base: 0.005, drift, retries: 2, bursts: 0.2 },
]);

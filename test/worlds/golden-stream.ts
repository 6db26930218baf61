import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HourCount } from '../../lib/statistics/hour-count';

// Looked up once: inside the test runner every look-up of a global is slow.
const { cos, exp, floor, imul, log, log1p, PI, sin, sqrt } = Math;

export interface Stream {
  scale: number;
  base: number;
  correlated: boolean;
  unknownEvery: number;
}

export interface Trace {
  stream: Stream;
  sums: { n: number; x: number; baselineN: number; baselineX: number };
  first: [number, number, number][];
  fit: Record<
    'p0' | 'se' | 'spread' | 'level' | 'noticeLevel' | 'rho' | 'eps' | 'eta' | 'incidentHours' | 'raw',
    number
  >;
  season: number[];
  pick: number[];
  page: number[];
  notice: number[];
  threshold: number[];
  gateLevel: [number, number];
  gate: number[];
  provenLevelAt168: number;
  hoursMoreFrom1At25: number;
  below: number[];
}

/** Golden values of the judge, computed by an independent implementation; its first line says how exactly. */
export const golden: {
  scalars: { fn: string; args: (string | number)[]; value: string }[];
  cleanBaseline: Trace['fit'];
  traces: Trace[];
} = JSON.parse(readFileSync(join(__dirname, '../golden/judge.json'), 'utf8'));

/** A small seeded generator of uniform numbers in [0, 1): mulberry32, by Tommy Ettinger, public domain. */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = imul(state ^ (state >>> 15), 1 | state);
    t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const BASELINE_HOURS = 672;
export const STREAM_HOURS = 1008;

/**
 * The stream on which the golden traces were computed: four weeks of baseline and two of release, an outage in hours
 * 300 and 301, and from hour 840 a rate multiplied by `scale`.
 */
export function goldenStream({ scale, base, correlated, unknownEvery }: Stream): HourCount[] {
  const uniform = mulberry32(20250611);
  let noise = 0;
  return Array.from({ length: STREAM_HOURS }, (_, t) => {
    const hourOfDay = t % 24;
    const draw = uniform();
    const n = hourOfDay >= 7 ? 40 + Math.trunc(200 * draw) : Math.trunc(60 * draw);
    const newNoise = uniform();
    if (!correlated || t % 12 === 0) noise = newNoise;
    let p = base * (1 + (0.2 * ((hourOfDay % 12) - 5.5)) / 5.5) * (0.4 + 1.2 * noise);
    if (t >= 840) p *= scale;
    if (t === 300 || t === 301) p = 0.3;
    let x = 0;
    for (let i = 0; i < n; i++) if (uniform() < p) x++;
    const unknown = unknownEvery > 0 && t % unknownEvery === 7;
    return { n: unknown ? 0 : n, x: unknown ? 0 : x, cell: hourOfDay + 24 * (floor(t / 24) % 7 >= 5 ? 1 : 0) };
  });
}

/** Share of users exposed in each of the stream's release hours. */
export const exposureAt = (hour: number): number => (hour < 168 ? 0.25 : 0.5);

/** Hours of a simulated endpoint; `rate` is the mean rate of an hour, `outage` one that replaces it. */
export interface Traffic {
  hours: number;
  requestsPerHour: number;
  rate: (hour: number) => number;
  rho: number;
  outage?: (hour: number) => boolean;
}

const OUTAGE_RATE = 0.3;

/** Beta-binomial hours with a day and a night, in traffic and in rate; the same seed gives the same hours. */
export function simulatedHours(
  seed: number,
  { hours, requestsPerHour, rate, rho, outage = () => false }: Traffic,
): HourCount[] {
  const uniform = mulberry32(seed);
  const normal = () => sqrt(-2 * log(1 - uniform())) * cos(2 * PI * uniform());
  const gamma = (shape: number): number => {
    // Marsaglia and Tsang, ACM TOMS 26, 2000.
    if (shape < 1) return gamma(shape + 1) * (1 - uniform()) ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const z = normal();
      const v = (1 + z / sqrt(9 * d)) ** 3;
      if (v > 0 && log(1 - uniform()) < z ** 2 / 2 + d - d * v + d * log(v)) return d * v;
    }
  };
  /** Counts failures by the gaps between them. */
  const binomial = (n: number, p: number): number => {
    let x = 0;
    for (let at = 0; ; x++) {
      at += floor(log(1 - uniform()) / log1p(-p)) + 1;
      if (!(at <= n)) return x;
    }
  };
  return Array.from({ length: hours }, (_, t) => {
    const hourOfDay = t % 24;
    const weekend = floor(t / 24) % 7 >= 5;
    const day = 1 + 0.6 * sin((2 * PI * (hourOfDay - 9)) / 24);
    const n = Math.round(requestsPerHour * day * (weekend ? 0.76 : 1.1) * exp(0.1 * normal()));
    const mean = rate(t) * (1 + 0.15 * sin((2 * PI * (hourOfDay - 15)) / 24));
    const a = gamma(mean * (1 / rho - 1));
    const b = gamma((1 - mean) * (1 / rho - 1));
    const p = outage(t) ? OUTAGE_RATE : a / (a + b);
    return { n, x: p > 0 ? binomial(n, p) : 0, cell: hourOfDay + (weekend ? 24 : 0) };
  });
}

import { HOURS_PER_WEEK } from '../../lib/facts/hour';
import { gateLevel } from '../../lib/statistics/gate';
import { toleratedLevel } from '../../lib/statistics/spread';
import { informationBound } from './bound';
import { LIMIT, PLANNED_HOURS, TOLERANCE } from './rules';
import type { Traffic } from './traffic';

/** A kind of endpoint and what happens to it. Its traffic depends on its name, so a cell can be taken out alone. */
export interface Cell {
  name: string;
  traffic: Traffic;
}

export interface RegressionCell extends Cell {
  exposure: 0.25 | 0.5;
  onset: number;
  /** Hours from the onset to the end of the stage. */
  horizon: number;
  bound: number;
  /** Sudden, at the launch: what every rule is compared on. */
  plain: boolean;
  /** The overall rate is above what a page tolerates. */
  outside: boolean;
}

export interface GateCell extends Cell {
  kind: 'healthy' | 'margin' | 'x4';
  base: number;
  /** Errors come in rare hours that the judge takes for incidents. */
  bursts: boolean;
}

const VOLUMES = [20, 200, 5_000, 50_000] as const;
const BASES = [0.0002, 0.005, 0.02, 0.04] as const;

/** A regression that even the bound takes longer for than this share of the stage is not for alerts. */
const FINDABLE_SHARE = 0.25;
const MID_STAGE = 72;
const RAMP_HOURS = 48;
const STAGE_HOURS = { 0.25: HOURS_PER_WEEK, 0.5: 2 * HOURS_PER_WEEK } as const;

/** Every pair. */
export const product = <A, B>(some: readonly A[], others: readonly B[]): [A, B][] =>
  some.flatMap((one) => others.map((other): [A, B] => [one, other]));

const points = (rate: number) => `${Number((rate * 100).toPrecision(4))} %`;

/** Three weeks in which nothing is wrong. */
export const healthyCells = (): Cell[] => steadyCells('healthy', [0, 0.002, 0.01], {});

/** The same with what hours and weeks really do. */
export const stressCells = (name: string, unrest: Pick<Traffic, 'correlation' | 'drift'>): Cell[] =>
  steadyCells(name, [0.002, 0.01], unrest);

function steadyCells(kind: string, rhos: readonly number[], unrest: Partial<Traffic>): Cell[] {
  return product(product(VOLUMES, BASES), rhos).map(([[perHour, base], rho]) => ({
    name: `${kind}, ${perHour}/h, ${points(base)}, rho ${rho}`,
    traffic: { hours: PLANNED_HOURS, perHour, rate: () => base, rho, ...unrest },
  }));
}

const EFFECTS: readonly [string, (base: number) => number][] = [
  ['+0.5 pt', (base) => base + 0.005],
  ['x2', (base) => base * 2],
  ['x4', (base) => base * 4],
  ['to 6 %', () => 0.06],
  ['to 8 %', () => 0.08],
];

/** Regressions of exposed users: what they go to, how fast, and when; those that could be found within their stage. */
export function regressionCells(): RegressionCell[] {
  const endpoints = product(product([200, 1_000, 5_000], [0.005, 0.02]), [0.002, 0.01]);
  const courses = product(product([0.25, 0.5] as const, [0, MID_STAGE]), ['sudden', 'ramp'] as const);
  return product(product(endpoints, courses), EFFECTS).flatMap(
    ([[[[perHour, base], rho], [[exposure, onset], speed]], [effect, goesTo]]) => {
      const rise = exposure * (goesTo(base) - base);
      const grown = (hour: number) => (speed === 'ramp' ? Math.min(1, (hour - onset + 1) / RAMP_HOURS) : 1);
      const hours = STAGE_HOURS[exposure];
      const traffic = {
        hours,
        perHour,
        rho,
        rate: (hour: number) => (hour < onset ? base : base + rise * grown(hour)),
      };
      const soon = onset + FINDABLE_SHARE * hours;
      const bound = informationBound({ ...traffic, hours: soon }, onset, base);
      if (bound === Number.POSITIVE_INFINITY) return [];
      const when = onset === 0 ? 'at launch' : `at hour ${onset}`;
      return [
        {
          name: `${effect} for ${points(exposure)}, ${speed}, ${when}, ${perHour}/h, ${points(base)}, rho ${rho}`,
          traffic,
          exposure,
          onset,
          horizon: hours - onset,
          bound,
          plain: speed === 'sudden' && onset === 0,
          outside: base + rise > toleratedLevel({ p0: base, spread: 0, spreadWeeks: 12 }, TOLERANCE, LIMIT),
        },
      ];
    },
  );
}

/** A first stage at 25 % that should, or should not, be left for the next one. */
export function gateCells(): GateCell[] {
  const exposure = 0.25;
  const endpoints = product(product([200, 1_000, 5_000, 50_000], BASES), [0, 0.002, 0.01]);
  return product(endpoints, ['healthy', 'margin', 'x4'] as const).map(([[[perHour, base], rho], kind]) => {
    const overall = {
      healthy: base,
      margin: gateLevel({ p0: base, se: 0, spread: 0, spreadWeeks: 12 }, LIMIT, exposure),
      x4: base + exposure * 3 * base,
    }[kind];
    return {
      name: `gate ${kind}, ${perHour}/h, ${points(base)}, rho ${rho}`,
      traffic: { hours: STAGE_HOURS[exposure], perHour, rho, rate: (hour) => (hour < 0 ? base : overall) },
      kind,
      base,
      bursts: rho > 10 * base,
    };
  });
}

/** Rates that the team of the document-status release published, by week since the launch; before it the first one. */
const PUBLISHED = [
  { name: '#index', perHour: 1_250, before: 0.00336, weeks: [0.0011, 0.0047, 0.0047, 0.00104] },
  { name: '#show', perHour: 850, before: 0.012325, weeks: [0.0137, 0.0153, 0.0153, 0.01323] },
] as const;

/** The two endpoints of one real rollout in which nothing was wrong; with `drift`, weeks at random instead. */
export function asItWas(drift?: number): Cell[] {
  return PUBLISHED.map(({ name, perHour, before, weeks }) => ({
    name: `as it was, ${name}, drift ${drift ?? 'as published'}`,
    traffic: {
      hours: weeks.length * HOURS_PER_WEEK,
      perHour,
      rho: 0.002,
      rate: (hour) => (hour < 0 || drift !== undefined ? before : weeks[Math.floor(hour / HOURS_PER_WEEK)]!),
      ...(drift !== undefined && { drift }),
    },
  }));
}

export const OUTAGE_HOURS = 2;

/** Two hours at 30 %, at `from` hours after the launch. */
export function outageCells(from: number): Cell[] {
  return product(product([200, 1_000, 5_000], [0.005, 0.02]), [0.002, 0.01]).map(([[perHour, base], rho]) => ({
    name: `outage, ${perHour}/h, ${points(base)}, rho ${rho}, at ${from}`,
    traffic: { hours: PLANNED_HOURS, perHour, rate: () => base, rho, outage: { from, hours: OUTAGE_HOURS, rate: 0.3 } },
  }));
}

export const REPAIR_HOUR = 240;

/** Half of the users broken for ten days, then repaired. */
export function recoveryCells(): (Cell & { thin: boolean })[] {
  const base = 0.01;
  return product([50, 200, 1_000, 5_000], [2.5, 4, 6]).map(([perHour, times]) => ({
    name: `recovery, ${perHour}/h, x${times}`,
    traffic: {
      hours: 2 * REPAIR_HOUR,
      perHour,
      rho: 0.002,
      rate: (hour) => (hour >= 0 && hour < REPAIR_HOUR ? base * (1 + 0.5 * (times - 1)) : base),
    },
    thin: perHour < 200,
  }));
}

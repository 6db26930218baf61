import { HOURS_PER_WEEK } from '../../lib/facts/hour';
import {
  asItWas,
  type Cell,
  type GateCell,
  gateCells,
  healthyCells,
  OUTAGE_HOURS,
  outageCells,
  REPAIR_HOUR,
  type RegressionCell,
  recoveryCells,
  regressionCells,
  stressCells,
} from './cells';
import { type Bought, type ControlTrial, controlTrials } from './controls';
import { type HardSeeds, type HardTable, hardCells } from './hard';
import { detection, mean, median, share } from './metrics';
import { advances } from './promotion';
import { pagesOf, type Rollout, RULES, rolloutOf } from './rules';

/** Rollouts of each cell. */
export interface Seeds {
  healthy: number;
  stress: number;
  plain: number;
  regression: number;
  gate: number;
  asItWas: number;
  outage: number;
  recovery: number;
  controls: number;
  hard: HardSeeds;
}

export const QUICK: Seeds = {
  healthy: 6,
  stress: 2,
  plain: 5,
  regression: 1,
  gate: 3,
  asItWas: 16,
  outage: 10,
  recovery: 6,
  controls: 1,
  hard: { drift: 1, events: 3, gate: 3, recovery: 4, independent: 6 },
};
export const FULL: Seeds = {
  healthy: 200,
  stress: 50,
  plain: 40,
  regression: 10,
  gate: 40,
  asItWas: 200,
  outage: 100,
  recovery: 100,
  controls: 25,
  hard: { drift: 10, events: 40, gate: 40, recovery: 40, independent: 60 },
};

export type ByRule<T> = Readonly<Record<string, T>>;

/** A part of the benchmark that can be run alone, on any processor. */
export interface Job {
  name: string;
  /** What it costs, about. */
  rollouts: number;
  run(): Part;
}
interface Parts {
  healthy: FalseAlarms;
  stress: { name: string; alarms: FalseAlarms };
  found: Found;
  promoted: Promoted;
  outages: { inside: boolean; paged: boolean };
  recovery: { thin: boolean; early: boolean; took: number }[];
  controls: { course: string; bought: Bought };
  hard: { table: HardTable; row: string; values: Record<string, number> };
}
/** What a job found out, for one section of the results. */
export type Part = { [Section in keyof Parts]: { section: Section; value: Parts[Section] } }[keyof Parts];

const rolloutsOf = (cell: Cell, count: number, planned?: number): Rollout[] =>
  Array.from({ length: count }, (_, seed) => rolloutOf(`${cell.name}/${seed}`, cell.traffic, planned));

const byRule = <T>(of: (rule: (typeof RULES)[number]) => T): ByRule<T> =>
  Object.fromEntries(RULES.map((rule) => [rule.name, of(rule)]));

export interface FalseAlarms {
  cell: string;
  /** Share of rollouts in which a rule fired. */
  share: ByRule<number>;
}

function falseAlarms(cell: Cell, seeds: number): FalseAlarms {
  const rollouts = rolloutsOf(cell, seeds);
  return { cell: cell.name, share: byRule((rule) => share(rollouts.map((one) => rule.alarms(one).length > 0))) };
}

/** Share of rollouts of two endpoints in which a rule fired for either. */
function falseAlarmsOfPairs(cells: readonly Cell[], seeds: number): FalseAlarms {
  const fired = byRule((): boolean[] => new Array(seeds).fill(false));
  for (const cell of cells) {
    rolloutsOf(cell, seeds, cell.traffic.hours).forEach((rollout, seed) => {
      for (const rule of RULES) if (rule.alarms(rollout).length > 0) fired[rule.name]![seed] = true;
    });
  }
  return { cell: cells[0]!.name, share: byRule((rule) => share(fired[rule.name]!)) };
}

export interface Found {
  cell: Omit<RegressionCell, 'traffic'>;
  /** Mean delay over the bound, a miss counting the hours until the stage's end; and the share of misses. */
  rule: ByRule<{ ratio: number; missed: number } | undefined>;
}

const seedsOf = (cell: RegressionCell, seeds: Seeds) => (cell.plain ? seeds.plain : seeds.regression);

function detections({ traffic, ...cell }: RegressionCell, seeds: number): Found {
  const rollouts = rolloutsOf({ name: cell.name, traffic }, seeds);
  return {
    cell,
    rule: byRule((rule) => {
      const met = rollouts.flatMap((one) => detection(rule.alarms(one), cell.onset, cell.horizon) ?? []);
      if (met.length === 0) return undefined;
      return { ratio: mean(met.map(({ delay }) => delay)) / cell.bound, missed: share(met.map((one) => one.missed)) };
    }),
  };
}

export interface Promoted {
  cell: Omit<GateCell, 'traffic'> & { perHour: number };
  /** Share of rollouts that went on to the next stage: peers go on unless they fired. */
  share: ByRule<number>;
}

const GATE = 'GATE';
/** On hold the judge looks again; a wrong promotion three days late is one too. */
const LATER_LOOKS = [24, 48, 72];

function promotions({ traffic, ...cell }: GateCell, seeds: number): Promoted {
  const end = HOURS_PER_WEEK;
  const longer = { ...traffic, hours: end + LATER_LOOKS.at(-1)! };
  const rollouts = rolloutsOf({ name: cell.name, traffic: longer }, seeds);
  const ours = rollouts.map((rollout) =>
    [0, ...(cell.kind === 'healthy' ? [] : LATER_LOOKS)].some((later) => advances(rollout, end + later)),
  );
  const peers = byRule((rule) =>
    share(rollouts.map((one) => rule.alarms({ ...one, hours: one.hours.slice(0, end) }).length === 0)),
  );
  return { cell: { ...cell, perHour: traffic.perHour }, share: { ...peers, [GATE]: share(ours) } };
}

export interface Outages {
  tried: number;
  /** THRESHOLD fired in one of the two hours. */
  inside: number;
  /** PAGE fired at any time after the outage began. */
  pageAfter: number;
}

/** Each outage at another hour of day, day of week and stage. */
const outageStarts = (seeds: number) => Array.from({ length: seeds }, (_, seed) => 5 + ((seed * 37) % 480));

function outage(cell: Cell): Parts['outages'] {
  const { from } = cell.traffic.outage!;
  const [rollout] = rolloutsOf(cell, 1);
  const threshold = RULES.find((rule) => rule.name === 'THRESHOLD')!.alarms(rollout!);
  return {
    inside: threshold.some((hour) => hour >= from && hour < from + OUTAGE_HOURS),
    paged: pagesOf(rollout!).some((page) => page.from >= from),
  };
}

export interface Recovery {
  /** Rollouts that paged before the repair. */
  pages: number;
  /** Share of them in which a page closed while users were still broken. */
  falselyResolved: number;
  /** Median hours from the repair until the page closed; never counts as the ten days watched. */
  hoursToResolve: number;
  /** The same at 50 requests an hour. */
  hoursToResolveThin: number;
}

function recovery(cell: Cell & { thin: boolean }, seeds: number): Parts['recovery'] {
  return rolloutsOf(cell, seeds).flatMap((rollout) => {
    const pages = pagesOf(rollout).filter((page) => page.from < REPAIR_HOUR);
    if (pages.length === 0) return [];
    const closed = pages.map((page) => page.to ?? 2 * REPAIR_HOUR - 1);
    return [
      { thin: cell.thin, early: closed.some((to) => to < REPAIR_HOUR), took: Math.max(...closed) - REPAIR_HOUR + 1 },
    ];
  });
}

function recoveryOf(tried: Parts['recovery']): Recovery {
  const took = (thin: boolean) => tried.filter((one) => one.thin === thin && !one.early).map((one) => one.took);
  return {
    pages: tried.length,
    falselyResolved: share(tried.map((one) => one.early)),
    hoursToResolve: median(took(false)),
    hoursToResolveThin: median(took(true)),
  };
}

export interface Results {
  seeds: Seeds;
  healthy: FalseAlarms[];
  stress: { name: string; cells: FalseAlarms[] }[];
  found: Found[];
  promoted: Promoted[];
  outages: Outages;
  recovery: Recovery;
  controls: ControlTrial[];
  hard: Parts['hard'][];
}

const STRESS: readonly [string, Parameters<typeof stressCells>[1]][] = [
  ['noise AR(.5)', { correlation: 0.5 }],
  ['noise AR(.8)', { correlation: 0.8 }],
  ['weekly drift .05', { drift: 0.05 }],
  ['weekly drift .1', { drift: 0.1 }],
  ['weekly drift .3', { drift: 0.3 }],
];
const PAIRS: readonly [string, number | undefined][] = [
  ['as it was', undefined],
  ['as it was, drift .1', 0.1],
  ['as it was, drift .3', 0.3],
];

/** All there is to do, in the order of the results. */
export function jobsOf(seeds: Seeds): Job[] {
  const job = <S extends keyof Parts>(section: S, name: string, rollouts: number, value: () => Parts[S]): Job => ({
    name,
    rollouts,
    run: () => ({ section, value: value() }) as Part,
  });
  return [
    ...healthyCells().map((cell) => job('healthy', cell.name, seeds.healthy, () => falseAlarms(cell, seeds.healthy))),
    ...STRESS.flatMap(([name, unrest]) =>
      stressCells(name, unrest).map((cell) =>
        job('stress', cell.name, seeds.stress, () => ({ name, alarms: falseAlarms(cell, seeds.stress) })),
      ),
    ),
    ...PAIRS.map(([name, drift]) =>
      job('stress', name, 2 * seeds.asItWas, () => ({
        name,
        alarms: falseAlarmsOfPairs(asItWas(drift), seeds.asItWas),
      })),
    ),
    ...regressionCells().map((cell) =>
      job('found', cell.name, seedsOf(cell, seeds), () => detections(cell, seedsOf(cell, seeds))),
    ),
    ...gateCells().map((cell) => job('promoted', cell.name, seeds.gate, () => promotions(cell, seeds.gate))),
    ...outageStarts(seeds.outage)
      .flatMap(outageCells)
      .map((cell) => job('outages', cell.name, 1, () => outage(cell))),
    ...recoveryCells().map((cell) => job('recovery', cell.name, seeds.recovery, () => recovery(cell, seeds.recovery))),
    ...controlTrials(seeds.controls).map(({ name, course, rollouts, run }) =>
      job('controls', name, rollouts, () => ({ course, bought: run() })),
    ),
    ...hardCells().map(({ table, row, name, run }) =>
      job('hard', name, seeds.hard[table], () => ({ table, row, values: run(seeds.hard[table]) })),
    ),
  ];
}

/** Puts together what the jobs found, given in their order. */
export function resultsOf(seeds: Seeds, parts: readonly Part[]): Results {
  const of = <S extends keyof Parts>(section: S): Parts[S][] =>
    parts.flatMap((part) => (part.section === section ? [part.value as Parts[S]] : []));
  const stress = of('stress');
  const controls = of('controls');
  return {
    seeds,
    healthy: of('healthy'),
    stress: [...new Set(stress.map(({ name }) => name))].map((name) => ({
      name,
      cells: stress.filter((one) => one.name === name).map(({ alarms }) => alarms),
    })),
    found: of('found'),
    promoted: of('promoted'),
    outages: {
      tried: of('outages').length,
      inside: share(of('outages').map(({ inside }) => inside)),
      pageAfter: share(of('outages').map(({ paged }) => paged)),
    },
    recovery: recoveryOf(of('recovery').flat()),
    controls: [...new Set(controls.map(({ course }) => course))].map((course) => ({
      course,
      bought: controls.filter((one) => one.course === course).map(({ bought }) => bought),
    })),
    hard: of('hard'),
  };
}

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
import { type ControlTrial, controlTrials } from './controls';
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
};

export type ByRule<T> = Readonly<Record<string, T>>;
/** Called before each cell with its name. */
export type Progress = (name: string) => void;

const rolloutsOf = (cell: Cell, count: number, planned?: number): Rollout[] =>
  Array.from({ length: count }, (_, seed) => rolloutOf(`${cell.name}/${seed}`, cell.traffic, planned));

const byRule = <T>(of: (rule: (typeof RULES)[number]) => T): ByRule<T> =>
  Object.fromEntries(RULES.map((rule) => [rule.name, of(rule)]));

export interface FalseAlarms {
  cell: string;
  /** Share of rollouts in which a rule fired. */
  share: ByRule<number>;
}

function falseAlarms(cells: readonly Cell[], seeds: number, progress: Progress): FalseAlarms[] {
  return cells.map((cell) => {
    progress(cell.name);
    const rollouts = rolloutsOf(cell, seeds);
    return {
      cell: cell.name,
      share: byRule((rule) => share(rollouts.map((one) => rule.alarms(one).length > 0))),
    };
  });
}

/** Share of rollouts of two endpoints in which a rule fired for either. */
function falseAlarmsOfPairs(cells: readonly Cell[], seeds: number, progress: Progress): FalseAlarms {
  progress(cells[0]!.name);
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

function detections(cells: readonly RegressionCell[], seeds: Seeds, progress: Progress): Found[] {
  return cells.map(({ traffic, ...cell }) => {
    progress(cell.name);
    const rollouts = rolloutsOf({ name: cell.name, traffic }, cell.plain ? seeds.plain : seeds.regression);
    return {
      cell,
      rule: byRule((rule) => {
        const met = rollouts.flatMap((one) => detection(rule.alarms(one), cell.onset, cell.horizon) ?? []);
        if (met.length === 0) return undefined;
        return { ratio: mean(met.map(({ delay }) => delay)) / cell.bound, missed: share(met.map((one) => one.missed)) };
      }),
    };
  });
}

export interface Promoted {
  cell: Omit<GateCell, 'traffic'> & { perHour: number };
  /** Share of rollouts that went on to the next stage: peers go on unless they fired. */
  share: ByRule<number>;
}

const GATE = 'GATE';
/** On hold the judge looks again; a wrong promotion three days late is one too. */
const LATER_LOOKS = [24, 48, 72];

function promotions(cells: readonly GateCell[], seeds: number, progress: Progress): Promoted[] {
  return cells.map(({ traffic, ...cell }) => {
    progress(cell.name);
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
  });
}

export interface Outages {
  /** THRESHOLD fired in one of the two hours. */
  inside: number;
  /** PAGE fired at any time after the outage began. */
  pageAfter: number;
}

function outages(seeds: number, progress: Progress): Outages {
  // Each outage at another hour of day, day of week and stage.
  const starts = Array.from({ length: seeds }, (_, seed) => 5 + ((seed * 37) % 480));
  const tried = starts.flatMap((from) =>
    outageCells(from).map((cell) => {
      progress(cell.name);
      const [rollout] = rolloutsOf(cell, 1);
      const threshold = RULES.find((rule) => rule.name === 'THRESHOLD')!.alarms(rollout!);
      return {
        inside: threshold.some((hour) => hour >= from && hour < from + OUTAGE_HOURS),
        paged: pagesOf(rollout!).some((page) => page.from >= from),
      };
    }),
  );
  return { inside: share(tried.map((one) => one.inside)), pageAfter: share(tried.map((one) => one.paged)) };
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

function recovery(seeds: number, progress: Progress): Recovery {
  const tried = recoveryCells().flatMap((cell) => {
    progress(cell.name);
    return rolloutsOf(cell, seeds).flatMap((rollout) => {
      const pages = pagesOf(rollout).filter((page) => page.from < REPAIR_HOUR);
      if (pages.length === 0) return [];
      const closed = pages.map((page) => page.to ?? 2 * REPAIR_HOUR - 1);
      return [
        { thin: cell.thin, early: closed.some((to) => to < REPAIR_HOUR), took: Math.max(...closed) - REPAIR_HOUR + 1 },
      ];
    });
  });
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
}

export function runAll(seeds: Seeds, progress: Progress): Results {
  const stress = (name: string, unrest: Parameters<typeof stressCells>[1]) => ({
    name,
    cells: falseAlarms(stressCells(name, unrest), seeds.stress, progress),
  });
  const pair = (name: string, drift?: number) => ({
    name,
    cells: [falseAlarmsOfPairs(asItWas(drift), seeds.asItWas, progress)],
  });
  return {
    seeds,
    healthy: falseAlarms(healthyCells(), seeds.healthy, progress),
    stress: [
      stress('noise AR(.5)', { correlation: 0.5 }),
      stress('noise AR(.8)', { correlation: 0.8 }),
      stress('weekly drift .05', { drift: 0.05 }),
      stress('weekly drift .1', { drift: 0.1 }),
      stress('weekly drift .3', { drift: 0.3 }),
      pair('as it was'),
      pair('as it was, drift .1', 0.1),
      pair('as it was, drift .3', 0.3),
    ],
    found: detections(regressionCells(), seeds, progress),
    promoted: promotions(gateCells(), seeds.gate, progress),
    outages: outages(seeds.outage, progress),
    recovery: recovery(seeds.recovery, progress),
    controls: controlTrials(seeds.controls, progress),
  };
}

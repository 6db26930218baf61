import { HOURS_PER_WEEK } from '../../lib/facts/hour';
import { informationBound } from './bound';
import { product, type RegressionCell, regressionCells } from './cells';
import { independent, KINDS, type Kind } from './independent';
import { detection, mean, share } from './metrics';
import { type Promotion, promotionOf } from './promotion';
import { judgedBy, PLANNED_HOURS, pagesOf, type Rollout, RULES, rolloutOf } from './rules';
import type { Traffic } from './traffic';

/** What life adds: weeks that differ, few requests, few users, storms, outages, users who try again, nights, holidays. */
export interface HardCell {
  table: HardTable;
  /** The row of its table that it counts for; the mean is over cells. */
  row: string;
  name: string;
  run(seeds: number): Record<string, number>;
}
export type HardTable = 'drift' | 'events' | 'gate' | 'recovery' | 'independent';

/** How many rollouts of each cell. */
export type HardSeeds = Record<HardTable, number>;

const WEEK = HOURS_PER_WEEK;
/** On hold one looks again for three days. */
const LAST_LOOK = 240;
const BASES = [0.005, 0.02] as const;
const names = (seeds: number, name: string) => Array.from({ length: seeds }, (_, seed) => `${name}/${seed}`);
const fired = (rollout: Rollout) => RULES.map((rule) => [rule.name, rule.alarms(rollout).length > 0] as const);

/** Share of rollouts in which each rule fired. */
function firing(rollouts: readonly Rollout[]): Record<string, number> {
  const all = rollouts.map((rollout) => new Map(fired(rollout)));
  return Object.fromEntries(RULES.map(({ name }) => [name, share(all.map((one) => one.get(name)!))]));
}

/** What is said at the week's end, and by the last look. */
function promoted(rollouts: readonly Rollout[], exposure?: number): Record<string, number> {
  const said = rollouts.map((rollout) =>
    [WEEK, WEEK + 24, WEEK + 48, LAST_LOOK].map((hours) => promotionOf(rollout, hours, exposure)),
  );
  const of = (wanted: Promotion, looks: number) => share(said.map((one) => one.slice(0, looks).includes(wanted)));
  return { 'on schedule': of('advance', 1), 'by the last look': of('advance', 4), 'cannot be judged': of('cannot', 1) };
}

/** Peers go on unless they fired within the week. */
function peersPromote(rollouts: readonly Rollout[]): Record<string, number> {
  const week = rollouts.map((rollout) => ({ ...rollout, hours: rollout.hours.slice(0, WEEK) }));
  const peers = RULES.filter(({ ours }) => !ours);
  return Object.fromEntries(
    peers.map((rule) => [rule.name, share(week.map((one) => rule.alarms(one).length === 0))] as const),
  );
}

type Regression = Pick<RegressionCell, 'name' | 'traffic' | 'horizon' | 'bound'>;

const SMALL_HARMS: readonly [string, (base: number) => number][] = [
  ['x4', (base) => 4 * base],
  ['to 20 %', () => 0.2],
  ['to 50 %', () => 0.5],
];

/** Harm to a quarter of the users of a small endpoint, where the bound finds it within the week. */
const smallRegressions = (perHour: number): Regression[] =>
  BASES.flatMap((base) =>
    SMALL_HARMS.flatMap(([harm, goesTo]) => {
      const broken = base + 0.25 * (goesTo(base) - base);
      const traffic = { hours: WEEK, perHour, rho: 0.002, rate: (hour: number) => (hour < 0 ? base : broken) };
      const bound = informationBound(traffic, 0, base);
      const name = `${harm}, ${perHour}/h, ${base}`;
      return bound === Number.POSITIVE_INFINITY ? [] : [{ name, traffic, horizon: WEEK, bound }];
    }),
  );

function driftCells(): HardCell[] {
  const plain = regressionCells().filter((cell) => cell.plain && cell.outside && cell.exposure === 0.25);
  const some: [string, readonly Regression[]][] = [
    ['', plain],
    [', 20/h', smallRegressions(20)],
    [', 5/h', smallRegressions(5)],
  ];
  return product(some, [0, 0.1, 0.2, 0.3]).flatMap(([[volume, regressions], drift]) =>
    regressions.map((cell): HardCell => {
      const name = `hard drift ${drift}, ${cell.name}`;
      return {
        table: 'drift',
        row: `weekly drift ${drift}${volume}`,
        name,
        run(seeds) {
          const rollouts = names(seeds, name).map((one) => rolloutOf(one, { ...cell.traffic, drift }));
          return Object.fromEntries(
            RULES.flatMap((rule) => {
              const met = rollouts.map((one) => detection(rule.alarms(one), 0, cell.horizon)!);
              return [
                [rule.name, mean(met.map(({ delay }) => delay)) / cell.bound],
                [`${rule.name}, missed`, share(met.map(({ missed }) => missed))],
              ];
            }),
          );
        },
      };
    }),
  );
}

/** What may happen to a healthy endpoint, and what begins late; requests an hour, the rest, and base rates of their own. */
const EVENTS: readonly [string, readonly number[], Partial<Traffic>, (readonly number[])?][] = [
  ['nothing', [200, 1_000, 5_000], {}],
  ['outage of 2 hours at 30 %', [200, 1_000, 5_000], { outage: { from: 100, hours: 2, rate: 0.3 } }],
  ['outage of 4 hours at 95 %', [200, 1_000, 5_000], { outage: { from: 100, hours: 4, rate: 0.95 } }],
  ['outage of 6 hours at 10 %', [200, 1_000, 5_000], { outage: { from: 100, hours: 6, rate: 0.1 } }],
  ['one hour at 20 times the requests', [200, 1_000, 5_000], { storm: { from: 100, hours: 1, times: 20 } }],
  ['a holiday: three days at 30 % of them', [200, 1_000, 5_000], { storm: { from: 60, hours: 72, times: 0.3 } }],
  ['5 % more requests each week', [200, 1_000, 5_000], { growth: 0.05 }],
  ['a nightly job that fails at 12 %', [200, 1_000, 5_000], { nightly: 0.12 }],
  ['users who try again, 100/h', [100], { cluster: 2 }],
  ['20/h', [20], {}],
  ['20/h, users who try again', [20], { cluster: 2 }],
  ['1-5/h', [1, 5], {}],
  ['1-5/h, users who try again', [1, 5], { cluster: 2 }],
  ['1-5/h at 3 and 4 %, users who try again', [1, 5], { cluster: 2 }, [0.03, 0.04]],
];

const eventCells = (): HardCell[] =>
  EVENTS.flatMap(([row, volumes, rest, bases = BASES]) =>
    volumes.flatMap((perHour) =>
      bases.map((base): HardCell => {
        const name = `hard ${row}, ${perHour}/h, ${base}`;
        const traffic = { hours: PLANNED_HOURS, perHour, rho: 0.002, rate: () => base, ...rest };
        return {
          table: 'events',
          row,
          name,
          run(seeds) {
            const rollouts = names(seeds, name).map((one) => rolloutOf(one, traffic));
            return { ...firing(rollouts), ...promoted(rollouts) };
          },
        };
      }),
    ),
  );

const HARMS: readonly [string, (base: number) => number][] = [
  ['nothing', (base) => base],
  ['documented harm', (base) => base + Math.max(0.01, base)],
  ['x4 or 1 point', (base) => Math.max(4 * base, base + 0.01)],
];

function gateCells(): HardCell[] {
  const cells = [
    ...[0.01, 0.05, 0.1].map((exposure) => ({ exposure, drift: 0, from: 0 })),
    ...[0, 0.1, 0.2, 0.3].map((drift) => ({ exposure: 0.25, drift, from: 0 })),
    { exposure: 0.25, drift: 0, from: WEEK - 24 },
  ];
  return cells.flatMap(({ exposure, drift, from }) =>
    [...HARMS, ...(exposure === 0.01 ? [['20 % of theirs fail', () => 0.2] as const] : [])].flatMap(
      ([harm, goesTo]) => {
        if (from > 0 && harm === 'nothing') return [];
        const late = from > 0 ? ', in the last day' : '';
        const row = `${exposure * 100} % of users, drift ${drift}: ${harm}${late}`;
        return [200, 1_000, 5_000].flatMap((perHour) =>
          BASES.map((base): HardCell => {
            const name = `hard gate ${row}, ${perHour}/h, ${base}`;
            const broken = base + exposure * (goesTo(base) - base);
            const rate = (hour: number) => (hour < from ? base : broken);
            // What begins in the last day is looked for at the week's end alone: later it is found.
            const traffic = { hours: LAST_LOOK, perHour, rho: 0.002, rate, drift };
            return {
              table: 'gate',
              row,
              name,
              run(seeds) {
                const rollouts = names(seeds, name).map((one) => rolloutOf(one, traffic));
                return { ...peersPromote(rollouts), ...promoted(rollouts, exposure) };
              },
            };
          }),
        );
      },
    ),
  );
}

const REPAIR = 240;
const RECOVERIES: readonly [string, readonly number[], number, number][] = [
  ['200-5,000/h', [200, 1_000, 5_000], 0.01, 0.025],
  ['50/h', [50], 0.01, 0.03],
  ['1.4-20/h', [1.4, 5, 20], 0.01, 0.1],
  ['1.4-20/h, no error before', [1.4, 5, 20], 0, 0.1],
];

/** Broken for ten days from the launch on, then repaired; watched for another twenty. */
const recoveryCells = (): HardCell[] =>
  RECOVERIES.flatMap(([row, volumes, base, broken]) =>
    volumes.map((perHour): HardCell => {
      const name = `hard recovery ${row}, ${perHour}/h`;
      const rate = (hour: number) => (hour >= 0 && hour < REPAIR ? broken : Math.max(base, 1e-9));
      return {
        table: 'recovery',
        row,
        name,
        run(seeds) {
          const closed = names(seeds, name).flatMap((one) => {
            const rollout = rolloutOf(one, { hours: 3 * REPAIR, perHour, rho: 0.002, rate });
            const pages = pagesOf(rollout).filter(({ from }) => from < REPAIR);
            return pages.length === 0 ? [] : [pages.map(({ to }) => to ?? 3 * REPAIR)];
          });
          const after = closed.map((hours) => Math.max(...hours) - REPAIR + 1).sort((a, b) => a - b);
          return {
            'rollouts with a page': closed.length / seeds,
            'closed while broken': share(closed.map((hours) => hours.some((to) => to < REPAIR))),
            'hours after the repair, median': after[Math.floor((after.length - 1) / 2)] ?? Number.NaN,
          };
        },
      };
    }),
  );

function independentCells(): HardCell[] {
  const exposure = 0.25;
  const courses: readonly [string, (kind: Kind) => number][] = [
    ['nothing', () => 1],
    ['documented harm', ({ base }) => 1 + (exposure * Math.max(0.01, base)) / base],
    ['to 8 % for 25 %', ({ base }) => 1 + exposure * (0.08 / base - 1)],
  ];
  return KINDS.flatMap((kind) =>
    courses.map(([course, rise]): HardCell => {
      const row = `${kind.name}: ${course}`;
      return {
        table: 'independent',
        row,
        name: row,
        run(seeds) {
          const times = (hour: number) => (hour < 0 ? 1 : rise(kind));
          const rollouts = names(seeds, row).map((one) =>
            judgedBy(one, independent(one, kind, PLANNED_HOURS, times), PLANNED_HOURS),
          );
          return { ...firing(rollouts), ...promoted(rollouts, exposure) };
        },
      };
    }),
  );
}

/** Every cell. */
export const hardCells = (): HardCell[] => [
  ...driftCells(),
  ...eventCells(),
  ...gateCells(),
  ...recoveryCells(),
  ...independentCells(),
];

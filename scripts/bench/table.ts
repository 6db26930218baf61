import { CONTROLS, type ControlTrial } from './controls';
import { hardGoals, hardTables } from './hard-table';
import { geometricMean, interval, mean } from './metrics';
import { number, percent, table } from './print';
import { RULES } from './rules';
import type { Found, Promoted, Results } from './trials';

type GateKind = Promoted['cell']['kind'];

export interface Goal {
  name: string;
  /** At most, unless `atLeast`. */
  limit: number;
  value: number;
  unit: '%' | 'x the bound' | 'hours';
  atLeast?: boolean;
  /** How many rollouts a share is of. */
  of?: number;
}

/** Undefined when there were too few rollouts to say. */
export function isReached({ value, limit, atLeast }: Goal): boolean | undefined {
  if (Number.isNaN(value)) return undefined;
  return atLeast ? value >= limit : value <= limit;
}

/** With fewer rollouts of a cell a single false page would be more than the worst cell may have. */
const SEEDS_FOR_WORST_CELL = 50;

const worst = (shares: readonly number[]) => Math.max(...shares);

/** Mean delay over the bound, geometric mean of the cells; and the mean share of misses. */
export function delayOf(found: readonly Found[], rule: string): { ratio: number; missed: number; cells: number } {
  const met = found.flatMap((one) => one.rule[rule] ?? []);
  return {
    ratio: geometricMean(met.map((one) => one.ratio)),
    missed: mean(met.map((one) => one.missed)),
    cells: met.length,
  };
}

const plain = ({ found }: Results) => found.filter(({ cell }) => cell.plain && cell.exposure === 0.25);
const plainOutside = (results: Results) => plain(results).filter(({ cell }) => cell.outside);

const promotedIn = (promoted: readonly Promoted[], rule: string, of: (cell: Promoted['cell']) => boolean) =>
  mean(promoted.filter(({ cell }) => of(cell)).map(({ share }) => share[rule]!));

/** What the judge is held to; each value comes from these results. */
export function goalsOf(results: Results): Goal[] {
  const { seeds, healthy, stress, promoted, outages, recovery } = results;
  const falsePages = healthy.map(({ share }) => share.PAGE!);
  const worstCell = seeds.healthy < SEEDS_FOR_WORST_CELL ? Number.NaN : worst(falsePages);
  const atMost = (name: string, value: number, limit: number, of: number): Goal => ({
    name,
    value,
    limit,
    of,
    unit: '%',
  });
  const pages = (name: string, what: string, rollouts: number, limit: number) => {
    const { cells } = stress.find((one) => one.name === name)!;
    return atMost(`${what}, ${name}`, mean(cells.map(({ share }) => share.PAGE!)), limit, cells.length * rollouts);
  };
  const margin = (name: string, of: (cell: Promoted['cell']) => boolean, limit: number) =>
    atMost(name, promotedIn(promoted, 'GATE', of), limit, promoted.filter(({ cell }) => of(cell)).length * seeds.gate);
  const isMargin = ({ kind, base }: Promoted['cell']) => kind === 'margin' && base <= 0.02;
  return [
    atMost('PAGE: false pages, mean of the healthy cells', mean(falsePages), 0.005, healthy.length * seeds.healthy),
    atMost('PAGE: false pages, worst healthy cell', worstCell, 0.02, seeds.healthy),
    ...['noise AR(.5)', 'noise AR(.8)', 'weekly drift .05'].map((name) =>
      pages(name, 'PAGE: false pages', seeds.stress, 0.02),
    ),
    ...['as it was', 'as it was, drift .1', 'as it was, drift .3'].map((name) =>
      pages(name, 'PAGE: rollouts paged', seeds.asItWas, 0.01),
    ),
    { ...atMost('THRESHOLD: two-hour outages alerted inside', outages.inside, 1, outages.tried), atLeast: true },
    atMost('PAGE: after a two-hour outage', outages.pageAfter, 0.02, outages.tried),
    { name: 'NOTICE: delay', value: delayOf(plain(results), 'NOTICE').ratio, limit: 2.1, unit: 'x the bound' },
    { name: 'PAGE: delay', value: delayOf(plainOutside(results), 'PAGE').ratio, limit: 3.5, unit: 'x the bound' },
    margin('GATE: wrong promotions at the margin, base up to 2 %', isMargin, 0.01),
    margin(
      'GATE: the same without endpoints that fail in rare bursts (0.02 %, rho 0.01)',
      (cell) => isMargin(cell) && !cell.bursts,
      0.01,
    ),
    margin('GATE: wrong promotions of x4, base from 0.5 %', ({ kind, base }) => kind === 'x4' && base >= 0.005, 0),
    { ...margin('GATE: healthy endpoints promoted on schedule', ({ kind }) => kind === 'healthy', 0.9), atLeast: true },
    atMost('PAGE: resolved while still broken', recovery.falselyResolved, 0.01, recovery.pages),
    ...hardGoals(results.hard, seeds.hard),
  ];
}

/** Each goal, what was measured, and whether that is it; in Markdown. */
export function goalTable(goals: readonly Goal[]): string {
  const shown = ({ unit }: Goal, value: number) => (unit === '%' ? percent(value) : `${number(value)} ${unit}`);
  const rows = goals.map((goal) => {
    const { name, value, limit, atLeast, of } = goal;
    const reached = isReached(goal);
    const [low, high] = of === undefined ? [] : interval(value, of);
    return [
      name,
      `${atLeast ? 'at least' : 'at most'} ${shown(goal, limit)}`,
      reached === undefined ? 'too few rollouts to say' : shown(goal, value),
      reached === undefined || low === undefined ? '-' : `${percent(low)} - ${percent(high!)} of ${of}`,
      reached === undefined ? '-' : reached ? 'yes' : `no, ${shown(goal, Math.abs(value - limit))} off`,
    ];
  });
  return table(['goal', 'wanted', 'measured', '95 % interval', 'reached'], rows);
}

/** What controls buy, each cell without and with them. */
function controlTable(trials: readonly ControlTrial[]): string {
  const all = (texts: readonly string[]) => texts.join(' / ');
  return table(
    [`with ${all(CONTROLS)}`, 'paged', 'noticed', 'promoted after a week', 'delay / bound', 'missed'],
    trials.map(({ course, bought }) => [
      course,
      all(bought.map(({ paged }) => percent(paged))),
      all(bought.map(({ noticed }) => percent(noticed))),
      bought[0]!.promoted === undefined ? '-' : all(bought.map(({ promoted }) => percent(promoted!))),
      bought[0]!.delay === undefined ? '-' : all(bought.map(({ delay }) => number(delay!))),
      bought[0]!.missed === undefined ? '-' : all(bought.map(({ missed }) => percent(missed!))),
    ]),
  );
}

/** What the pages quote first, in Markdown: each rule in a line. */
export function shortTable(results: Results): string {
  const { healthy, promoted } = results;
  const gate = (rule: string, kind: GateKind) =>
    ['NOTICE', 'PAGE', 'THRESHOLD'].includes(rule)
      ? '-'
      : percent(promotedIn(promoted, rule, (cell) => cell.kind === kind));
  const rows = [...RULES.map(({ name }) => name), 'GATE'].map((rule) => {
    const { ratio, missed } = delayOf(plainOutside(results), rule);
    return [
      rule,
      rule === 'GATE' ? '-' : percent(mean(healthy.map(({ share }) => share[rule]!))),
      rule === 'GATE' ? '-' : number(ratio),
      rule === 'GATE' ? '-' : percent(missed),
      gate(rule, 'margin'),
      gate(rule, 'healthy'),
    ];
  });
  return table(['rule', 'false alarms', 'delay / bound', 'missed', 'harm promoted', 'healthy promoted'], rows);
}

/** The benchmark's tables, in Markdown. */
export function tablesOf(results: Results): string {
  const { healthy, stress, promoted, recovery, outages, found } = results;
  const gateOf = (rule: string, of: (cell: Promoted['cell']) => boolean) => percent(promotedIn(promoted, rule, of));
  const delay = (some: readonly Found[], rule: string) => {
    const { ratio, missed } = delayOf(some, rule);
    return `${number(ratio)}, ${percent(missed)}`;
  };
  const others = found.filter(({ cell }) => !cell.plain || cell.exposure !== 0.25).filter(({ cell }) => cell.outside);
  const names = [...RULES.map((rule) => rule.name), 'GATE'];
  const rules = names.map((rule) => {
    const shares = healthy.map(({ share }) => share[rule] ?? Number.NaN);
    const isGate = rule === 'GATE';
    const promotes = !['NOTICE', 'PAGE', 'THRESHOLD'].includes(rule);
    const gate = (of: (cell: Promoted['cell']) => boolean) => (promotes ? gateOf(rule, of) : '-');
    return [
      rule,
      isGate ? '-' : `${percent(mean(shares))} (${percent(worst(shares))})`,
      isGate ? '-' : delay(plain(results), rule),
      isGate ? '-' : delay(plainOutside(results), rule),
      isGate ? '-' : delay(others, rule),
      gate((cell) => cell.kind === 'margin' && cell.base <= 0.02),
      gate((cell) => cell.kind === 'x4' && cell.base >= 0.005),
      gate((cell) => cell.kind === 'healthy'),
    ];
  });
  const head = [
    'rule',
    'false alarms, mean (worst cell)',
    `25 % at launch: delay / bound, missed (${plain(results).length} cells)`,
    `outside the tolerance (${plainOutside(results).length} cells)`,
    `other stages, hours and ramps, outside (${others.length} cells)`,
    'promoted at the margin, base up to 2 %',
    'promoted x4, base from 0.5 %',
    'healthy promoted on schedule',
  ];
  const restless = stress.map(({ name, cells }) => [
    name,
    ...RULES.map((rule) => percent(mean(cells.map(({ share }) => share[rule.name]!)))),
  ]);
  return [
    table(head, rules),
    '',
    table(['rollouts with a false alarm', ...RULES.map((rule) => rule.name)], restless),
    '',
    controlTable(results.controls),
    '',
    hardTables(results.hard),
    '',
    `A two-hour outage at 30 %: THRESHOLD fires inside it in ${percent(outages.inside)}, PAGE later in ${percent(outages.pageAfter)}.`,
    `Recovery: of ${recovery.pages} rollouts with a page ${percent(recovery.falselyResolved)} were resolved while still broken; ` +
      `after the repair it took ${number(recovery.hoursToResolve)} hours in the median, ${number(recovery.hoursToResolveThin)} at 50 requests an hour.`,
  ].join('\n');
}

import { HOURS_PER_WEEK } from '../../lib/facts/hour';
import { fitBaseline } from '../../lib/statistics/baseline';
import { gateLevel } from '../../lib/statistics/gate';
import type { HourCount } from '../../lib/statistics/hour-count';
import { toleratedLevels } from '../../lib/statistics/spread';
import { baselineBeside, upstreamLevel } from '../../lib/statistics/upstream';
import { informationBound } from './bound';
import { detection, geometricMean, mean, share } from './metrics';
import { advances } from './promotion';
import { LIMIT, PLANNED_HOURS, pagesOf, type Rollout, RULES, TOLERANCE } from './rules';
import { simulate, type Traffic } from './traffic';

/** What the judge is given beside the endpoint's own past. */
export const CONTROLS = ['nothing', 'control endpoint', 'toggle off'] as const;
type ControlKind = (typeof CONTROLS)[number];

const EXPOSURE = 0.25;

/** A course of things, tried on twelve endpoints: what happens to the endpoint and, with the same upstream, to its control. */
interface Course {
  name: string;
  endpoint: Partial<Traffic>;
  /** What the upstream does to the rate of both, times. */
  upstream?: (hour: number) => number;
  control?: Partial<Traffic>;
  /** How strongly the drift of both is one, as the correlation of its logs. */
  shared?: number;
  /** What exposed users' rate becomes. */
  goesTo?: (base: number) => number;
  /** Look whether the gate promotes this. */
  gate?: true;
}

const lasting = (from: number, hours: number, factor: number) => (hour: number) =>
  hour >= from && hour < from + hours ? factor : 1;

const COURSES: readonly Course[] = [
  { name: 'nothing happens', endpoint: {}, gate: true },
  { name: 'weekly drift .3, wholly shared', endpoint: { drift: 0.3 }, shared: 1, gate: true },
  { name: 'weekly drift .3, correlation .9', endpoint: { drift: 0.3 }, shared: 0.9, gate: true },
  { name: 'weekly drift .3, correlation .5', endpoint: { drift: 0.3 }, shared: 0.5, gate: true },
  { name: 'weekly drift .3, each its own', endpoint: { drift: 0.3 }, shared: 0, gate: true },
  { name: 'drift .3 of the control alone', endpoint: {}, control: { drift: 0.3 }, gate: true },
  { name: 'noise AR(.8), each its own', endpoint: { correlation: 0.8 }, gate: true },
  { name: 'errors of a user in threes', endpoint: { cluster: 3 }, gate: true },
  { name: 'upstream at x3 for 12 hours', endpoint: {}, upstream: lasting(100, 12, 3), gate: true },
  { name: 'upstream at x2 from hour 60 on', endpoint: {}, upstream: lasting(60, PLANNED_HOURS, 2), gate: true },
  { name: 'x2 for 25 %', endpoint: {}, goesTo: (base) => base * 2 },
  { name: 'x4 for 25 %', endpoint: {}, goesTo: (base) => base * 4 },
  { name: 'to 8 % for 25 %', endpoint: {}, goesTo: () => 0.08 },
  { name: 'x4 for 25 %, drift .3, correlation .9', endpoint: { drift: 0.3 }, shared: 0.9, goesTo: (base) => base * 4 },
  { name: 'harm at the margin', endpoint: {}, goesTo: marginal, gate: true },
  { name: 'harm at the margin, errors in threes', endpoint: { cluster: 3 }, goesTo: marginal, gate: true },
];

/** The smallest rate of exposed users that the gate is to rule out. */
function marginal(base: number): number {
  return base + (gateLevel({ p0: base, se: 0, spread: 0, spreadWeeks: 12 }, LIMIT, EXPOSURE) - base) / EXPOSURE;
}

const ENDPOINTS = [200, 1_000, 5_000].flatMap((perHour) =>
  [0.005, 0.02].flatMap((base) => [0.002, 0.01].map((rho) => ({ perHour, base, rho }))),
);
type EndpointKind = (typeof ENDPOINTS)[number];

function trafficOf(course: Course, { perHour, base, rho }: EndpointKind, upstreamName: string): [Traffic, Traffic] {
  const { upstream = () => 1, goesTo = (rate) => rate, shared } = course;
  const common = {
    hours: PLANNED_HOURS,
    perHour,
    rho,
    rate: (hour: number) => base * upstream(hour),
    ...(shared !== undefined && { upstream: { name: upstreamName, correlation: Math.sqrt(shared) } }),
  };
  const endpoint = {
    ...common,
    ...course.endpoint,
    split: { exposure: EXPOSURE, rate: (hour: number) => goesTo(base) * upstream(hour) },
  };
  return [endpoint, { ...common, ...course.endpoint, ...course.control }];
}

function rolloutOf(name: string, [traffic, control]: [Traffic, Traffic], kind: ControlKind): Rollout {
  const { earlier, baseline: before, hours } = simulate(name, traffic);
  const whole = hours.map(({ toggleOff, ...hour }): HourCount => hour);
  const made = (found: ReturnType<typeof fitBaseline>, seen: HourCount[]): Rollout => {
    if (!found) throw new Error(`baseline of ${name} - got no request in four weeks, expected some; use more traffic`);
    return {
      before,
      baseline: found,
      level: toleratedLevels(found, TOLERANCE, LIMIT),
      hours: seen,
      planned: PLANNED_HOURS,
    };
  };
  if (kind === 'toggle off') return made(fitBaseline(before, earlier), hours);
  if (kind === 'nothing') return made(fitBaseline(before, earlier), whole);
  const other = simulate(`${name}/control`, control);
  const all = [...other.earlier, ...other.baseline, ...other.hours];
  const level = upstreamLevel([{ baseline: fitBaseline(other.baseline, other.earlier)!, hours: all }], all.length);
  const baseline = baselineBeside(before, level, earlier);
  const launch = earlier.length + before.length;
  const drifting = whole.map((hour, t) => ({ ...hour, drift: Math.max(1, level[launch + t]!) }));
  return made(baseline, baseline?.followsUpstream ? drifting : whole);
}

/** What a kind of control makes of a course: shares of rollouts, and the delay over the bound for all requests. */
export interface Bought {
  paged: number;
  noticed: number;
  promoted?: number;
  delay?: number;
  missed?: number;
}

export interface ControlTrial {
  course: string;
  /** In the order of CONTROLS. */
  bought: Bought[];
}

/** What control endpoints and requests with the toggle off buy, by course and in the order of CONTROLS. */
export const controlTrials = (seeds: number) =>
  COURSES.flatMap((course) =>
    CONTROLS.map((kind) => ({
      name: `${course.name}, ${kind}`,
      course: course.name,
      rollouts: seeds * ENDPOINTS.length,
      run: () => boughtBy(kind, course, seeds),
    })),
  );

function boughtBy(kind: ControlKind, course: Course, seeds: number): Bought {
  const notice = RULES.find((rule) => rule.name === 'NOTICE')!;
  const cells = ENDPOINTS.map((endpoint) => {
    const rollouts = Array.from({ length: seeds }, (_, seed) => {
      const name = `${course.name}, ${JSON.stringify(endpoint)}/${seed}`;
      return rolloutOf(name, trafficOf(course, endpoint, `${name}/upstream`), kind);
    });
    const pages = rollouts.map((one) => pagesOf(one).map(({ from }) => from));
    return {
      paged: share(pages.map((hours) => hours.length > 0)),
      noticed: share(rollouts.map((one) => notice.alarms(one).length > 0)),
      promoted: share(course.gate ? rollouts.map((one) => advances(one, HOURS_PER_WEEK)) : []),
      bound: boundOf(course, endpoint),
      met: pages.flatMap((hours) => detection(hours, 0, HOURS_PER_WEEK) ?? []),
    };
  });
  const found = cells.flatMap(({ bound, met }) => (bound === undefined ? [] : [{ bound, met }]));
  return {
    paged: mean(cells.map((cell) => cell.paged)),
    noticed: mean(cells.map((cell) => cell.noticed)),
    ...(course.gate && { promoted: mean(cells.map((cell) => cell.promoted)) }),
    ...(found.length > 0 && {
      delay: geometricMean(found.map(({ bound, met }) => mean(met.map(({ delay }) => delay)) / bound)),
      missed: mean(found.map(({ met }) => share(met.map(({ missed }) => missed)))),
    }),
  };
}

/** The bound for the rate over all requests, where a quarter of the stage suffices for it. */
function boundOf({ goesTo, gate }: Course, { perHour, base, rho }: EndpointKind): number | undefined {
  if (!goesTo || gate) return undefined;
  const overall = base + EXPOSURE * (goesTo(base) - base);
  const bound = informationBound({ perHour, rho, rate: () => overall, hours: HOURS_PER_WEEK / 4 }, 0, base);
  return Number.isFinite(bound) ? bound : undefined;
}

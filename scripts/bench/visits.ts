import { randomNormal, randomPoisson } from 'd3-random';
import { type Hour, startOf } from '../../lib/facts/hour';
import type { Counts, Snapshot } from '../../lib/facts/snapshot';
import type { Case } from '../../lib/judge/case';
import { baselineOf } from '../../lib/judge/course';
import type { Rollout } from '../../lib/judge/rollout';
import { silenceOf, volumeOf } from '../../lib/judge/traffic/missing-requests';
import { referencesOf } from '../../lib/judge/traffic/reference';
import { trafficOn } from '../../lib/judge/traffic/traffic';
import type { TrafficKind } from '../../lib/judge/verdict';
import { randomness } from '../../lib/local/randomness';
import type { Hourly } from '../../lib/statistics/traffic/hourly';

/** What people do to a service in fifteen weeks, the launch after twelve. */
const LAUNCH: Hour = 490_000;
const WEEK = 168;
const BEFORE = 12 * WEEK;
const STAGES = [
  { stage: 'A', exposure: 0.25, from: 0, to: WEEK },
  { stage: 'B', exposure: 0.5, from: WEEK, to: 3 * WEEK },
];

/** How one kind of traffic differs from plain traffic; an hour is counted from the first of fifteen weeks. */
export interface World {
  name: string;
  /** Log standard deviations of weeks and of days. */
  weeks?: number;
  days?: number;
  /** Times the usual requests, for all endpoints alike. */
  all?(hour: number): number;
  /** So many hours later the day is than it would have been. */
  clock?(hour: number): number;
  /** Times the usual requests, for the endpoint alone. */
  own?(hour: number): number;
  /** The share of requests that are refused with 401: they are others' and come on top of the users'. */
  refused?(hour: number): number;
  isUnknown?(hour: number): boolean;
}

const within = (hour: number, from: number, hours: number) => hour >= from && hour < from + hours;
/** Days from four weeks before the launch on. */
const onDays = (days: readonly number[]) => days.map((day) => BEFORE - 4 * WEEK + day * 24);
const HOLIDAYS = onDays([9, 20, 31, 40]);
const ATTACKS = onDays([4, 13, 30, 36, 45]);
/** Twelve bursts of five hours, in no rhythm of days or weeks. */
const ROBOTS = Array.from({ length: 12 }, (_, burst) => BEFORE - 4 * WEEK + 30 + 97 * burst);

/** Nothing happens to the service in these. */
export const WORLDS: readonly World[] = [
  { name: 'plain' },
  { name: 'growth 3 % a week', all: (hour) => 1.03 ** (hour / WEEK) },
  { name: 'decline 3 % a week', all: (hour) => 0.97 ** (hour / WEEK) },
  {
    name: 'four holidays at 40 %',
    all: (hour) => (HOLIDAYS.some((from) => within(hour, from, 24)) ? 0.4 : 1),
  },
  { name: 'campaign x1.7 for four days', all: (hour) => (within(hour, BEFORE + 3 * 24, 96) ? 1.7 : 1) },
  { name: 'clocks change in stage A', clock: (hour) => (hour < BEFORE + 60 ? 0 : 1) },
  {
    name: 'robots, twelve bursts x3',
    all: (hour) => (ROBOTS.some((from) => within(hour, from, 5)) ? 3 : 1),
  },
  { name: 'five attack days', refused: (hour) => (ATTACKS.some((from) => within(hour, from, 17)) ? 0.4 : 0.005) },
  {
    name: 'three gaps of 14 hours',
    isUnknown: (hour) => [BEFORE - 200, BEFORE + 60, BEFORE + 250].some((from) => within(hour, from, 14)),
  },
  { name: 'noisy weeks', weeks: 0.14, days: 0.17 },
];

/** What the rules are there for: the most that a quarter of the users can take with them. */
export const LOSS: World = {
  name: 'no health: a quarter is lost with the launch',
  own: (hour) => (hour < BEFORE ? 1 : 0.75),
};

/** What a rollout was told. */
export interface Told {
  /** Kinds that kept A or B from passing at its end. */
  held: TrafficKind[];
  pages: number;
  /** Kinds of which there was a notice. */
  notices: string[];
}

/** One rollout of an endpoint in such a world. */
export const rolloutIn = (world: World, perHour: number, seed: number, isBeside: boolean): Told =>
  rolloutOver(visits(world, perHour, seed), isBeside ? visits(world, 10 * perHour, seed, 1) : undefined);

/** Hours of a rollout and of the twelve weeks before it. */
const ROLLOUT_HOURS = BEFORE + 3 * WEEK;

/** A rollout that begins in one of the hours of a series of requests; undefined is an hour that nobody knows. */
export function rolloutFrom(series: Hourly, launch: number, beside?: Hourly): Told {
  const kept = (all: Hourly) =>
    new Map(
      Array.from({ length: ROLLOUT_HOURS }, (_, index): [Hour, Snapshot] => {
        const requests = all[launch - BEFORE + index];
        const known = { endpoint: '#show', hour: LAUNCH - BEFORE + index, revision: 1, final: true };
        return [
          known.hour,
          requests === undefined
            ? { ...known, kind: 'unknown', reason: 'a gap' }
            : { ...known, kind: 'counted', counts: new Map([['200', requests]]) },
        ];
      }),
    );
  return rolloutOver(kept(series), beside && kept(beside));
}

/** Looked at every hour for pages and every six for notices. */
function rolloutOver(hours: Map<Hour, Snapshot>, control: Map<Hour, Snapshot> | undefined): Told {
  const isBeside = control !== undefined;
  const snapshots = new Map([
    ['#show', hours],
    ['#all', control ?? new Map()],
  ]);
  const release = {
    excludedStatuses: [401, 403],
    errorStatuses: { from: 400, to: 599 },
    timeZone: 'UTC',
    alerts: { blindAfter: 3 },
    endpoints: [],
    controls: isBeside ? [{ name: '#all', tag: 'all' }] : [],
  } as unknown as Case['release'];
  const told: Told = { held: [], pages: 0, notices: [] };
  const notices = new Set<string>();
  let wasSilent = false;
  const before = { log: [], launch: LAUNCH };
  const references = referencesOf(release, snapshots, {
    first: LAUNCH - BEFORE,
    launch: LAUNCH,
    newest: LAUNCH + 3 * WEEK - 1,
  });
  const volume = volumeOf(hours, before, LAUNCH - BEFORE, LAUNCH + 3 * WEEK - 1, release, { references });
  const baseline = baselineOf(release, before, hours);
  for (const { stage, exposure, from, to } of STAGES)
    for (let after = from; after < to; after++) {
      const newest = LAUNCH + after;
      const stays = STAGES.filter((one) => one.from <= after).map((one) => ({
        stage: one.stage,
        exposure: one.exposure,
        at: startOf(LAUNCH + one.from),
        from: LAUNCH + one.from,
        to: one.stage === stage ? Number.POSITIVE_INFINITY : LAUNCH + one.to,
      }));
      const rollout: Rollout = { log: [], launch: LAUNCH, from: LAUNCH, stays, current: stays.at(-1)! };
      const isEnd = after === to - 1;
      const silence = silenceOf(release, rollout, volume, newest, baseline);
      // What is unknown for all endpoints is blindness, which is no false alarm.
      const isDark = Array.from({ length: 9 }, (_, back) => hours.get(newest - back)!.kind).includes('unknown');
      if (silence && !wasSilent && !isDark) told.pages++;
      wasSilent = silence !== undefined;
      if (after % 6 !== 5 && !isEnd) continue;
      const course = {
        ...{ baseline, baselineUnknown: 0, hours: [], exposureOf: [exposure], stageFrom: from },
        ...{ withoutStatus: undefined, silence, volume },
      };
      const endpoint = { name: '#show', tag: 'show', criteria: [] };
      const found = trafficOn({
        release,
        endpoint,
        rollout,
        newest,
        plannedHours: 3 * WEEK,
        course,
        snapshots: new Map(),
      });
      for (const { key } of found.notices) notices.add(key.split('/')[2]!);
      if (isEnd) told.held.push(...found.traffic.holds);
    }
  return { ...told, notices: [...notices] };
}

/** Poisson counts around a pattern of day and week, and what weeks, days and hours make of it. */
function visits(world: World, perHour: number, seed: number, own = 0): Map<Hour, Snapshot> {
  const { weeks = 0.08, days = 0.08, all = () => 1, refused = () => 0.005, isUnknown = () => false } = world;
  const clock = world.clock ?? (() => 0);
  const part = own === 0 && world.own ? world.own : () => 1;
  const shared = randomNormal.source(randomness(`${world.name}/${seed}`))();
  const random = randomness(`${world.name}/${perHour}/${seed}/${own}`);
  const ours = randomNormal.source(random)();
  const poisson = randomPoisson.source(random);
  const known = new Map<Hour, Snapshot>();
  // Weeks and days are shared by all endpoints of a service, but for a third of them.
  let [week, day, noise] = [0, 0, 0];
  for (let hour = 0; hour < ROLLOUT_HOURS; hour++) {
    if (hour % WEEK === 0) week = weeks * (0.94 * shared() + 0.33 * ours());
    if (hour % 24 === 0) day = days * (0.94 * shared() + 0.33 * ours());
    noise = 0.8 * noise + 0.6 * 0.12 * ours();
    const pattern =
      (1 + 0.7 * Math.cos((2 * Math.PI * (((hour + clock(hour)) % 24) - 14)) / 24)) * (hour % WEEK >= 120 ? 0.7 : 1);
    const n = poisson(perHour * pattern * all(hour) * part(hour) * Math.exp(week + day + noise))();
    const denied = poisson((n * refused(hour)) / (1 - refused(hour)))();
    const at = LAUNCH - BEFORE + hour;
    const kept = { endpoint: '#show', hour: at, revision: 1, final: true };
    const counts: Counts = new Map([
      ['200', n],
      ['401', denied],
    ]);
    known.set(
      at,
      isUnknown(hour) ? { ...kept, kind: 'unknown', reason: 'a gap' } : { ...kept, kind: 'counted', counts },
    );
  }
  return known;
}

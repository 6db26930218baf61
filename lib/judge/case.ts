import { plural } from '../facts/format';
import type { Hour } from '../facts/hour';
import { FEW_SERIES } from '../facts/packed/series-day';
import { classesName, toggleOffName } from '../facts/series';
import type { Snapshot, Snapshots } from '../facts/snapshot';
import type { Pooled, Window } from '../facts/window';
import { controlsFor } from '../release/measure/like-measures';
import { type Memory, noMemory, withinMemory } from '../release/memory';
import { plannedHours, stageLength } from '../release/schedule';
import type { Endpoint, Release } from '../release/schema';
import type { Baseline } from '../statistics/baseline';
import { pool } from '../statistics/hour-count';
import type { Episode } from '../statistics/regression';
import { type Course, courseOf, upstreamOf } from './course';
import { factsFrom, type Rollout } from './rollout';
import { referencesOf } from './traffic/reference';
import type { CriterionKind, Finding } from './verdict';

/** A broken limit holds the release for this long after it, and a broken criterion is shown by this much of its past. */
export const AFTERMATH_HOURS = 24;

/** Of one of many endpoints nothing is remembered that rests on more: twelve weeks of hours, by a number each, are fewer. */
const MOST_RESTS = 2_500;

/** An endpoint's course and what it is judged against. */
export interface Case {
  release: Release;
  endpoint: Endpoint;
  rollout: Rollout;
  course: Course;
  /** What the endpoint's course was counted from. */
  snapshots: ReadonlyMap<Hour, Snapshot>;
  /** The endpoint's errors by class, where they are counted. */
  classes?: ReadonlyMap<Hour, Snapshot>;
  newest: Hour;
  plannedHours: number;
}

/** What a criterion has to say; the rest of a finding is the same for all. */
export type FindingDraft = Pick<Finding, 'outcome' | 'reason'> & Partial<Finding>;

/** Mean requests of an hour in the baseline's last week; 0 without a baseline. */
export const usualHour = (baseline: Baseline | undefined): number =>
  baseline ? pool(baseline.usual).requests / baseline.usual.length : 0;

/** Planned hours of the current stage; Infinity without a plan. */
export const plannedStageHours = ({ release, rollout }: Case) =>
  stageLength(release, rollout.current.stage) ?? Number.POSITIVE_INFINITY;

/** The newest hours, at most those of the present exposure, as the window of a finding. */
export function recent(
  { newest, rollout }: Case,
  pooled: Pooled,
  hours = AFTERMATH_HOURS,
): { window: Window; pooled: Pooled } {
  const from = Math.max(rollout.from, newest + 1 - hours);
  return {
    pooled,
    window: { name: newest === from ? 'last hour' : `last ${plural(newest + 1 - from, 'hour')}`, from, to: newest + 1 },
  };
}

/** When the newest breach was over that is, as a part of a finding; `from` is the hour of index 0. */
export function overIn(episodes: readonly Episode[], from: Hour): Pick<Finding, 'overSince'> {
  const to = episodes.findLast((episode) => episode.to !== undefined)?.to;
  return to === undefined ? {} : { overSince: from + to + 1 };
}

/** Completes a finding; without a window of its own it speaks of the current stage. */
export function finish(
  { endpoint, rollout, newest, course }: Case,
  criterion: CriterionKind,
  draft: FindingDraft,
): Finding {
  const { current } = rollout;
  return {
    endpoint: endpoint.name,
    criterion,
    window: { name: `stage ${current.stage}`, from: current.from, to: newest + 1 },
    pooled: pool(course.hours.slice(course.stageFrom)),
    evidence: {},
    rollBack: false,
    reportOnly: false,
    ...draft,
  };
}

/** Every endpoint's course as of `hour`, beside what the release compares it with; undefined where there can be none. */
export const casesOf = (release: Release, rollout: Rollout, snapshots: Snapshots, hour: Hour): (Case | undefined)[] =>
  eachCase<Case | undefined>(
    release,
    rollout,
    snapshots,
    hour,
    undefined,
    (about) => about,
    () => undefined,
  );

/** Does something for each endpoint by itself: what one's numbers make impossible stops no other. */
export function eachCase<T>(
  release: Release,
  rollout: Rollout,
  snapshots: Snapshots,
  newest: Hour,
  unbounded: Memory = noMemory,
  work: (about: Case) => T,
  failed: (about: Omit<Case, 'course' | 'snapshots'>, error: unknown) => T,
): T[] {
  const isSmall = snapshots.size <= FEW_SERIES;
  const memory = isSmall ? unbounded : withinMemory(unbounded, MOST_RESTS);
  const hourMemory = isSmall ? memory : noMemory;
  const ofEndpoint =
    (endpoint: string, one: Memory): Memory =>
    (name, rests, work) =>
      one(`${endpoint}: ${name}`, rests, work);
  const upstreams = new Map<boolean, ReturnType<typeof upstreamOf>>();
  const upstreamFor = (endpoint: Endpoint) => {
    const isSlow = endpoint.slow !== undefined;
    const alike = { ...release, controls: controlsFor(release, endpoint) };
    if (!upstreams.has(isSlow)) upstreams.set(isSlow, upstreamOf(alike, rollout, snapshots, newest));
    return upstreams.get(isSlow);
  };
  const first = factsFrom(release, rollout.launch);
  const references = referencesOf(
    release,
    snapshots,
    { first, launch: rollout.launch, newest },
    { memory, hourMemory },
  );
  return release.endpoints.map((endpoint) => {
    const about = { release, endpoint, rollout, newest, plannedHours: plannedHours(release) };
    try {
      const own = snapshots.get(endpoint.name) ?? new Map();
      const toggleOff = snapshots.get(toggleOffName(endpoint.name));
      const upstream = upstreamFor(endpoint);
      const beside = {
        toggleOff,
        upstream,
        references,
        first,
        meantFrom: endpoint.requests?.from ?? 1,
        memory: ofEndpoint(endpoint.name, memory),
        hourMemory: ofEndpoint(endpoint.name, hourMemory),
      };
      const classes = snapshots.get(classesName(endpoint.name));
      const facts = { snapshots: own, ...(classes && { classes }) };
      return work({ ...about, ...facts, course: courseOf(release, rollout, own, newest, beside) });
    } catch (error) {
      return failed(about, error);
    }
  });
}

import { HOURS_PER_WEEK, type Hour, startOf } from '../facts/hour';
import type { Snapshot, Snapshots } from '../facts/snapshot';
import { BASELINE_WEEKS } from '../facts/usual';
import { limitBreaches } from '../judge/breaches/limit-breaches';
import { type Case, casesOf } from '../judge/case';
import { baselineAbove, consistentEvidence, limitEvidence } from '../judge/evidence';
import { hourCounts } from '../judge/hour-counts';
import { rolloutOf } from '../judge/rollout';
import type { CriterionKind } from '../judge/verdict';
import { criterionOf, hourlyFrom, limitOf } from '../release/criteria';
import type { Endpoint, Release } from '../release/schema';
import { whatCounts } from '../release/what-counts';
import type { Episode } from '../statistics/regression';

const DAY = 24;
/** So many weeks, one less than are read, are nearly a quarter. */
const NEARLY_A_QUARTER = 11;

/** How often the criteria of an endpoint would have been broken in weeks in which nothing was released. */
export interface PastPages {
  endpoint: string;
  /** The hours [from, to) after a baseline of four weeks, and how many of them are unknown or left out: nobody knows of those. */
  from: Hour;
  to: Hour;
  uncounted: number;
  broken: { criterion: CriterionKind; times: number }[];
  /** Of an endpoint with a limit of its own: the lowest limit of two digits that would not have been broken, a fraction. */
  lowestLimit?: number;
  /** The lowest that would have meant one page at most in all weeks that are known, the first four included: of twelve, about a quarter. */
  quarterLimit?: number;
  /** Of an endpoint with `alarm: hourly`: the hours that have the requests from which the plain rule counts them. */
  hoursCounted?: number;
}

/** Why there is no telling. */
export interface NoPastPages {
  endpoint: string;
  why: string;
}

/**
 * What would have been told of each endpoint if the release had begun four weeks after its first request and had been there
 * for all users since: by the evidence that the hourly run judges by. What requests go missing is no part of it.
 *
 * @param counted of the weeks up to `to`; an hour that is absent is unknown
 * @param to the first hour that has not ended
 * @returns for each endpoint, in the order of the release file
 */
export function pastPages(release: Release, counted: Snapshots, to: Hour): (PastPages | NoPastPages)[] {
  const snapshots = whatCounts(release, counted, []);
  return release.endpoints.map((endpoint) => {
    const known = snapshots.get(endpoint.name) ?? new Map();
    const first = firstRequest(known);
    const from = first === undefined ? undefined : first + BASELINE_WEEKS * HOURS_PER_WEEK;
    if (from === undefined) return { endpoint: endpoint.name, why: 'no request of it is known' };
    if (to - from < HOURS_PER_WEEK) {
      const why = `its requests are known for ${to - first!} hours, and a baseline of four weeks and a week to judge take 840`;
      return { endpoint: endpoint.name, why };
    }
    const about = caseOf(release, endpoint, snapshots, from, to);
    if (!about) return { endpoint: endpoint.name, why: 'its numbers cannot be judged' };
    const hoursKnown = to - first! - uncountedIn(known, first!, to);
    const isQuarter = hoursKnown > NEARLY_A_QUARTER * HOURS_PER_WEEK;
    const quarterLimit = isQuarter && criterionOf(endpoint, 'below') ? onceLimit(about, first!) : undefined;
    return {
      endpoint: endpoint.name,
      from,
      to,
      uncounted: uncountedIn(known, from, to),
      ...brokenIn(about),
      ...(quarterLimit !== undefined && { quarterLimit }),
    };
  });
}

function uncountedIn(known: ReadonlyMap<Hour, Snapshot>, from: Hour, to: Hour): number {
  let uncounted = 0;
  for (let hour = from; hour < to; hour++) {
    const snapshot = known.get(hour);
    if (snapshot?.kind !== 'counted' || snapshot.leftOut) uncounted++;
  }
  return uncounted;
}

function firstRequest(known: ReadonlyMap<Hour, Snapshot>): Hour | undefined {
  let first: Hour | undefined;
  for (const [hour, snapshot] of known) {
    const isSeen = snapshot.kind === 'counted' && [...snapshot.counts.values()].some((requests) => requests > 0);
    if (isSeen && (first === undefined || hour < first)) first = hour;
  }
  return first;
}

function caseOf(release: Release, endpoint: Endpoint, snapshots: Snapshots, from: Hour, to: Hour): Case | undefined {
  const entry = { at: startOf(from), stage: release.stages[0]!.name, exposure: 1, by: 'backtest' };
  const alone = { ...release, endpoints: [endpoint] };
  return casesOf(alone, rolloutOf([entry])!, snapshots, to - 1)[0];
}

/** The case, and its second look, with requests without a status as errors. */
const looks = (about: Case): Case[] => {
  const { withoutStatus } = about.course;
  return [about, ...(withoutStatus ? [{ ...about, course: { ...about.course, ...withoutStatus } }] : [])];
};

function brokenIn(about: Case): Pick<PastPages, 'broken' | 'lowestLimit' | 'hoursCounted'> {
  const { endpoint, release } = about;
  const theta = limitOf(release, endpoint);
  const consistent = criterionOf(endpoint, 'consistentWithBaseline');
  const own = criterionOf(endpoint, 'below');
  const compared = looks(about).flatMap((look) =>
    consistent && look.course.baseline
      ? consistentEvidence(look, look.course.baseline, consistent, theta).episodes
      : [],
  );
  const limited = limitEpisodes(looks(about), theta);
  const lowestLimit =
    own && lowestOf((limit) => isAboveBaseline(about, limit) && limitEpisodes(looks(about), limit).length === 0);
  const minRequests = hourlyFrom(endpoint);
  return {
    broken: [
      ...(consistent ? [{ criterion: 'consistentWithBaseline' as const, times: united(compared).length }] : []),
      { criterion: own ? 'below' : 'ceiling', times: united(limited).length },
    ],
    ...(lowestLimit !== undefined && { lowestLimit }),
    ...(minRequests !== undefined && { hoursCounted: about.course.hours.filter(({ n }) => n >= minRequests).length }),
  };
}

const limitEpisodes = (some: readonly Case[], theta: number): Episode[] =>
  some.flatMap((look) => limitBreaches(look, theta, limitEvidence(look, theta)));

/** Their hours [from, to), what overlaps as one; `to` is Infinity while it is open. */
function united(episodes: readonly Episode[]): { from: number; to: number }[] {
  const all: { from: number; to: number }[] = [];
  for (const { from, to = Number.POSITIVE_INFINITY } of episodes.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else all.push({ from, to });
  }
  return all;
}

/** 0.1 % to 95 % by two digits. */
const LIMITS: readonly number[] = [0.001, 0.01, 0.1].flatMap((tenth) =>
  Array.from({ length: 90 }, (_, step) => Number((((step + 10) * tenth) / 10).toPrecision(2))).filter(
    (limit) => limit <= 0.95,
  ),
);

/** The lowest limit that holds; a higher one is broken less. */
function lowestOf(holds: (limit: number) => boolean): number | undefined {
  if (!holds(LIMITS.at(-1)!)) return undefined;
  let [low, high] = [-1, LIMITS.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(LIMITS[middle]!)) high = middle;
    else low = middle;
  }
  return LIMITS[high]!;
}

/** Whether the endpoint could have been held to a limit. */
const isAboveBaseline = (about: Case, limit: number): boolean =>
  looks(about).every((look) => !baselineAbove(look.course.baseline, limit));

/** The lowest limit that would have meant one page at most since the first request; each further day of it is one more. */
function onceLimit(about: Case, first: Hour): number | undefined {
  const { snapshots, release, rollout } = about;
  const counted = (withoutStatusFails: boolean) =>
    hourCounts(snapshots, { from: first, to: rollout.from }, { ...release, withoutStatusFails }, () => true);
  const whole = looks(about).map((look, index): Case => {
    const hours = [...counted(index > 0), ...look.course.hours];
    return { ...look, course: { ...look.course, hours } };
  });
  const end = about.newest + 1 - first;
  const pages = (limit: number) =>
    united(limitEpisodes(whole, limit)).reduce(
      (sum, { from, to }) => sum + 1 + Math.floor((Math.min(to, end) - from) / DAY),
      0,
    );
  return lowestOf((limit) => isAboveBaseline(about, limit) && pages(limit) <= 1);
}

import { type Incident, incidentsOf } from '../alert/incidents';
import type { AlertRecord } from '../alert/record';
import type { CountedHour } from '../charts/charted';
import { tallyOf } from '../facts/counts';
import { HOURS_PER_WEEK, type Hour, startOf } from '../facts/hour';
import { localTime } from '../facts/local-time';
import { toggleOffName } from '../facts/series';
import type { Snapshot, Snapshots } from '../facts/snapshot';
import { changedHours, type StageEvent, stays } from '../facts/stage';
import type { Tally } from '../facts/window';
import { tallyWindow } from '../facts/window';
import type { Case } from '../judge/case';
import { casesOf } from '../judge/case';
import { baselineOf } from '../judge/course';
import { type CriterionEvidence, consistentEvidence, evidenceOf } from '../judge/evidence';
import { rolloutOf } from '../judge/rollout';
import { criterionOf, limitOf } from '../release/criteria';
import type { Endpoint, Release } from '../release/schema';
import { namedSeriesOf } from '../release/series-of';
import type { ResultWindow } from '../results/results';
import type { Baseline } from '../statistics/baseline';

/** What a report says of an endpoint, or of a control. */
export interface SeriesReport {
  /** For its part of the page and its files: `endpoint-1`, `control-1`. */
  id: string;
  name: string;
  /** Absent for a control, which is judged by nothing. */
  endpoint?: Endpoint;
  /** One for each hour of the charts. */
  hours: CountedHour[];
  /** The same of its requests with the toggle off, where those are the measure. */
  toggleOff?: CountedHour[];
  /** Its ordinary rate before the launch, and the hours that it was found in. */
  baseline?: { rate: number; from: Hour; to: Hour };
  limit?: number;
  /** The rate from which a page is due against the baseline; against requests with the toggle off, how many times theirs. */
  tolerated?: { rate: number; times: number };
  /** From this hour on, one value an hour. */
  evidenceFrom: Hour;
  evidence: CriterionEvidence[];
  incidents: Incident[];
  days: { date: string; from: Hour; to: Hour; tally: Tally; toggleOff?: Tally }[];
  /** Requests by status in the baseline's weeks and since the launch, most first. */
  statuses: { status: string; before: number; since: number }[];
}

interface Frame {
  release: Release;
  log: readonly StageEvent[];
  snapshots: Snapshots;
  from: Hour;
  to: Hour;
  windows: readonly ResultWindow[];
  alerts: readonly AlertRecord[];
}

/** The endpoints of a release, then its controls, in the hours [from, to). */
export function seriesReports(frame: Frame): SeriesReport[] {
  const { release, log, snapshots, to, alerts } = frame;
  const exposed = lastExposure(log, to - 1);
  const cases = exposed ? casesOf(release, exposed.rollout, snapshots, exposed.newest) : [];
  const incidents = incidentsOf(alerts);
  const names = new Set(namedSeriesOf(release).map(({ name }) => name));
  return [
    ...release.endpoints.map((endpoint, index): SeriesReport => {
      const { name } = endpoint;
      const about = cases[index];
      const toggleOff = names.has(toggleOffName(name)) ? toggleOffName(name) : undefined;
      return {
        id: `endpoint-${index + 1}`,
        endpoint,
        ...factsOf(frame, name, toggleOff),
        ...baselineIn(about?.rollout, about?.course.baseline),
        ...(about && toleratedIn(about)),
        limit: limitOf(release, endpoint),
        evidenceFrom: about?.rollout.from ?? to,
        evidence: about ? evidenceOf(about) : [],
        incidents: incidents.filter(({ endpoint }) => endpoint === undefined || endpoint === name),
      };
    }),
    ...release.controls.map(({ name }, index): SeriesReport => {
      const baseline = exposed && baselineOf(release, exposed.rollout, snapshots.get(name) ?? new Map());
      return {
        id: `control-${index + 1}`,
        ...factsOf(frame, name),
        ...baselineIn(exposed?.rollout, baseline),
        evidenceFrom: to,
        evidence: [],
        incidents: incidents.filter(({ endpoint }) => endpoint === undefined),
      };
    }),
  ];
}

/** The newest rollout that exposed users, as of its last hour: after a roll-back, that is what it was taken back for. */
function lastExposure(log: readonly StageEvent[], newest: Hour) {
  const index = log.findLastIndex((event) => event.exposure > 0);
  const rollout = rolloutOf(log.slice(0, index + 1));
  const end = index < 0 ? undefined : stays(log)[index]!.to;
  return rollout && { rollout, newest: Math.min(newest, Math.max(rollout.from, end! - 1)) };
}

const baselineIn = (rollout: { launch: Hour } | undefined, baseline: Baseline | undefined) =>
  rollout &&
  baseline && {
    baseline: { rate: baseline.p0, from: rollout.launch - baseline.weeks * HOURS_PER_WEEK, to: rollout.launch },
  };

function toleratedIn(about: Case): Pick<SeriesReport, 'tolerated'> | undefined {
  const { endpoint, release, course } = about;
  const consistent = criterionOf(endpoint, 'consistentWithBaseline');
  if (!consistent || !course.baseline) return undefined;
  const { before, toggleOff } = consistentEvidence(
    about,
    course.baseline,
    consistent,
    limitOf(release, endpoint),
  ).tolerated;
  return { tolerated: { rate: before, times: toggleOff / course.baseline.p0 } };
}

/** What was counted of a series, as it is; `toggleOff` names its requests with the toggle off. */
function factsOf({ release, log, snapshots, from, to, windows }: Frame, name: string, toggleOff?: string) {
  const changed = changedHours(log);
  const knownOf = (series: string): ReadonlyMap<Hour, Snapshot> => snapshots.get(series) ?? new Map();
  const hoursOf = (series: string) =>
    Array.from({ length: to - from }, (_, at): CountedHour => {
      const snapshot = knownOf(series).get(from + at);
      return snapshot?.kind === 'counted' ? tallyOf(snapshot.counts, release) : undefined;
    });
  const tally = (series: string, day: { from: Hour; to: Hour }) => tallyWindow(knownOf(series), day, release, changed);
  return {
    name,
    hours: hoursOf(name),
    ...(toggleOff !== undefined && { toggleOff: hoursOf(toggleOff) }),
    days: daysOf(from, to, release.timeZone).map((day) => ({
      ...day,
      tally: tally(name, day),
      ...(toggleOff !== undefined && { toggleOff: tally(toggleOff, day) }),
    })),
    statuses: statusRows(windows, name),
  };
}

/** The days of a time zone that lie in the hours [from, to), the first and the last maybe in part. */
function daysOf(from: Hour, to: Hour, timeZone: string): { date: string; from: Hour; to: Hour }[] {
  const days: { date: string; from: Hour; to: Hour }[] = [];
  for (let hour = from; hour < to; hour++) {
    const { date } = localTime(startOf(hour), timeZone);
    const last = days.at(-1);
    if (last?.date === date) last.to = hour + 1;
    else days.push({ date, from: hour, to: hour + 1 });
  }
  return days;
}

/** The first two windows of the results are those before and since the launch. */
function statusRows(windows: readonly ResultWindow[], name: string): SeriesReport['statuses'] {
  const [before = [], since = []] = windows
    .slice(0, 2)
    .map(({ results, controls }) => [...results, ...controls].find(({ endpoint }) => endpoint === name)!.statuses);
  const inBaseline = new Map(before.map(({ status, requests }) => [status, requests]));
  const gone = before.filter(({ status }) => !since.some((one) => one.status === status));
  return [
    ...since.map(({ status, requests }) => ({ status, before: inBaseline.get(status) ?? 0, since: requests })),
    ...gone.map(({ status, requests }) => ({ status, before: requests, since: 0 })),
  ];
}

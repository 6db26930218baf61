import type { AlertRecord } from '../domain/alert';
import { tallyOf } from '../domain/counts';
import { baselineFrom, rolloutOf } from '../domain/course';
import { type CriterionEvidence, consistentEvidence, evidenceOf } from '../domain/evidence';
import { HOURS_PER_WEEK, type Hour, hourOf, startOf } from '../domain/hour';
import { type Incident, incidentsOf } from '../domain/incidents';
import { casesOf, judge, type Snapshots } from '../domain/judge';
import { localTime } from '../domain/local-time';
import { type Endpoint, limitOf, type Release } from '../domain/release';
import { type ResultWindow, resultsOf } from '../domain/results';
import { changedHours, launchOf, type StageEvent, type Stay, stays } from '../domain/stage';
import { statusesIn } from '../domain/statuses';
import type { Tally, Verdict } from '../domain/verdict';
import { tallyWindow } from '../domain/window';

/** All that a report says, as of one hour. */
export interface Report {
  release: Release;
  verdict: Verdict;
  log: readonly StageEvent[];
  stays: readonly Stay[];
  /** Hours that the charts show. */
  from: Hour;
  to: Hour;
  windows: ResultWindow[];
  endpoints: EndpointReport[];
  alerts: readonly AlertRecord[];
}

/** One hour as a chart shows it; undefined when it is unknown. */
export type Counted = { requests: number; errors: number } | undefined;

export interface EndpointReport {
  endpoint: Endpoint;
  /** One for each hour of the charts. */
  hours: Counted[];
  baselineRate?: number;
  tolerated?: number;
  limit: number;
  /** From this hour on, one value an hour. */
  evidenceFrom: Hour;
  evidence: CriterionEvidence[];
  incidents: Incident[];
  days: { date: string; tally: Tally }[];
  /** Requests by status before and since the launch, most first. */
  statuses: { status: string; before: number; since: number }[];
}

/** What is known of a release, as history has it. */
export interface ReportFacts {
  log: readonly StageEvent[];
  snapshots: Snapshots;
  newest: Hour;
  alerts: readonly AlertRecord[];
}

/**
 * The report as of `newest`, by the functions that `check`, `results` and `history` use. Of a stay that is named, only
 * its hours are shown, and it is judged as of the last of them.
 */
export function reportOf(release: Release, facts: ReportFacts, only?: Stay): Report {
  const newest = Math.min(facts.newest, (only?.to ?? Number.POSITIVE_INFINITY) - 1);
  const log = facts.log.filter((event) => event.at < startOf(newest + 1));
  const alerts = facts.alerts.filter(({ verdict }) => verdict.hour <= newest);
  const to = newest + 1;
  const launchEvent = launchOf(log);
  const launch = launchEvent && hourOf(launchEvent.at);
  const from = only?.from ?? (launch === undefined ? baselineFrom(to) : launch - lead(to - launch));
  const frame = { release, log, snapshots: facts.snapshots, from, to, launch };
  return {
    release,
    verdict: judge(release, log, facts.snapshots, newest, { proven: true }),
    log,
    stays: stays(log),
    from,
    to,
    windows: resultsOf(release, log, facts.snapshots, newest),
    endpoints: endpointReports(frame, incidentsOf(alerts)),
    alerts,
  };
}

/** Hours before the launch that a chart shows: as many as after it, between a day and a week. */
const lead = (after: number) => Math.min(HOURS_PER_WEEK, Math.max(24, after));

interface Frame extends Pick<Report, 'release' | 'log' | 'from' | 'to'> {
  snapshots: Snapshots;
  launch: Hour | undefined;
}

function endpointReports(frame: Frame, incidents: readonly Incident[]): EndpointReport[] {
  const { release, log, snapshots, from, to, launch } = frame;
  const changed = changedHours(log);
  const exposed = lastExposure(log, to - 1);
  const cases = exposed ? casesOf(release, exposed.rollout, snapshots, exposed.newest) : [];
  return release.endpoints.map((endpoint, index) => {
    const known = snapshots.get(endpoint.name) ?? new Map();
    const about = cases[index];
    const limit = limitOf(release, endpoint);
    const consistent = endpoint.criteria.find((criterion) => 'consistentWithBaseline' in criterion);
    const baseline = about?.course.baseline;
    // Beside requests with the toggle off the level moves with those, hour by hour.
    const level = about && baseline && consistent && !release.datadog.control;
    return {
      endpoint,
      limit,
      hours: Array.from({ length: to - from }, (_, at): Counted => {
        const snapshot = known.get(from + at);
        return snapshot?.kind === 'counted' ? tallyOf(snapshot.counts, release) : undefined;
      }),
      ...(baseline && { baselineRate: baseline.p0 }),
      ...(level && { tolerated: consistentEvidence(about, baseline, consistent, limit).tolerated.before }),
      evidenceFrom: exposed?.rollout.from ?? to,
      evidence: about ? evidenceOf(about) : [],
      incidents: incidents.filter(({ key }) => key === 'blind' || key.startsWith(`${endpoint.name}/`)),
      days: daysOf(from, to, release.timeZone).map(({ date, ...day }) => ({
        date,
        tally: tallyWindow(known, day, release, changed),
      })),
      statuses: launch === undefined ? [] : statusRows(known, launch, to, changed),
    };
  });
}

/** The newest rollout that exposed users, as of its last hour: after a roll-back, that is what it was taken back for. */
function lastExposure(log: readonly StageEvent[], newest: Hour) {
  const index = log.findLastIndex((event) => event.exposure > 0);
  const rollout = rolloutOf(log.slice(0, index + 1));
  const end = index < 0 ? undefined : stays(log)[index]!.to;
  return rollout && { rollout, newest: Math.min(newest, Math.max(rollout.from, end! - 1)) };
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

function statusRows(known: Parameters<typeof statusesIn>[0], launch: Hour, to: Hour, changed: ReadonlySet<Hour>) {
  const before = statusesIn(known, { from: baselineFrom(launch), to: launch }, changed);
  const since = statusesIn(known, { from: launch, to }, changed);
  const inBaseline = new Map(before.map(({ status, requests }) => [status, requests]));
  const gone = before.filter(({ status }) => !since.some((one) => one.status === status));
  return [
    ...since.map(({ status, requests }) => ({ status, before: inBaseline.get(status) ?? 0, since: requests })),
    ...gone.map(({ status, requests }) => ({ status, before: requests, since: 0 })),
  ];
}

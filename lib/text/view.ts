import { incidentsOf } from '../alert/incidents';
import type { OnCallEvent } from '../alert/on-call';
import type { AlertRecord } from '../alert/record';
import { SETTLE_MINUTES } from '../facts/due';
import { type Hour, hourText, type Instant, instantText, newestSettledHour, startOf } from '../facts/hour';
import type { Snapshot } from '../facts/snapshot';
import { type StageEvent, stays } from '../facts/stage';
import type { Recommendation, Verdict } from '../judge/verdict';
import { headlineOf, kindOf } from '../messages/headline';
import { isAddress } from '../release/plan-address';
import type { Release } from '../release/schema';
import { type EndpointView, endpointView, shownEndpoints } from './endpoint';
import { type Standing, standingOf } from './standing';

/** What is known of a release at one moment. */
export interface ViewFacts {
  release: Release;
  log: readonly StageEvent[];
  /** The newest one; undefined before the first run. */
  verdict: Verdict | undefined;
  /** By series; of the endpoints of {@link shownEndpoints} and {@link chartHours}. */
  snapshots: ReadonlyMap<string, ReadonlyMap<Hour, Snapshot>>;
  /** Oldest first. */
  alerts: readonly AlertRecord[];
  onCall: readonly OnCallEvent[];
  /** The newest verdict that was recorded, where the one above is judged anew. */
  recorded?: Verdict | undefined;
  /** Nothing is read any more; `now` is then when the newest verdict was given. */
  finished?: boolean;
  now: Instant;
}

/** How a release stands, as plain data: what the page, the terminal and `status --json` show. Times are ISO text in UTC. */
export interface View extends Standing {
  release: string;
  title: string;
  team: string;
  timeZone: string;
  now: string;
  /** The instant up to which the release is judged: the end of the newest hour that the verdict knows of. */
  judgedUpTo?: string;
  /** Absent before the first run. */
  verdict?: {
    recommendation: Recommendation;
    reason: string;
    stage?: { name: string; exposure: number; since: string; plannedEnd?: string; toggle?: number };
    blind?: { since: string; hours: number; reason: string };
    nextCheckIn?: string;
  };
  /** Entered after the last hour that was judged. */
  entered?: { stage: string; exposure: number; at: string; toggle?: number };
  /** Those of the release file, such as its Datadog dashboard, and the release plan where that has an address. */
  links: { title: string; url: string }[];
  data: {
    /** End of the newest hour in which some endpoint was counted; absent when there is none among those shown. */
    countedTo?: string;
    /** Settled hours that no verdict knows of; absent before the first run. */
    unjudged?: number;
  };
  /** The stages in the hours of the charts, oldest first; without an end where one lasts. */
  stays: { stage: string; exposure: number; byToggle?: true; from: string; to?: string }[];
  endpoints: EndpointView[];
  /** Endpoints that are left out where there are too many; the worst are shown. */
  leftOut: number;
  /** Newest first. */
  messages: {
    at: string;
    kind: 'ALARM' | 'OK' | 'NOTICE' | 'TEST';
    headline: string;
    told: string[];
    status: AlertRecord['status'];
  }[];
}

const CHART_HOURS = 48;
const MESSAGES_SHOWN = 5;

/** The hours [from, to) of the charts: two days up to the newest settled hour, judged or not. */
export function chartHours(now: Instant): { from: Hour; to: Hour } {
  const to = newestSettledHour(now, SETTLE_MINUTES) + 1;
  return { from: to - CHART_HOURS, to };
}

/** The view of these facts. An hour without a snapshot is unknown; without a verdict nothing is said of any criterion. */
export function viewOf(facts: ViewFacts): View {
  const { release, log, verdict, recorded = verdict, snapshots, alerts, onCall, now, finished } = facts;
  const hours = chartHours(now);
  const names = shownEndpoints(release, verdict);
  const incidents = incidentsOf(alerts);
  const entered = verdict && log.findLast(({ at }) => at >= startOf(verdict.hour + 1) && at <= now);
  return {
    release: release.name,
    title: release.title,
    team: release.team,
    timeZone: release.timeZone,
    now: instantText(now),
    ...(verdict && { judgedUpTo: hourText(verdict.hour + 1), verdict: verdictView(verdict) }),
    ...(entered && {
      entered: {
        ...{ stage: entered.stage, exposure: entered.exposure, at: instantText(entered.at) },
        ...(entered.byToggle && { toggle: entered.share ?? entered.exposure }),
      },
    }),
    links: [...release.links, ...planLink(release)],
    data: {
      ...countedTo(names, snapshots, hours),
      ...(verdict && { unjudged: Math.max(0, hours.to - 1 - verdict.hour) }),
    },
    stays: stays(log)
      .filter((stay) => stay.to > hours.from && stay.from < hours.to)
      .map(({ stage, exposure, byToggle, from, to }) => ({
        ...{ stage, exposure, ...(byToggle && { byToggle }), from: hourText(from) },
        ...(Number.isFinite(to) && { to: hourText(to) }),
      })),
    endpoints: names.map((name) =>
      endpointView(name, { release, log, verdict, incidents, snapshots: snapshots.get(name) ?? new Map() }, hours),
    ),
    leftOut: release.endpoints.length - names.length,
    ...standingOf({ last: alerts.at(-1), onCall, verdict: recorded, now, finished }, release, hours.to),
    messages: alerts
      .slice(-MESSAGES_SHOWN)
      .reverse()
      .map((alert) => ({
        at: instantText(alert.at),
        kind: kindOf(alert),
        headline: headlineOf(alert),
        told: alert.severity === 'page' ? alert.changes : alert.notices.map(({ text }) => text),
        status: alert.status,
      })),
  };
}

const planLink = ({ plan }: Release) =>
  plan !== undefined && isAddress(plan) ? [{ title: 'Release plan', url: plan }] : [];

function verdictView({ recommendation, reason, stage, blind, nextCheckIn }: Verdict): NonNullable<View['verdict']> {
  return {
    recommendation,
    reason,
    ...(stage && {
      stage: {
        name: stage.name,
        exposure: stage.exposure,
        since: instantText(stage.since),
        ...(stage.plannedEnd !== undefined && { plannedEnd: instantText(stage.plannedEnd) }),
        ...(stage.toggle !== undefined && { toggle: stage.toggle }),
      },
    }),
    ...(blind && { blind: { since: hourText(blind.since), hours: blind.hours, reason: blind.reason } }),
    ...(nextCheckIn !== undefined && { nextCheckIn: instantText(nextCheckIn) }),
  };
}

function countedTo(
  names: readonly string[],
  snapshots: ViewFacts['snapshots'],
  { from, to }: { from: Hour; to: Hour },
) {
  for (let hour = to - 1; hour >= from; hour--) {
    if (names.some((name) => snapshots.get(name)?.get(hour)?.kind === 'counted'))
      return { countedTo: hourText(hour + 1) };
  }
  return {};
}

import type { OnCallEvent } from '../alert/on-call';
import type { AlertRecord } from '../alert/record';
import type { ChartedHours } from '../charts/charted';
import { HOURS_PER_WEEK, type Hour, hourOf, type Instant, startOf } from '../facts/hour';
import type { Snapshots } from '../facts/snapshot';
import { launchOf, type StageEvent, type Stay, stays } from '../facts/stage';
import { judge } from '../judge/judge';
import { baselineFrom } from '../judge/rollout';
import type { Verdict } from '../judge/verdict';
import type { Release } from '../release/schema';
import { type ResultWindow, resultsOf } from '../results/results';
import { type StandingLine, standingLines, standingOf } from '../text/standing';
import { type SeriesReport, seriesReports } from './report-series';

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
  /** The endpoints, then the controls. */
  series: SeriesReport[];
  alerts: readonly AlertRecord[];
  /** Where the release stands with on-call; absent when the report is about a time that is over. */
  standing?: StandingLine[];
}

/** What is known of a release, as history has it. */
export interface ReportFacts {
  log: readonly StageEvent[];
  snapshots: Snapshots;
  newest: Hour;
  alerts: readonly AlertRecord[];
  onCall: readonly OnCallEvent[];
  now: Instant;
}

/**
 * The report as of `newest`, by the functions that `check`, `results` and `history` use. Of a stay that is named, only
 * its hours are shown, and it is judged as of the last of them.
 */
export function reportOf(release: Release, facts: ReportFacts, only?: Stay): Report {
  const { snapshots, onCall, now } = facts;
  const newest = Math.min(facts.newest, (only?.to ?? Number.POSITIVE_INFINITY) - 1);
  const log = facts.log.filter((event) => event.at < startOf(newest + 1));
  const alerts = facts.alerts.filter(({ verdict }) => verdict.hour <= newest);
  const to = newest + 1;
  const launch = launchOf(log);
  const from = only?.from ?? (launch ? hourOf(launch.at) - lead(to - hourOf(launch.at)) : baselineFrom(to));
  const windows = resultsOf(release, log, snapshots, newest);
  return {
    release,
    verdict: judge(release, log, snapshots, newest, { proven: true }),
    log,
    stays: stays(log),
    from,
    to,
    windows,
    series: seriesReports({ release, log, snapshots, from, to, windows, alerts }),
    alerts,
    ...(newest === facts.newest && {
      standing: standingLines(standingOf({ last: alerts.at(-1), onCall, now }, release, to), release.timeZone),
    }),
  };
}

/** Hours before the launch that a chart shows: as many as after it, between a day and a week. */
const lead = (after: number) => Math.min(HOURS_PER_WEEK, Math.max(24, after));

/** The hours of a report as its charts have them. */
export const chartedHours = ({ from, to, stays, release: { timeZone } }: Report): ChartedHours => ({
  from,
  to,
  timeZone,
  stays,
});

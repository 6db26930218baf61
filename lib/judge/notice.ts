import { type LeftOut, leftOutTexts } from '../facts/exclusion';
import { clock, lasting, percent, plural, rateOf } from '../facts/format';
import {
  HOUR_MS,
  HOURS_PER_WEEK,
  type Hour,
  hourFrom,
  hourOf,
  hourText,
  type Instant,
  instantText,
  startOf,
} from '../facts/hour';
import { localTime } from '../facts/local-time';
import { scopeName } from '../facts/series';
import type { Snapshot, Snapshots } from '../facts/snapshot';
import { changedHours, launchOf, type StageEvent, stays } from '../facts/stage';
import { type Pooled, tallyWindow, type Window } from '../facts/window';
import { commandText } from '../release/command-text';
import { criterionOf, limitOf } from '../release/criteria';
import { checksOf, doneAt, stageLength } from '../release/schedule';
import type { Release } from '../release/schema';
import { pool } from '../statistics/hour-count';
import { toleratedLevels } from '../statistics/spread';
import { notSureYet } from './below-limit';
import { pastBreaches } from './breaches/past-breaches';
import type { Case } from './case';
import { baselineAbove } from './evidence';
import type { StaleBaseline } from './rollout';
import { CRITERION_TEXT, type Finding, type Notice, type Verdict } from './verdict';

/** Characters of a line that is ready for the plan, which may name hundreds of endpoints. */
export const LONGEST_READY_LINE = 4000;

/** A day's notice may come up to a day late; what is older is no news. */
const NEWS_HOURS = 48;

/** A day's line about an endpoint that runs above its baseline without being broken. */
export function driftNotice(endpoint: string, about: Case): Notice {
  const { newest, course, release } = about;
  const week = course.hours.slice(-HOURS_PER_WEEK);
  const { date } = localTime(startOf(newest + 1), release.timeZone);
  const { text, waits } = driftText(about, pool(week), `in the last ${plural(week.length, 'hour')}`);
  return { key: `drift/${endpoint}/${date}`, kind: 'drift', text: `${endpoint} ${text}`, ...(waits && { waits }) };
}

/** What a rate above the baseline means: nothing is called tolerated that is not, and only what is can wait. */
function driftText(about: Case, pooled: Pooled, when: string): { text: string; waits?: true } {
  const { endpoint, release, course } = about;
  const baseline = course.baseline!;
  const rate = pooled.errors / pooled.requests;
  const said = `${rateOf(pooled)} ${when}`;
  const theta = limitOf(release, endpoint);
  const limit = criterionOf(endpoint, 'below') ? 'its limit' : 'the release ceiling';
  if (rate > theta && !baselineAbove(baseline, theta)) {
    return { text: `is above ${limit} of ${percent(theta)}: ${said}; ${notSureYet(about, theta)}` };
  }
  const consistent = criterionOf(endpoint, 'consistentWithBaseline');
  if (!consistent)
    return {
      text: `runs above its baseline of ${percent(baseline.p0)}: ${said}; ${limit} is ${percent(theta)}`,
      waits: true,
    };
  const { before } = toleratedLevels(baseline, consistent.consistentWithBaseline, theta);
  return rate > before
    ? { text: `is above what is tolerated over its baseline, ${percent(before)}: ${said}; not sure yet` }
    : {
        text: `runs a little above its baseline of ${percent(baseline.p0)}: ${said}; up to ${percent(before)} is tolerated`,
        waits: true,
      };
}

/** It waits for the next message, which may be that of a stage's end. */
const GAP_TOLD_HOURS = 14 * 24;

/** A line for each time that unknown hours were counted after all. */
export function gapNotices(
  release: Release,
  snapshots: ReadonlyMap<string, ReadonlyMap<Hour, Snapshot>>,
  newest: Hour,
): Notice[] {
  const filled = new Map<Instant, Set<Hour>>();
  for (const [name, byHour] of snapshots) {
    if (name === scopeName) continue;
    for (let hour = newest; hour > newest - GAP_TOLD_HOURS; hour--) {
      const at = byHour.get(hour)?.filledAt;
      if (at === undefined || hourOf(at) <= newest - GAP_TOLD_HOURS) continue;
      filled.set(at, (filled.get(at) ?? new Set()).add(hour));
    }
  }
  return [...filled].map(([at, hours]) => ({
    key: `gap/${instantText(at)}`,
    kind: 'gap-closed',
    waits: true,
    text: `${plural(hours.size, 'hour')} without data were counted after all, from ${clock(startOf(Math.min(...hours)), release.timeZone)} to ${clock(startOf(Math.max(...hours) + 1), release.timeZone)}`,
  }));
}

/** Told once and at once: what makes that a rate cannot be compared, and how to mend it. */
export const comparisonNotices = (
  leftOut: readonly LeftOut[],
  stale: StaleBaseline | undefined,
  release: Release,
): Notice[] => [
  ...leftOut
    .filter(({ otherwise }) => otherwise)
    .map(({ reason, ...rest }): Notice => {
      const [text] = leftOutTexts([{ reason, ...rest }], release.timeZone);
      const anew = `this counts them anew: ${commandText(release, 'backfill', '--again')}`;
      return { key: `counted/${reason}`, kind: 'traffic', text: `${text!}; ${anew}` };
    }),
  ...(stale === undefined
    ? []
    : [
        { key: `baseline/${stale.why}`, kind: 'traffic', text: `${stale.why}; begin anew: ${stale.command}` } as Notice,
      ]),
];

/** What broke and was over before anybody could look, once and at once. */
export const pastNotices = (about: Case): Notice[] =>
  pastBreaches(about)
    .filter(({ knownAt }) => hourOf(knownAt) > about.newest - NEWS_HOURS)
    .map(({ criterion, from, to, pooled, limit }) => {
      const { timeZone } = about.release;
      const what = criterion === 'silent' ? 'lost most of its requests' : `was not ${CRITERION_TEXT[criterion]}`;
      const numbers =
        limit === undefined
          ? `${plural(pooled.requests, 'request')} counted`
          : `${rateOf(pooled)} against ${percent(limit)}`;
      return {
        key: `past/${about.endpoint.name}/${criterion}/${hourText(from)}`,
        kind: 'past',
        text: `${about.endpoint.name} ${what} from ${clock(startOf(from), timeZone)} to ${clock(startOf(to), timeZone)}: ${numbers}. It is over; these hours were known only afterwards`,
        atOnce: true,
      };
    });

type Judged = Pick<Verdict, 'hour' | 'stage' | 'recommendation' | 'reason' | 'findings'>;

/**
 * The check-ins that are due, and when the next one is: the planned end of the present stage, the end of every stage that
 * was left, and of a check after the last stage. A check-in that was told already stays among them for a time.
 */
export function checkInsOf(
  release: Release,
  log: readonly StageEvent[],
  snapshots: Snapshots,
  verdict: Judged,
): { due: Notice[]; next: Instant | undefined } {
  const now = startOf(verdict.hour + 1);
  const { stage } = verdict;
  const changed = changedHours(log);
  const due = leftStages(release, log, snapshots, verdict.hour);
  const coming: Instant[] = [];
  const isLast = stage?.name === release.stages.at(-1)!.name;
  if (stage?.plannedEnd !== undefined && !(isLast && release.checks.length > 0)) {
    if (stage.plannedEnd > now) coming.push(stage.plannedEnd);
    else {
      due.push({
        key: `stage/${stage.name}/${stage.since}`,
        kind: 'check-in',
        of: { stage: stage.name },
        until: stage.plannedEnd,
        said: verdict.recommendation,
        text: `stage ${stage.name} has lasted as planned: ${verdict.recommendation}. ${verdict.reason}`,
        window: { name: `stage ${stage.name}`, from: hourFrom(stage.since), to: hourOf(stage.plannedEnd) },
      });
    }
  }
  for (const { name, stay, end, complete } of checksOf(release, log)) {
    if (!complete) continue;
    if (end > now) coming.push(end);
    else {
      const window = { name: `${name} check`, from: stay.from, to: hourOf(end) };
      due.push({
        key: `check/${name}/${stay.at}`,
        kind: 'check-in',
        of: { check: name },
        until: end,
        text: `${name} check: ${ratesIn(window, release, snapshots, changed)}. ${summary(verdict.findings)}`,
        window,
      });
    }
  }
  return { due, next: coming.length > 0 ? Math.min(...coming) : undefined };
}

/**
 * A check-in for each stage that was left in the last week, for the hours that it had: one that was left early has no other,
 * and neither has one whose planned end passed while nobody looked. A last stage that lasted has its checks.
 */
function leftStages(release: Release, log: readonly StageEvent[], snapshots: Snapshots, newest: Hour): Notice[] {
  const launch = launchOf(log);
  const changed = changedHours(log);
  const checked = release.checks.length > 0 ? release.stages.at(-1)!.name : undefined;
  const all = stays(log);
  return all.flatMap((stay, index): Notice[] => {
    const { stage, at, from, to, exposure } = stay;
    const left = all[index + 1]?.at;
    if (!launch || at < launch.at || exposure === 0 || left === undefined || from >= to) return [];
    if (to <= newest + 1 - HOURS_PER_WEEK) return [];
    const length = stageLength(release, stage);
    const plannedEnd = length === undefined ? undefined : at + length * HOUR_MS;
    const early = plannedEnd !== undefined && left < plannedEnd;
    if (stage === checked && !early) return [];
    const window = { name: `stage ${stage}`, from, to };
    const what = early
      ? `was left after ${lasting(to - from)}, ${lasting(Math.ceil((plannedEnd - left) / HOUR_MS))} before its planned end`
      : `was left after ${lasting(to - from)}`;
    return [
      {
        key: `stage/${stage}/${at}`,
        kind: 'check-in',
        of: { stage },
        until: early ? left : (plannedEnd ?? left),
        text: `stage ${stage} ${what}: ${ratesIn(window, release, snapshots, changed)}`,
        window,
      },
    ];
  });
}

const ratesIn = (window: Window, release: Release, snapshots: Snapshots, changed: ReadonlySet<Hour>): string =>
  release.endpoints
    .map(({ name }) => `${name} ${rateOf(tallyWindow(snapshots.get(name) ?? new Map(), window, release, changed))}`)
    .join(', ');

const summary = (findings: readonly Finding[]) =>
  findings
    .filter((finding) => finding.criterion !== 'ceiling')
    .map((finding) => `${finding.endpoint} ${finding.outcome}`)
    .join(', ');

/** The key by which it is told that a release is finished, for the entry of its last stage. */
export const finishedKey = (entered: Instant): string => `finished/${entered}`;

/**
 * What somebody should do or know of the log: that a planned launch or a next stage was not entered, on each weekday after
 * the day it was planned for, and that the rollout is done.
 */
export function logNotices(
  release: Release,
  log: readonly StageEvent[],
  { hour, stage, recommendation }: Judged,
): Notice[] {
  const now = startOf(hour + 1);
  const today = localTime(now, release.timeZone);
  const reminder = (about: string, planned: string, text: string): Notice[] =>
    today.weekend || today.date <= planned ? [] : [{ key: `reminder/${about}/${today.date}`, kind: 'reminder', text }];
  const done = doneAt(release, log);
  const current = log.at(-1);
  if (current && done !== undefined && done <= now)
    return [
      {
        key: finishedKey(current.at),
        kind: 'finished',
        until: done,
        text: `the release is finished: its last check-in is told. Its history is kept; after six more hours nothing is read and no alert comes any more, unless a stage is entered${release.toggleService ? '. Once a month, its toggles are read, and what is left to do with them is said' : ''}`,
      },
    ];
  if (!launchOf(log) && release.launch !== undefined)
    return reminder(
      'launch',
      release.launch,
      `the launch was planned for ${release.launch}, and no stage was entered yet. If it was launched, say so: ${commandText(release, 'stage', 'enter', release.stages[0]!.name, '--at', 'WHEN')}; if it was put off, change launch in release.yaml`,
    );
  const next = release.stages[release.stages.findIndex(({ name }) => name === stage?.name) + 1];
  if (stage?.plannedEnd === undefined || !next || next === release.stages[0]) return [];
  return reminder(
    `stage/${stage.name}/${stage.since}`,
    localTime(stage.plannedEnd, release.timeZone).date,
    `stage ${stage.name} was planned until ${clock(stage.plannedEnd, release.timeZone)}, and no stage was entered since; the recommendation is ${recommendation}. ${release.toggleService?.follow ? 'The toggles enter the next one when they are moved' : `If stage ${next.name} was entered, say so: ${commandText(release, 'stage', 'enter', next.name, '--at', 'WHEN')}`}`,
  );
}

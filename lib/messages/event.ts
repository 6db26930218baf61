import * as z from 'zod/mini';
import { memberKey } from '../alert/member';
import type { AlertRecord } from '../alert/record';
import { plain } from '../facts/format';
import { hourText, instantText } from '../facts/hour';
import type { Window } from '../facts/window';
import { exposedUsersOf } from '../judge/exposed-users';
import { LONGEST_READY_LINE } from '../judge/notices/check-ins';
import type { Finding, Notice } from '../judge/verdict';
import type { Release } from '../release/schema';
import { headlineOf } from './headline';
import { nextStepsOf } from './next-steps';
import { brokenIn, silentIn } from './open-findings';
import { envOf } from './place';

/**
 * The one description of the event that machines get (SQS, Lambda): it types the code that writes it and, through
 * scripts/alert-event-schema.ts, makes docs/alert-event.schema.json. Rates and exposures are fractions, times ISO 8601
 * in UTC. Fields may be added within a version; one that goes or changes its meaning makes the next version.
 */

const time = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{3})?)?Z$/));
const rate = z.number().check(z.gte(0), z.lte(1));
const whole = z.number().check(z.int(), z.gte(0));
const said = <T extends z.ZodMiniType>(schema: T, description: string): T => schema.check(z.describe(description)) as T;

const window = said(z.object({ name: z.string(), from: time, to: time }), 'The hours [from, to) of the counts.');

const finding = z.object({
  endpoint: z.string(),
  criterion: z.enum(['below', 'consistentWithBaseline', 'ceiling']),
  outcome: z.enum(['pass', 'breach', 'inconclusive', 'no-data']),
  reason: z.string(),
  window,
  requests: whole,
  errors: whole,
  rate: said(z.optional(rate), 'errors / requests; absent without requests.'),
  withoutStatus: said(
    z.optional(z.literal(true)),
    'Requests without a status are counted as errors; so it is not met, though it may be without them.',
  ),
  toggleOff: said(
    z.optional(z.object({ requests: whole, errors: whole })),
    'Those with the toggle off in the same hours, where they are the measure; requests and errors are then the others.',
  ),
  limit: said(z.optional(z.number()), 'The rate that counts as broken.'),
  baselineRate: z.optional(rate),
  rose: said(
    z.optional(z.array(z.object({ status: z.string(), now: z.number(), usual: z.number() }))),
    'The statuses that rose against the time before the launch: how many an hour, and how many are usual in as many requests.',
  ),
  classes: said(
    z.optional(
      z.object({
        rose: z.array(z.object({ name: z.string(), errors: whole, usual: z.optional(z.number()) })),
        errors: whole,
        withClass: whole,
        since: said(z.optional(time), 'The first hour with a class, where none was counted before the launch.'),
      }),
    ),
    'The error classes that rose, where the metric has them: how many errors, and how many are usual in as many requests at most. Of all errors of the window, some have a class.',
  ),
  hourly: said(
    z.optional(z.object({ minRequests: whole })),
    'One hour with at least so many requests was not below the limit, and that alone breaks it; there are no odds then.',
  ),
  odds: said(z.optional(z.number()), 'Odds to one that it is broken, to four digits; at most a trillion.'),
  exposedUsers: said(
    z.optional(z.object({ rate, low: rate, high: rate, othersToo: z.boolean() })),
    'What the rate means for the exposed users, with a 90 % interval, if all others fail as in the baseline.',
  ),
  since: said(z.optional(time), 'Start of an open breach.'),
  silentSince: z.optional(time),
  rollBack: z.boolean(),
  upstream: z.optional(z.string()),
});

export const eventSchema = z.object({
  version: z.literal('2'),
  release: said(z.string(), 'Name of the release, a folder of releases/.'),
  title: z.string(),
  team: z.string(),
  env: said(z.optional(z.string()), "Value of the scope's env: pair."),
  at: said(time, 'Time of the run that decided it.'),
  severity: z.enum(['page', 'notice']),
  status: z.enum(['firing', 'worse', 'repeat', 'improved', 'resolved', 'notice', 'test']),
  headline: said(z.string(), 'What happened, in a few words.'),
  reason: said(z.string(), 'Why this message is sent now.'),
  dedupKey: said(z.string(), 'The same from firing to resolved.'),
  seq: said(whole, '1, 2, 3 ... in the release; a message that comes twice has the same.'),
  changes: said(z.array(z.string()), 'What is different from the message before.'),
  remarks: said(z.array(z.string()), 'What was held back before it, and who has acknowledged what is open.'),
  stage: z.optional(
    z.object({
      name: z.string(),
      exposure: rate,
      since: time,
      plannedEnd: z.optional(time),
      toggle: said(z.optional(rate), 'What each toggle is set to, where they say so themselves.'),
    }),
  ),
  verdict: z.object({
    judge: said(z.string(), 'Version of the judge.'),
    judgedUpTo: said(time, 'End of the newest hour that it knows of.'),
    recommendation: z.enum(['advance', 'hold', 'roll back', 'not exposed']),
    reason: z.string(),
  }),
  blind: z.optional(z.object({ since: time, hours: whole, reason: z.string() })),
  toggle: said(
    z.optional(z.object({ since: time, reason: z.string() })),
    'Set while a toggle is on though the log says off.',
  ),
  open: said(
    z.array(
      z.object({
        key: z.string(),
        endpoint: said(z.optional(z.string()), 'Absent where it is about the whole release.'),
        what: said(z.string(), 'The broken criterion, silent, blind, or toggle: on, though the log says off.'),
        since: time,
        rollBack: z.boolean(),
      }),
    ),
    'What is open after it.',
  ),
  findings: said(z.array(finding), 'Worst first.'),
  notices: z.array(
    z.object({
      key: z.string(),
      kind: z.enum([
        'drift',
        'check-in',
        'gap-closed',
        'traffic',
        'past',
        'reminder',
        'finished',
        'toggle',
        'clean-up',
      ]),
      endpoint: said(z.optional(z.string()), 'Absent where it is about the release.'),
      text: z.string(),
      window: z.optional(window),
      ready: said(z.optional(z.array(z.string())), "Of a check-in: lines for the plan's Results, in Markdown."),
    }),
  ),
  leftOut: said(
    z.object({ findings: whole, open: whole, notices: whole }),
    'How many there are beside those listed, where a message would be larger than SNS takes.',
  ),
  nextSteps: z.object({
    doing: z.optional(z.string()),
    command: said(z.optional(z.string()), 'What belongs to it, to be pasted into a terminal.'),
    toggles: z.array(z.object({ name: z.string(), link: z.optional(z.string()) })),
    runbook: z.string(),
    pullRequest: said(z.optional(z.string()), "Of a check-in: where the plan's pull request is found."),
    dashboards: z.array(z.string()),
    traces: z.optional(z.array(z.object({ endpoint: z.string(), all: z.string(), failed: z.string() }))),
  }),
});

export type AlertEvent = z.output<typeof eventSchema>;

/** Evidence multiplies for weeks; beyond this its size says nothing more, and Infinity is no JSON. */
const MOST_ODDS = 1e12;
const LONGEST_TEXT = 2000;

/** The full event, with at most `most` findings, open members and notices each. */
export function eventOf(alert: AlertRecord, release: Release, most: number): AlertEvent {
  const { verdict, open, notices } = alert;
  const { stage, blind, toggles } = verdict;
  const env = envOf(release);
  const findings = worstFirst(alert);
  return {
    version: '2',
    release: release.name,
    title: release.title,
    team: release.team,
    ...(env !== undefined && { env }),
    at: instantText(alert.at),
    severity: alert.severity,
    status: alert.change,
    headline: headlineOf(alert),
    reason: plain(alert.reason, LONGEST_TEXT),
    dedupKey: alert.dedupKey,
    seq: alert.seq,
    changes: alert.changes.map((one) => plain(one)),
    remarks: (alert.remarks ?? []).map((one) => plain(one, LONGEST_TEXT)),
    ...(stage && {
      stage: {
        name: stage.name,
        exposure: stage.exposure,
        since: instantText(stage.since),
        ...(stage.plannedEnd !== undefined && { plannedEnd: instantText(stage.plannedEnd) }),
        ...(stage.toggle !== undefined && { toggle: stage.toggle }),
      },
    }),
    verdict: {
      judge: verdict.judge,
      judgedUpTo: hourText(verdict.hour + 1),
      recommendation: verdict.recommendation,
      reason: plain(verdict.reason, LONGEST_TEXT),
    },
    ...(toggles?.onSince !== undefined && {
      toggle: { since: hourText(toggles.onSince), reason: plain(toggles.said, LONGEST_TEXT) },
    }),
    ...(blind && { blind: { ...blind, since: hourText(blind.since), reason: plain(blind.reason) } }),
    open: open.slice(0, most).map(({ endpoint, what, since, rollBack }) => ({
      key: memberKey({ endpoint, what }),
      ...(endpoint !== undefined && { endpoint }),
      what,
      since: hourText(since),
      rollBack,
    })),
    findings: findings.slice(0, most).map((one) => findingOf(one, alert)),
    notices: notices.slice(0, most).map(noticeOf),
    leftOut: {
      findings: Math.max(0, findings.length - most),
      open: Math.max(0, open.length - most),
      notices: Math.max(0, notices.length - most),
    },
    nextSteps: nextStepsOf(alert, release),
  };
}

const noticeOf = ({ key, said, kind, endpoint, text, window, ready }: Notice): AlertEvent['notices'][number] => ({
  key: said ? `${key}/${said}` : key,
  kind,
  ...(endpoint !== undefined && { endpoint }),
  text: plain(text, LONGEST_TEXT),
  ...(window && { window: windowOf(window) }),
  ...(ready && { ready: ready.map((line) => plain(line, LONGEST_READY_LINE)) }),
});

const windowOf = ({ name, from, to }: Window) => ({ name, from: hourText(from), to: hourText(to) });

const short = (value: number) => Number(value.toPrecision(4));

/** Broken, then silent, then all others. */
function worstFirst({ verdict }: AlertRecord): Finding[] {
  return [...new Set([...brokenIn(verdict), ...silentIn(verdict), ...verdict.findings])];
}

function findingOf(found: Finding, { verdict }: AlertRecord): AlertEvent['findings'][number] {
  const { pooled, window, evidence, since, silentSince } = found;
  const {
    endpoint,
    criterion,
    outcome,
    withoutStatus,
    toggleOff,
    hourly,
    limit,
    baselineRate,
    rose,
    classes,
    rollBack,
    upstream,
  } = found;
  return {
    endpoint,
    criterion,
    outcome,
    reason: plain(found.reason),
    window: windowOf(window),
    ...pooled,
    rate: pooled.requests > 0 ? pooled.errors / pooled.requests : undefined,
    withoutStatus,
    toggleOff,
    limit,
    baselineRate,
    hourly,
    rose: rose?.map(({ status, now, usual }) => ({ status, now: short(now), usual: short(usual) })),
    classes: classes && {
      ...classes,
      rose: classes.rose.map(({ name, errors, usual }) => ({
        name: plain(name),
        errors,
        usual: usual === undefined ? undefined : short(usual),
      })),
      since: classes.since === undefined ? undefined : hourText(classes.since),
    },
    odds: evidence.breach === undefined ? undefined : Number(Math.min(MOST_ODDS, evidence.breach).toPrecision(4)),
    exposedUsers: exposedUsersOf(found, verdict.stage),
    since: since === undefined ? undefined : hourText(since),
    silentSince: silentSince === undefined ? undefined : hourText(silentSince),
    rollBack,
    upstream: upstream === undefined ? undefined : plain(upstream),
  };
}

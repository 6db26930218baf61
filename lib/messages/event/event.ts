import * as z from 'zod/mini';
import { memberKey } from '../../alert/member';
import type { AlertRecord } from '../../alert/record';
import { plain } from '../../facts/format';
import { hourText, instantText } from '../../facts/hour';
import { LONGEST_READY_LINE } from '../../judge/notices/check-ins';
import type { Finding, Notice } from '../../judge/verdict';
import type { Release } from '../../release/schema';
import { headlineOf } from '../headline';
import { nextStepsOf } from '../next-steps';
import { brokenIn, silentIn } from '../open-findings';
import { envOf } from '../place';
import { eventFinding, findingOf } from './event-finding';
import { described, eventTime, eventWindow, eventWindowOf, rate, whole } from './fields';

/**
 * The one description of the event that machines get (SQS, Lambda): it types the code that writes it and, through
 * scripts/alert-event-schema.ts, makes docs/alert-event.schema.json. Rates and exposures are fractions, times ISO 8601
 * in UTC. Fields may be added within a version; one that goes or changes its meaning makes the next version.
 */

export const eventSchema = z.object({
  version: z.literal('2'),
  release: described(z.string(), 'Name of the release, a folder of releases/.'),
  title: z.string(),
  team: z.string(),
  env: described(z.optional(z.string()), "Value of the scope's env: pair."),
  at: described(eventTime, 'Time of the run that decided it.'),
  severity: z.enum(['page', 'notice']),
  status: z.enum(['firing', 'worse', 'repeat', 'improved', 'resolved', 'notice', 'test']),
  headline: described(z.string(), 'What happened, in a few words.'),
  reason: described(z.string(), 'Why this message is sent now.'),
  dedupKey: described(z.string(), 'The same from firing to resolved.'),
  seq: described(whole, '1, 2, 3 ... in the release; a message that comes twice has the same.'),
  changes: described(z.array(z.string()), 'What is different from the message before.'),
  remarks: described(z.array(z.string()), 'What was held back before it, and who has acknowledged what is open.'),
  stage: z.optional(
    z.object({
      name: z.string(),
      exposure: rate,
      since: eventTime,
      plannedEnd: z.optional(eventTime),
      toggle: described(z.optional(rate), 'What each toggle is set to, where they say so themselves.'),
    }),
  ),
  verdict: z.object({
    judge: described(z.string(), 'Version of the judge.'),
    judgedUpTo: described(eventTime, 'End of the newest hour that it knows of.'),
    recommendation: z.enum(['advance', 'hold', 'roll back', 'not exposed']),
    reason: z.string(),
  }),
  blind: z.optional(z.object({ since: eventTime, hours: whole, reason: z.string() })),
  toggle: described(
    z.optional(z.object({ since: eventTime, reason: z.string() })),
    'Set while a toggle is on though the log says off.',
  ),
  open: described(
    z.array(
      z.object({
        key: z.string(),
        endpoint: described(z.optional(z.string()), 'Absent where it is about the whole release.'),
        what: described(z.string(), 'The broken criterion, silent, blind, or toggle: on, though the log says off.'),
        since: eventTime,
        rollBack: z.boolean(),
      }),
    ),
    'What is open after it.',
  ),
  findings: described(z.array(eventFinding), 'Worst first.'),
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
      endpoint: described(z.optional(z.string()), 'Absent where it is about the release.'),
      text: z.string(),
      window: z.optional(eventWindow),
      ready: described(z.optional(z.array(z.string())), "Of a check-in: lines for the plan's Results, in Markdown."),
    }),
  ),
  leftOut: described(
    z.object({ findings: whole, open: whole, notices: whole }),
    'How many there are beside those listed, where a message would be larger than SNS takes.',
  ),
  nextSteps: z.object({
    doing: z.optional(z.string()),
    command: described(z.optional(z.string()), 'What belongs to it, to be pasted into a terminal.'),
    toggles: z.array(z.object({ name: z.string(), link: z.optional(z.string()) })),
    runbook: z.string(),
    pullRequest: described(z.optional(z.string()), "Of a check-in: where the plan's pull request is found."),
    dashboards: z.array(z.string()),
    traces: z.optional(z.array(z.object({ endpoint: z.string(), all: z.string(), failed: z.string() }))),
  }),
});

export type AlertEvent = z.output<typeof eventSchema>;

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
    ...(blind && { blind: { since: hourText(blind.since), hours: blind.hours, reason: plain(blind.reason) } }),
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
  ...(window && { window: eventWindowOf(window) }),
  ...(ready && { ready: ready.map((line) => plain(line, LONGEST_READY_LINE)) }),
});

/** Broken, then silent, then all others. */
function worstFirst({ verdict }: AlertRecord): Finding[] {
  return [...new Set([...brokenIn(verdict), ...silentIn(verdict), ...verdict.findings])];
}

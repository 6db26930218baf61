import { createHash } from 'node:crypto';
import { plain } from '../../facts/format';
import type { AlertEvent } from '../../messages/event/event';
import { type Queued, receiptPlaceOf } from '../bulletin';
import { linksIn, type OpenPart, openIn, placeParts } from '../words';

/** An event for PagerDuty without its routing key. */
export interface PagerEvent {
  event_action: 'trigger' | 'acknowledge' | 'resolve';
  dedup_key: string;
  payload?: object;
  links?: { href: string; text: string }[];
  client?: string;
}

/** https://developer.pagerduty.com/docs/send-alert-event. The whole may have 512 KB: what is below has a twentieth at most. */
const LONGEST = { key: 255, summary: 1024, sentence: 300, list: 20 };

/**
 * What PagerDuty is to know of a bulletin; nothing of a notice and of a mark.
 *
 * @param dedup_key of the incident that it is about
 */
export function pagerEvent(bulletin: Queued, dedup_key = pagerKey(bulletin)): PagerEvent | undefined {
  if (bulletin.kind === 'ack') return { event_action: 'acknowledge', dedup_key };
  if (bulletin.kind === 'mark') return undefined;
  if (bulletin.kind === 'alert') {
    const { event } = bulletin;
    if (event.severity === 'notice') return undefined;
    return event.status === 'resolved' ? { event_action: 'resolve', dedup_key } : ofPage(event, dedup_key);
  }
  if (bulletin.kind === 'alarm') {
    const { name, state, reason, at } = bulletin;
    if (state === 'INSUFFICIENT_DATA') return undefined;
    if (state === 'OK') return { event_action: 'resolve', dedup_key };
    return triggered(dedup_key, { summary: reason, severity: 'error', at, component: name });
  }
  const { severity, subject, text, at } = bulletin;
  if (severity === 'notice') return undefined;
  const details = { text: text.split('\n').map(short).slice(0, LONGEST.list) };
  return triggered(dedup_key, { summary: subject, severity: 'error', at, details });
}

function ofPage(event: AlertEvent, dedupKey: string): PagerEvent {
  const { title, headline, status, release, team, env, verdict, changes, remarks, nextSteps } = event;
  const isTest = status === 'test';
  const trigger = triggered(dedupKey, {
    summary: `${title}: ${headline}`,
    severity: isTest ? 'info' : verdict.recommendation === 'roll back' ? 'critical' : 'error',
    at: Date.parse(event.at),
    source: env,
    component: release,
    group: team,
    details: {
      do: isTest ? 'Nothing: resolve it by hand' : (nextSteps.doing ?? ''),
      ...(nextSteps.command !== undefined && { run: nextSteps.command }),
      open: openIn(event).slice(0, LONGEST.list).map(partText),
      verdict: short(`${verdict.recommendation}: ${verdict.reason}`),
      changed: changes.slice(0, LONGEST.list).map(short),
      notes: remarks.slice(0, LONGEST.list).map(short),
      place: placeParts(event).join('; '),
      judgedUpTo: verdict.judgedUpTo,
      alert: `${event.dedupKey} #${event.seq}, ${status}`,
    },
  });
  return { ...trigger, links: linksIn(event).map(({ text, url }) => ({ href: url, text: short(text) })) };
}

interface Trigger {
  summary: string;
  severity: 'critical' | 'error' | 'info';
  at: number;
  source?: string;
  component?: string;
  group?: string;
  details?: Record<string, string | string[]>;
}

function triggered(dedup_key: string, { summary, at, source, details, ...rest }: Trigger): PagerEvent {
  return {
    event_action: 'trigger',
    dedup_key,
    payload: {
      summary: plain(summary, LONGEST.summary) || 'Stagewatch',
      source: source ?? 'stagewatch',
      timestamp: new Date(at).toISOString(),
      ...rest,
      ...(details && { custom_details: details }),
    },
    client: 'Stagewatch',
  };
}

const partText = ({ endpoint, what, numbers, why, since }: OpenPart): string =>
  short(
    [`${endpoint ?? ''} ${what}`.trim(), ...numbers, ...(why === undefined ? [] : [why]), `since ${since}`].join('; '),
  );

const short = (text: string): string => plain(text, LONGEST.sentence);

/**
 * The key under which PagerDuty has an incident: that of the receipts.
 *
 * @param more what tells it from an earlier incident of the same alert
 */
export const pagerKey = (bulletin: Queued, more = ''): string => keyOf(receiptPlaceOf(bulletin).key + more);

/** A longer key is told from others by its digest. */
const keyOf = (key: string): string =>
  key.length <= LONGEST.key ? key : `${key.slice(0, 180)}#${createHash('sha256').update(key).digest('hex')}`;

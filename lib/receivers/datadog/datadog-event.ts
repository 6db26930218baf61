import { createHash } from 'node:crypto';
import { plain } from '../../facts/format';
import type { Mark } from '../../marks/mark';
import type { AlertEvent } from '../../messages/event/event';
import { type Queued, receiptPlaceOf } from '../bulletin';
import { type OpenPart, openIn, placeParts } from '../words';

/** An event as Datadog takes it. */
export interface DatadogEvent {
  title: string;
  text: string;
  /** Seconds since 1970. */
  date_happened: number;
  alert_type: 'error' | 'warning' | 'info' | 'success';
  aggregation_key: string;
  tags: string[];
}

/** Of a text 4,000 and of a key 100 are documented, of a tag 200; of a title nothing, so it is as long as it once was. */
const LONGEST = { title: 100, text: 4000, key: 100, tag: 200, sentence: 500 };
const MOST_LINES = 20;

/** A bulletin or a mark as an event: what it is in the title, what can be looked for in the tags. */
export function datadogEvent(bulletin: Exclude<Queued, { kind: 'ack' }>): DatadogEvent {
  const aggregation_key = keyOf(receiptPlaceOf(bulletin).key);
  if (bulletin.kind === 'alert') return { ...ofAlert(bulletin.event), aggregation_key };
  if (bulletin.kind === 'mark') return { ...ofMark(bulletin.mark), aggregation_key };
  const { at } = bulletin;
  if (bulletin.kind === 'alarm') {
    const { name, state, reason } = bulletin;
    const over = state === 'OK';
    const title = `Stagewatch: alarm ${name}${over ? ' is over' : ''}`;
    return event(title, [reason], { at, type: over ? 'success' : 'error', aggregation_key, tags: [['alarm', name]] });
  }
  const { severity, subject, text } = bulletin;
  const type = severity === 'page' ? 'error' : 'info';
  return event(subject, text.split('\n'), { at, type, aggregation_key, tags: [['severity', severity]] });
}

function ofMark({ kind, title, headline, text, at, release, team, env, stage, recommendation }: Mark) {
  const tags: About['tags'] = [
    ['release', release],
    ['team', team],
    ['env', env],
    ['stage', stage],
    ['recommendation', recommendation],
    ['mark', kind],
  ];
  return event(`${title}: ${headline}`, [headline, text], { at, type: 'info', tags });
}

const TYPES: Record<AlertEvent['status'], DatadogEvent['alert_type']> = {
  firing: 'error',
  worse: 'error',
  repeat: 'error',
  improved: 'warning',
  resolved: 'success',
  notice: 'info',
  test: 'info',
};

function ofAlert(alert: AlertEvent) {
  const { title, status, severity, reason, changes, notices, verdict, nextSteps, release, team, env, stage } = alert;
  const lines = [
    ...openIn(alert).map(partText),
    ...(status === 'resolved' ? [`Nothing is open any more: ${reason}`] : []),
    ...notices.map(({ text }) => text),
    ...(status === 'resolved' ? [] : changes),
    `Verdict: ${verdict.recommendation}. ${verdict.reason}`,
    ...(nextSteps.doing === undefined ? [] : [`Do: ${nextSteps.doing}`]),
    ...(nextSteps.command === undefined ? [] : [`Run: ${nextSteps.command}`]),
    `${placeParts(alert).join('; ')}; judged up to ${verdict.judgedUpTo}`,
  ];
  const tags: [string, string | undefined][] = [
    ['release', release],
    ['team', team],
    ['env', env],
    ['stage', stage?.name],
    ['recommendation', verdict.recommendation],
    ['status', status],
    ['severity', severity],
    ...notices.map(({ kind }): [string, string] => ['notice', kind]),
  ];
  return event(`${title}: ${alert.headline}`, lines, { at: Date.parse(alert.at), type: TYPES[status], tags });
}

interface About {
  at: number;
  type: DatadogEvent['alert_type'];
  aggregation_key?: string;
  tags: [key: string, value: string | undefined][];
}

function event(title: string, lines: readonly string[], { at, type, aggregation_key = '', tags }: About): DatadogEvent {
  const text = lines
    .slice(0, MOST_LINES)
    .map((line) => inert(line, LONGEST.sentence))
    .filter(Boolean);
  const all: [string, string | undefined][] = [['tool', 'stagewatch'], ...tags];
  return {
    title: inert(title, LONGEST.title) || 'Stagewatch',
    text: cut(text.join('\n'), LONGEST.text) || '-',
    date_happened: Math.floor(at / 1000),
    alert_type: type,
    aggregation_key,
    tags: [...new Set(all.flatMap(([key, value]) => (value === undefined ? [] : [tagOf(key, value)])))],
  };
}

/** Text that mentions nobody (`@name` would notify them) and is no Markdown (which begins with `%%%`). */
const inert = (text: string, most: number): string => plain(text.replaceAll('@', '(at)').replaceAll('%%%', '%'), most);

const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 3)}...` : text);

/** As Datadog normalises it, so that nobody looks for something else. */
const tagOf = (key: string, value: string): string =>
  `${key}:${value.toLowerCase().replace(/[^a-z0-9_:./-]+/g, '_')}`.slice(0, LONGEST.tag);

const partText = ({ endpoint, what, numbers, why, since }: OpenPart): string =>
  [`${endpoint ?? ''} ${what}`.trim(), ...numbers, ...(why === undefined ? [] : [why]), `since ${since}`].join('; ');

/** A longer key is told from others by its digest. */
const keyOf = (key: string): string =>
  key.length <= LONGEST.key ? key : createHash('sha256').update(key).digest('hex');

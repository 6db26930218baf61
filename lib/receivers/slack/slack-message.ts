import { count, plain, plural } from '../../facts/format';
import { inert } from '../../messages/chat';
import type { AlertEvent } from '../../messages/event/event';
import type { Bulletin } from '../bulletin';
import { linksIn, type OpenPart, openIn, placeParts } from '../words';
import { buttons, code, context, date, fitting, header, mrkdwn, paragraph, type SlackBlock } from './blocks';

/** A message with its blocks, and with its text for notifications and for whoever does not show blocks. */
export interface SlackMessage {
  text: string;
  blocks: SlackBlock[];
}

/** A person reads it on a telephone at night: so many others are named beside the worst. */
const OTHERS = 5;
const NOTICES = 5;
const SENTENCES = 5;
/** Of a notice, a change or a remark. */
const LONGEST_SENTENCE = 700;
const LONGEST_TEXT = 3500;

/** What, how bad, what to do; then all else, the most important first, as far as there is room. */
export function slackMessage(bulletin: Bulletin): SlackMessage {
  if (bulletin.kind === 'alert') return ofAlert(bulletin.event);
  if (bulletin.kind === 'alarm') {
    const { name, state, reason } = bulletin;
    const title = state === 'OK' ? '✅ Alarm about Stagewatch is over' : '🚨 Alarm about Stagewatch';
    return message(title, [reason], [...paragraph(reason), ...context([name, state])]);
  }
  const { severity, subject, text } = bulletin;
  return message(`${severity === 'page' ? '🚨' : 'ℹ️'} ${subject}`, [text], paragraph(text));
}

const ICON: Record<AlertEvent['status'], string> = {
  firing: '🚨',
  worse: '🚨',
  repeat: '🚨',
  improved: '🟠',
  resolved: '✅',
  notice: 'ℹ️',
  test: '🧪',
};

function ofAlert(event: AlertEvent): SlackMessage {
  const { title, status, reason, changes, remarks, notices, nextSteps, verdict } = event;
  const doing = nextSteps.doing === undefined ? [] : [`👉 ${upperFirst(nextSteps.doing)}`];
  const command = nextSteps.command === undefined ? [] : [nextSteps.command];
  const [worst, ...others] = openIn(event);
  const told =
    status === 'resolved'
      ? [`Nothing is open any more: ${reason}`]
      : notices.slice(0, NOTICES).map(({ text }) => upperFirst(text));
  // A check-in tells the verdict itself, and an all-clear what is no longer broken.
  const isTold = worst !== undefined || status === 'test' || notices.some(({ kind }) => kind === 'check-in');
  const more = [
    ...list('Changed', status === 'resolved' ? [] : changes),
    ...list('Note', remarks),
    ...(isTold ? [] : [`Verdict: ${verdict.recommendation}. ${short(upperFirst(verdict.reason))}`]),
  ];
  const ready = notices.flatMap(({ window, ready: lines = [] }) =>
    lines.length === 0 ? [] : [`For the plan's Results, ${window?.name}:`, ...lines.map((line) => `- ${line}`)],
  );
  return message(
    `${ICON[status]} ${title}: ${event.headline}`,
    [...(worst ? [summaryOf(worst)] : []), ...told.map(short), ...doing, ...command, ...more],
    [
      ...(worst ? openBlocks(worst, others) : []),
      ...told.flatMap((text) => paragraph(short(text))),
      ...doing.flatMap(paragraph),
      ...mrkdwn(command.map((one) => code(one, 500))),
      ...buttons(linksIn(event)),
      ...(worst ? moreBlocks(worst) : []),
      ...paragraph(more.join('\n')),
      ...context(
        [upperFirst(placeParts(event).join(' · ')), nameOf(event)],
        `Judged up to ${date(verdict.judgedUpTo)}`,
      ),
      ...paragraph(ready.join('\n')),
    ],
  );
}

function message(title: string, lines: readonly string[], blocks: readonly SlackBlock[]): SlackMessage {
  const text = [title, ...lines].map((line) => inert(line)).join('\n');
  return {
    text: text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 10).replace(/&\w*$/, '')}...` : text,
    blocks: fitting([header(title), ...blocks]),
  };
}

/** What is open, in as few lines as it can be said. */
function openBlocks({ endpoint, what, numbers: [value], why }: OpenPart, others: readonly OpenPart[]): SlackBlock[] {
  const left = others.length - OTHERS;
  return [
    ...mrkdwn([
      endpoint === undefined ? `*${upperFirst(what)}*` : `*${code(endpoint)} ${what}*`,
      ...(value === undefined ? [] : [value.replace(/^\S+ %/, '*$&*')]),
    ]),
    ...(value === undefined ? paragraph(short(upperFirst(why ?? ''))) : []),
    ...mrkdwn([
      ...others.slice(0, OTHERS).map(otherLine),
      ...(left > 0 ? [`and ${count(left)} more, broken or silent`] : []),
    ]),
  ];
}

const otherLine = ({ endpoint, what, numbers: [value] }: OpenPart): string =>
  `•  ${endpoint === undefined ? '' : `${code(endpoint, 60)} `}${value ?? what}`;

/** What one asks next: since when, how sure, and what it means. */
function moreBlocks({ numbers, why, since, window }: OpenPart): SlackBlock[] {
  const hours = window && (Date.parse(window.to) - Date.parse(window.from)) / 3_600_000;
  return [
    ...mrkdwn([
      `Since ${date(since)}${window ? `; counted over ${plural(hours!, 'hour')} up to ${date(window.to)}` : ''}`,
      ...numbers.slice(1).map(upperFirst),
    ]),
    ...(numbers.length === 0 ? [] : paragraph(short(upperFirst(why ?? '')))),
  ];
}

/** In plain words, for the notification. */
const summaryOf = ({ endpoint, what, numbers, why }: OpenPart): string =>
  short([[endpoint, what].filter(Boolean).join(' '), numbers[0] ?? why].filter(Boolean).join(': '));

const list = (label: string, texts: readonly string[]): string[] => {
  const [first, ...others] = texts.slice(0, SENTENCES).map(short);
  if (first === undefined) return [];
  return others.length === 0 ? [`${label}: ${first}`] : [`${label}:`, ...[first, ...others].map((one) => `•  ${one}`)];
};

const short = (text: string): string => plain(text, LONGEST_SENTENCE);

/** What tells this message from others. */
const nameOf = ({ dedupKey, seq }: AlertEvent): string => `${plain(dedupKey, 100)} #${seq}`;

const upperFirst = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

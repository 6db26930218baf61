import { isDeepStrictEqual } from 'node:util';
import stringWidth from 'string-width';
import * as z from 'zod/mini';
import { eventSchema } from '../../lib/messages/event/event';
import type { Message } from '../../lib/messages/message';

/** The rules of each format that a message has, as its readers state them. Each gives what is wrong with a message. */

/** What no reader shows as it is: control, bidirectional and other invisible characters. */
const hidden = /[^\n\P{Cc}]|[\p{Cf}\p{Cs}\u2028\u2029]/u;

const wrong = (rules: Record<string, boolean>): string[] => Object.keys(rules).filter((rule) => !rules[rule]);

/** SNS, API reference of Publish. */
export function snsProblems({ subject, body, attributes }: Message): string[] {
  const protocols: Record<string, unknown> = JSON.parse(body);
  const texts = [body, ...Object.entries(attributes).flatMap(([name, value]) => [name, 'String', value])];
  return wrong({
    'subject: ASCII, one line, under 100 characters': /^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(subject),
    'message: at most 256 KB with its attributes':
      texts.reduce((sum, one) => sum + Buffer.byteLength(one), 0) <= 262_144,
    'message: default and the four protocols, as text': Object.values(protocols).every(
      (one) => typeof one === 'string',
    ),
    'message: no other protocol':
      Object.keys(protocols).toSorted().join() === ['default', 'email', 'https', 'lambda', 'sqs'].join(),
    'attributes: not empty': Object.values(attributes).every((value) => value !== ''),
    'attributes: those that the docs name': ['severity', 'status', 'release'].every((name) => name in attributes),
  });
}

/** What a check-in brings for the plan. */
const PASTE = /\nFor the plan's Results, [\s\S]*?\n(?=\n)/;

export function emailProblems(text: string): string[] {
  const lines = text.split('\n');
  // A command is copied by the line, as an address is.
  const isAddress = (line: string) =>
    /^(Toggle|Runbook|Plan|Look|Errors|Traces) .{0,70}https:\/\/\S+$|^Runbook \S+$|^Run {5}npx --no-install stagewatch \S/u.test(
      line,
    );
  return wrong({
    'at most 25 lines, but for what is to be pasted': text.replace(PASTE, '').split('\n').length <= 25,
    'at most 78 columns but for addresses and words to be pasted': lines.every(
      (line) => stringWidth(line) <= 78 || isAddress(line) || /^(- | {2})\S+$/.test(line),
    ),
    'no hidden character': !hidden.test(text),
    'no blank at the end of a line': !/ $/m.test(text),
    'a headline and a blank line': lines.indexOf('') === 1 || lines.indexOf('') === 2,
  });
}

/**
 * Amazon Q Developer in chat applications, administrator guide, "Custom notifications": version, source and
 * content.description are required, all else is optional. The lengths are ours; Slack's sections take 3,000 characters.
 */
const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));
const chatSchema = z.object({
  version: z.literal('1.0'),
  source: z.literal('custom'),
  id: z.optional(text(255)),
  content: z.strictObject({
    textType: z.literal('client-markdown'),
    title: z.optional(text(250)),
    description: text(3000),
    nextSteps: z.optional(z.array(text(8000)).check(z.maxLength(10))),
    keywords: z.optional(z.array(text(75)).check(z.maxLength(10))),
  }),
  metadata: z.strictObject({
    threadId: z.optional(text(255)),
    summary: z.optional(text(250)),
    eventType: z.optional(z.string().check(z.regex(/^[a-zA-Z0-9-]{1,100}$/))),
    relatedResources: z.optional(z.array(z.string())),
    additionalContext: z.optional(z.record(z.string(), z.string())),
  }),
});

export function chatProblems(json: string): string[] {
  const notification = JSON.parse(json);
  const parsed = z.safeParse(chatSchema, notification);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const { content, metadata } = parsed.data;
  const shown = [
    content.title ?? '',
    content.description,
    ...(content.nextSteps ?? []),
    ...(content.keywords ?? []),
    metadata.summary ?? '',
  ];
  return shown.flatMap((one) => markdownProblems(one).map((problem) => `${problem}: ${one}`));
}

/** Markdown in which only words of this program stand outside of code and addresses. */
export function markdownProblems(markdown: string): string[] {
  const outside = markdown
    .replace(/^```\n[^`]*\n```$/g, '')
    .replace(/`[^`\n]+`/g, '')
    .replace(/https:\/\/[^\s*~|`<>()[\]{}\\"']+/g, '');
  return wrong({
    'only words outside of code and addresses': /^[\w :-]*$/.test(outside),
    "no formatting of this program's own": !/_/.test(outside.replace(/^:\w+:/, '')),
    "Slack's control characters are escaped": !/[<>]|&(?!(amp|lt|gt);)/.test(markdown),
    'no hidden character': !hidden.test(markdown),
  });
}

/** CloudWatch, "Alarm actions", and PagerDuty's reading of it: the subject begins with the state, or it is dropped. */
export function alarmProblems({ subject, body }: Message): string[] {
  const alarm = JSON.parse(JSON.parse(body).https);
  const states = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];
  const keys = ['AlarmName', 'NewStateValue', 'NewStateReason', 'StateChangeTime', 'OldStateValue'];
  if (/^(NOTICE|TEST): /.test(subject))
    return wrong({ 'a notice or a test is no alarm': keys.every((key) => !(key in alarm)) });
  return wrong({
    'the subject begins with the new state': subject.startsWith(`${alarm.NewStateValue}: `),
    'states are those of CloudWatch': states.includes(alarm.NewStateValue) && states.includes(alarm.OldStateValue),
    'the name has 1 to 255 characters': /^.{1,255}$/.test(alarm.AlarmName),
    'the reason has 1 to 1,023 characters': /^.{1,1023}$/.test(alarm.NewStateReason),
    'the time is as CloudWatch writes it': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/.test(alarm.StateChangeTime),
  });
}

/** The event's own description, which docs/alert-event.schema.json is made of; it strips what it does not know. */
export function eventProblems(json: string): string[] {
  const event = JSON.parse(json);
  const parsed = z.safeParse(eventSchema, event);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return wrong({
    'no field that is not described': isDeepStrictEqual(parsed.data, event),
  });
}

/** What is wrong with a message, by any of its readers. */
export function problemsOf(message: Message): string[] {
  const { default: plainText, email, https, sqs, lambda } = JSON.parse(message.body);
  return [
    ...snsProblems(message),
    ...emailProblems(email),
    ...wrong({ 'default is the e-mail, lambda the event': plainText === email && lambda === sqs }),
    ...chatProblems(https),
    ...alarmProblems(message),
    ...eventProblems(sqs),
  ];
}

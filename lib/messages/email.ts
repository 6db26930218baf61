import type { AlertRecord } from '../alert/record';
import { clock, count, lasting, percent, percents, plain, plural, rateOf } from '../facts/format';
import { type Hour, startOf } from '../facts/hour';
import { exposedUsersOf } from '../judge/exposed-users';
import { risenText } from '../judge/failed';
import { classesText } from '../judge/risen-classes';
import type { CriterionKind, Finding, Verdict } from '../judge/verdict';
import { CRITERION_TEXT } from '../judge/verdict';
import type { Release } from '../release/schema';
import { headlineOf } from './headline';
import { address, entry } from './lines';
import { type NextSteps, nextStepsOf } from './next-steps';
import { brokenIn, silentIn } from './open-findings';
import { placeText } from './place';
import { readyText } from './ready-text';

/** A person reads it on a telephone at night. */
const LINES = 25;
/** The worst finding in full, and a line on the others. */
const LINES_FOR_FINDINGS = 10;
/** From these odds on nobody asks how sure it is. */
const PRACTICALLY_CERTAIN = 1000;

/** A message to a person in its parts, each in lines of 78 columns. */
export interface EmailParts {
  head: string[];
  /** What is open, worst first; or what a notice tells. */
  body: string[];
  /** What is to be pasted into the plan; has no part in the 25 lines. */
  ready: string[];
  changed: string[];
  /** What was held back, and who is on it; the place and the verdict; what to do. */
  rest: string[];
  /** Where to look. A line with a link alone may be longer. */
  addresses: Address[];
  /** What tells this message from others. */
  name: string[];
}

interface Address {
  line: string;
  isLink: boolean;
  /** Found by another one, too. */
  isSpare?: true;
}

/**
 * One alert as a person reads it: what, how bad, since when, how sure, what changed, where, what to do. At most 25 lines
 * of 78 columns, in which only an address may be longer; of what does not fit it says how much it is. A check-in has
 * beside these what is to be pasted into the plan.
 */
export function emailOf(alert: AlertRecord, release: Release): string {
  const { head, body, ready, changed, rest, addresses, name } = emailParts(alert, release);
  const paste = ready.length > 0 ? ['', ...ready] : [];
  return [...head, '', ...body, ...paste, '', ...changed, ...rest, ...addresses.map(({ line }) => line), ...name].join(
    '\n',
  );
}

export function emailParts(alert: AlertRecord, release: Release): EmailParts {
  const steps = nextStepsOf(alert, release);
  const { dedupKey, seq, change, reason } = alert;
  const head = entry('', `${plain(release.title, 60)}: ${headlineOf(alert)}`, 2);
  const place = [...placeLines(alert, release), ...entry('Do', steps.doing ?? '', 3)];
  const name = entry('Alert', `${plain(dedupKey, 50)} #${seq}, ${change} (${reason})`, 2);
  const roomBeside = (some: readonly Address[]) => LINES - [head, place, some, name].flat().length - 2;
  const said = [
    bodyLines(alert, release, LINES),
    entry('Changed', changedText(alert), 3),
    notesIn(alert, LINES),
  ].flat();
  const all = addressesOf(steps);
  // All requests are found from those that failed, too: what is open comes first.
  const addresses = said.length <= roomBeside(all) ? all : all.filter(({ isSpare }) => !isSpare);
  const room = roomBeside(addresses);
  const kept = Math.min(LINES_FOR_FINDINGS, bodyLines(alert, release, room).length);
  const changed = entry('Changed', changedText(alert), Math.max(1, Math.min(3, room - kept)));
  const notes = notesIn(alert, Math.max(1, room - changed.length - kept));
  const body = bodyLines(alert, release, room - changed.length - notes.length);
  return { head, body, ready: readyText(alert), changed, rest: [...notes, ...place], addresses, name };
}

function bodyLines(alert: AlertRecord, release: Release, room: number): string[] {
  if (alert.severity === 'notice' || alert.change === 'test') return noticeLines(alert, room);
  if (alert.change === 'resolved') return entry('What', `nothing is open any more: ${alert.reason}`, 3);
  const [worst, ...others] = openParts(alert.verdict, release);
  return atMost(
    room,
    worst?.full() ?? [],
    others.map(
      ({ short }) =>
        () =>
          entry('Also', short),
    ),
    'broken or silent; the command check has all',
  );
}

/** What was held back and who is on it, the newest of it if there is no room for all. */
function notesIn({ remarks = [] }: AlertRecord, room: number): string[] {
  const notes = remarks.map((remark) => entry('Note', remark, 2));
  while (notes.flat().length > room && notes.length > 1) notes.shift();
  return notes.flat().slice(0, room);
}

/** Entries in the order of their weight, as many as there is room for, and how many are left out; the first is cut too. */
function atMost(room: number, first: string[], others: (() => string[])[], what: string): string[] {
  const lines = first.slice(0, others.length > 0 ? room - 1 : room);
  for (const [index, linesOf] of others.entries()) {
    const other = linesOf();
    const isLast = index === others.length - 1;
    if (lines.length + other.length + (isLast ? 0 : 1) > room)
      return [...lines, ...entry('More', `${count(others.length - index)} more ${what}`)];
    lines.push(...other);
  }
  return lines;
}

/** What is open, the worst first: in full, and in a line. */
function openParts(verdict: Verdict, { timeZone }: Release): { full(): string[]; short: string }[] {
  const since = (hour: Hour) => entry('Since', clock(startOf(hour), timeZone));
  const [worst, ...others] = brokenIn(verdict).map((finding) => ({
    full: () => brokenLines(finding, verdict, timeZone),
    short: `${plain(finding.endpoint, 30)} ${rateOf(finding.pooled)}, ${LIMIT[finding.criterion]} ${percent(finding.limit!)}`,
  }));
  const { blind, toggles } = verdict;
  const on = toggles?.onSince === undefined ? undefined : toggles.said;
  const dark = blind && `no data for ${lasting(blind.hours)}: ${blind.reason}`;
  return [
    ...(worst ? [worst] : []),
    ...(on === undefined ? [] : [{ full: () => [...entry('What', on, 5), ...since(toggles!.onSince!)], short: on }]),
    ...(dark ? [{ full: () => [...entry('What', dark, 3), ...since(blind.since)], short: dark }] : []),
    ...others,
    ...silentIn(verdict).map(({ endpoint, reason, silentSince }) => {
      const short = `${plain(endpoint, 40)} is silent: ${reason}`;
      return { full: () => [...entry('What', short, 3), ...since(silentSince!)], short };
    }),
  ];
}

/** What an alert event keeps of a finding, too. */
type Valued = Pick<Finding, 'criterion' | 'pooled' | 'withoutStatus' | 'toggleOff' | 'limit' | 'baselineRate'>;

const LIMIT: Record<CriterionKind, string> = {
  below: 'limit',
  ceiling: 'ceiling',
  consistentWithBaseline: 'tolerated',
};

function brokenLines(finding: Finding, verdict: Verdict, timeZone: string): string[] {
  const { endpoint, criterion, window, since, upstream } = finding;
  return [
    ...entry('What', `${plain(endpoint, 34)} is not ${CRITERION_TEXT[criterion]}`),
    ...entry('Value', valueText(finding), 2),
    ...entry('Failed', risenText(finding.rose), 2),
    ...entry('Classes', classesText(finding.classes), 3),
    ...entry('Users', exposedUsersText(exposedUsersOf(finding, verdict.stage))),
    ...entry('Window', `${plain(window.name, 30)}, until ${clock(startOf(window.to), timeZone)}`),
    ...entry('Since', clock(startOf(since!), timeZone)),
    ...entry('Sure', sureText(finding, finding.evidence.breach)),
    ...entry('Cause', upstream ?? '', 2),
  ];
}

/** "2.62 % (624 of 23,824), tolerated 1.58 %, baseline 1.19 %" */
export function valueText({ criterion, pooled, withoutStatus, toggleOff, limit, baselineRate }: Valued): string {
  const tolerated = `${LIMIT[criterion]} ${percent(limit!)}`;
  if (toggleOff) return `${rateOf(pooled)} toggle on, ${rateOf(toggleOff)} off, ${tolerated}`;
  return `${rateOf(pooled)}${withoutStatus ? ' failed or had no status' : ''}, ${tolerated}${baselineRate === undefined ? '' : `, baseline ${percent(baselineRate)}`}`;
}

/** What a finding means for the users who have the feature; nothing where it is not known. */
export function exposedUsersText(users: ReturnType<typeof exposedUsersOf>): string {
  if (!users) return '';
  if (users.othersToo) return 'others fail too: more requests fail than the exposed users make';
  const rounded = (rate: number) => Number(rate.toPrecision(2));
  return `exposed users: about ${percent(rounded(users.rate))} (${percents(rounded(users.low), rounded(users.high))})`;
}

/** @param odds odds to one that it is broken */
export function sureText(
  { criterion, toggleOff, hourly }: Pick<Finding, 'criterion' | 'toggleOff' | 'hourly'>,
  odds = 0,
): string {
  if (hourly) return `one hour of ${plural(hourly.minRequests, 'request')} or more breaks this limit (alarm: hourly)`;
  const comparison = toggleOff ? 'it is the toggle' : 'it is above the baseline';
  const what = criterion === 'consistentWithBaseline' ? comparison : 'it is above the limit';
  return odds < PRACTICALLY_CERTAIN
    ? `odds of ${count(odds)} : 1 that ${what} (acts at 20 : 1)`
    : `practically certain that ${what} (${odds > 1e6 ? 'over a million' : count(odds)} : 1)`;
}

/** Each notice in full if there is room for all, else shortened. */
function noticeLines({ notices }: AlertRecord, room: number): string[] {
  const told = (most: number) =>
    notices.map(
      ({ text }) =>
        () =>
          entry('-', text, most),
    );
  const whole = notices.length <= room ? told(room).flatMap((linesOf) => linesOf()) : undefined;
  return whole && whole.length <= room ? whole : atMost(room, [], told(2), 'notices');
}

const changedText = ({ change, changes }: AlertRecord) =>
  change === 'repeat' && changes.length === 0
    ? 'nothing since the last message'
    : changes.map((one, index) => afterItsLike(one, changes[index - 1])).join('; ');

/** A change without the words before its colon where the one before it begins with the same. */
function afterItsLike(change: string, previous = ''): string {
  const kind = /^[a-z ]+: /.exec(change)?.[0];
  return kind !== undefined && previous.startsWith(kind) ? change.slice(kind.length) : change;
}

function placeLines({ severity, change, notices, verdict }: AlertRecord, release: Release): string[] {
  const { recommendation, reason, hour } = verdict;
  const isBroken = severity === 'page' && change !== 'test' && brokenIn(verdict).length > 0;
  // A stage's end tells what is recommended, and why.
  const told = isBroken || notices.some(({ said }) => said === recommendation);
  return [
    ...entry('Where', placeText(verdict, release), 2),
    ...entry('Verdict', told ? recommendation : `${recommendation}: ${reason}`, 3),
    ...(isBroken ? [] : entry('Hour', `judged up to ${clock(startOf(hour + 1), release.timeZone)}`)),
  ];
}

const addressesOf = ({ command, toggles, runbook, pullRequest, dashboards, traces }: NextSteps): Address[] => [
  ...(command === undefined ? [] : [{ line: address('Run', command), isLink: false }]),
  ...toggles.slice(0, 2).flatMap(toggleAddress),
  { line: address('Runbook', runbook), isLink: runbook.startsWith('https://') },
  ...(pullRequest === undefined ? [] : [{ line: address('Plan', pullRequest), isLink: true }]),
  ...dashboards.slice(0, 1).map((url) => ({ line: address('Look', url), isLink: true })),
  ...traces.slice(0, 1).flatMap(({ failed, all }) => [
    { line: address('Errors', failed), isLink: true },
    { line: address('Traces', all), isLink: true, isSpare: true as const },
  ]),
];

/** A toggle by its link where that has its name in it. */
const toggleAddress = ({ name, link }: NextSteps['toggles'][number]): Address[] =>
  link === undefined
    ? entry('Toggle', name).map((line) => ({ line, isLink: false }))
    : [{ line: address('Toggle', link.includes(`/${name}`) ? link : `${plain(name, 60)} ${link}`), isLink: true }];

import { memberName } from '../../alert/member';
import { clock, percent, plural } from '../../facts/format';
import { type Hour, hourFrom, hourOf, startOf } from '../../facts/hour';
import type { StageEvent } from '../../facts/stage';
import type { ResultWindow } from '../../results/results';
import { MARKDOWN, type Markup } from '../markdown/markup';
import { plainWords } from '../markdown/words';
import { type Known, windowName } from './known';

/** What the stage log and the alerts know of a stage or a check, by how plans ask for it. */
const ASKED = {
  start:
    /^(actual )?(start|begin|launch|release|entry|roll ?out)( date| time)?( and time)?$|^(started|began|entered|launched|released)( on| at)?$|^(date|when) (it |was it |this stage )?(started|began|entered|launched|released)$/,
  end: /^(actual )?(end|finish|completion)( date| time)?( and time)?$|^(ended|finished|left|completed)( on| at)?$/,
  dates:
    /^(actual )?(dates?|date range|period|time ?frame)( of (this|the) stage)?$|^(actual )?(start and end|begin and end) dates?$/,
  length:
    /^actual (length( of time)?|duration)( of (this|the) stage)?$|^(length( of time)?|duration)( of (this|the) stage)? actual$|^how long did (it|this stage|the stage) last$/,
  who: /^who (entered|started|released|launched|enabled|advanced|rolled( it)? out|turned( it)? on)( it| this stage| the stage| the toggles?)?$|^(entered|started|released|launched|enabled|advanced|rolled out) by$/,
  alerts:
    /^(were |was )?(any |there |there any )?alerts?( that)?( were| was)?( triggered| fired| sent| raised)?( (in|during|at) (this|the) stage)?( which and when| which ones)?$/,
  changes: /^(stage )?notes?$|^changes( made)?( (in|during) (this|the) stage)?$/,
} as const;

export type Fact = keyof typeof ASKED;

/** @example factAsked('Actual length of time') === 'length' */
export function factAsked(question: string): Fact | undefined {
  const words = plainWords(question).replace(/[#.%]+/g, '');
  return (Object.keys(ASKED) as Fact[]).find((fact) => ASKED[fact].test(words));
}

/** Facts that are known as soon as a stage is entered. */
export const isKnownAtOnce = (fact: Fact): boolean => fact === 'start' || fact === 'who';

/**
 * What is known of a window that somebody asks for.
 *
 * @returns undefined where nobody knows it
 */
export function factText(fact: Fact, window: ResultWindow, known: Known, markup: Markup): string | undefined {
  const { log, release } = known;
  const index = log.findLastIndex((one) => hourFrom(one.at) === window.from && window.name === `stage ${one.stage}`);
  if (fact === 'alerts') return alertsText(window, known, markup);
  if (fact === 'changes') return notesText(window, known, markup);
  const entry = log[index];
  if (!entry) return undefined;
  const time = ({ at, after }: StageEvent) =>
    `${after === undefined ? '' : `between ${clock(after, release.timeZone)} and `}${clock(at, release.timeZone)}`;
  if (fact === 'start') return time(entry);
  if (fact === 'who') return `${markup.text(entry.by)}, ${time(entry)}`;
  const left = log[index + 1];
  if (!left) return undefined;
  if (fact === 'end') return time(left);
  return fact === 'dates' ? `${time(entry)} - ${time(left)}` : lengthText(left.at - entry.at);
}

/** @example lengthText(7 * 86_400_000 + 2 * 3_600_000) === '7 days and 2 hours' */
function lengthText(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  const parts = [
    [Math.floor(minutes / 1440), 'day'],
    [Math.floor((minutes % 1440) / 60), 'hour'],
    [minutes % 60, 'minute'],
  ] as const;
  const said = parts.filter(([value]) => value > 0).map(([value, unit]) => plural(value, unit));
  return said.length > 0 ? said.join(' and ').replace(/ and (?=.* and )/, ', ') : '0 minutes';
}

/** What was alerted in a window; undefined where nobody looked. */
export function alertsIn(
  { from, to }: ResultWindow,
  { incidents, release: { timeZone } }: Known,
): string[] | undefined {
  const time = (hour: Hour) => clock(startOf(hour), timeZone);
  return incidents
    ?.filter((one) => one.from < to && (one.to ?? to) > from)
    .map(
      (one) =>
        `${MARKDOWN.text(memberName(one))} ${time(one.from)}${one.to === undefined ? ' on' : ` - ${time(one.to)}`}`,
    );
}

function alertsText(window: ResultWindow, known: Known, markup: Markup): string | undefined {
  const alerts = alertsIn(window, known);
  if (!alerts) return undefined;
  const name = windowName(window, known, markup);
  return alerts.length === 0 ? `none in ${name}` : `${alerts.length} in ${name}: ${alerts.join(', ')}`;
}

/** The notes of the stage log from a window's start to its end, its own entry and what ended it among them. */
export function notesText({ from, to }: ResultWindow, { log, release }: Known, markup: Markup): string | undefined {
  const notes = log
    .filter(({ at, note }) => note !== undefined && hourFrom(at) >= from && hourOf(at) <= to)
    .map(
      ({ at, stage, exposure, by, note }) =>
        `${clock(at, release.timeZone)} ${markup.text(stage)} (${percent(exposure)}), ${markup.text(by)}: ${markup.text(note!)}`,
    );
  return notes.length === 0 ? undefined : notes.join('; ');
}

import { memberName } from '../../alert/member';
import { clock, percent, plural } from '../../facts/format';
import { type Hour, hourFrom, hourOf, type Instant, startOf } from '../../facts/hour';
import type { StageEvent } from '../../facts/stage';
import type { ResultWindow } from '../../results/results';
import { MARKDOWN, type Markup } from '../markdown/markup';
import { plainWords } from '../markdown/words';
import { type Known, windowName } from './known';
import type { Worded } from './worded';

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
export function factText(fact: Fact, window: ResultWindow, known: Known, markup: Markup): string | Worded | undefined {
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

function alertsText(window: ResultWindow, known: Known, markup: Markup): string | Worded | undefined {
  const alerts = alertsIn(window, known);
  if (!alerts) return undefined;
  const name = windowName(window, known, markup);
  if (alerts.length === 0) return `none in ${name}`;
  const head = `${alerts.length} in ${name}:`;
  const text = `${head} ${alerts.join(', ')}`;
  return alerts.length === 1 ? text : { text, lines: [head, ...alerts] };
}

function notesText(window: ResultWindow, known: Known, markup: Markup): string | Worded | undefined {
  const notes = notesIn(window, known, markup);
  const text = notes.join('; ');
  if (notes.length < 2) return notes[0];
  return { text, lines: [`${notes.length} in ${windowName(window, known, markup)}:`, ...notes] };
}

/**
 * What the stage log says of changes from a window's start to its end, its own entry and what ended it among them: notes,
 * and entries that were undone, by when they were made or undone.
 */
export function notesIn({ from, to }: ResultWindow, { log, undone = [], release }: Known, markup: Markup): string[] {
  const isIn = (at: Instant) => hourFrom(at) >= from && hourOf(at) <= to;
  const time = (at: Instant) => clock(at, release.timeZone);
  const why = (note: string | undefined) => (note === undefined ? '' : `: ${markup.text(note)}`);
  const made = ({ at, stage, exposure, by, note }: StageEvent) =>
    `${time(at)} ${markup.text(stage)} (${percent(exposure)}), ${markup.text(by)}${why(note)}`;
  const notes = log
    .filter(({ at, note }) => note !== undefined && isIn(at))
    .map((event) => ({ at: event.at, text: made(event) }));
  const mistakes = undone
    .filter(({ entry, undo }) => isIn(entry.at) || isIn(undo.undoneAt))
    .map(({ entry, undo }) => ({
      at: entry.at,
      text: `${made(entry)}, entered by mistake and undone ${time(undo.undoneAt)} by ${markup.text(undo.by)}${why(undo.note)}`,
    }));
  return [...notes, ...mistakes].toSorted((a, b) => a.at - b.at).map(({ text }) => text);
}

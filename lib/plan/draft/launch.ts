import { plain } from '../../facts/format';
import { parseInstant } from '../../facts/hour';
import { wordsOf } from '../markdown/words';
import { linesAsked } from './lines-asked';
import type { Reading, Said, Unread } from './reading';

const QUESTION =
  /\b(?:desired dates?(?: range)?|(?:planned |target |desired |proposed )?(?:launch|release|go-?live|roll-?out) (?:dates?(?: range)?|day|window)|planned launch)\b[^?:\n]*[?:]+["”)*_:\s]*/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = `\\b(${MONTHS.join('|')})[a-z]*\\.?`;

/** The day that a plan names for the launch, and lines about it that cannot be read. */
export function launchIn(reading: Reading): { launch?: Said<string>; unread: Unread[] } {
  const said = linesAsked(reading, QUESTION).filter(({ text }) => /\d/.test(text));
  for (const { text, line } of said) {
    const day = dayIn(wordsOf(text));
    if (day !== undefined) return { launch: { value: day, line }, unread: [] };
  }
  return {
    unread: said.map(({ text, line }) => ({
      line,
      why: `"${plain(text, 60)}" names no day that can be read in one way`,
    })),
  };
}

/**
 * The first day that a text names; of a month alone its last day, since nothing is late before that. Undefined for a day
 * such as 2/3/2026, which is another one elsewhere.
 *
 * @example dayIn('February 11 - March 4, 2026') === '2026-02-11'
 * @example dayIn('Tentatively February 2026') === '2026-02-28'
 */
export function dayIn(text: string): string | undefined {
  const [iso] = /\b20\d{2}-\d{2}-\d{2}\b/.exec(text) ?? [];
  if (iso !== undefined) return realDay(iso);
  const slashed = /\b(\d{1,2})\/(\d{1,2})\/(20\d{2})\b/.exec(text);
  if (slashed) {
    const [one, other, year] = slashed.slice(1).map(Number) as [number, number, number];
    if (one <= 12 && other <= 12 && one !== other) return undefined;
    return one <= 12 ? dayOf(year, one, other) : dayOf(year, other, one);
  }
  const years = [...text.matchAll(/\b20\d{2}\b/g)].map(([year]) => Number(year));
  const months = [...text.matchAll(new RegExp(MONTH, 'gi'))].map(([, name]) => MONTHS.indexOf(name!.toLowerCase()) + 1);
  const [year] = years;
  const [month, ...later] = months;
  if (year === undefined || month === undefined) return undefined;
  // "December 28 - January 10, 2027": the year is that of the end.
  const first = years.length === 1 && later.some((one) => one < month) ? year - 1 : year;
  const [, after] = new RegExp(`${MONTH} (\\d{1,2})(?:st|nd|rd|th)?\\b`, 'i').exec(text)?.slice(1) ?? [];
  const [before] = new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)? (?:of )?${MONTH}`, 'i').exec(text)?.slice(1) ?? [];
  const day = after ?? before;
  if (day !== undefined) return dayOf(first, month, Number(day));
  return new Date(Date.UTC(first, month, 0)).toISOString().slice(0, 10);
}

const dayOf = (year: number, month: number, day: number) =>
  realDay(`${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`);

const realDay = (day: string) => (parseInstant(`${day}T00:00Z`) === undefined ? undefined : day);

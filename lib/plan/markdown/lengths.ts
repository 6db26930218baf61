import { plain } from '../../facts/format';
import type { Said } from '../draft/reading';
import { plainWords } from './words';

const UNITS: Record<string, [unit: string, times: number]> = {
  h: ['hour', 1],
  hr: ['hour', 1],
  hour: ['hour', 1],
  day: ['day', 1],
  week: ['week', 1],
  // Of the schema's units none is a month.
  month: ['day', 30],
};

/** The lengths of time in a text, as a release file writes them. @example lengthsIn('~1 week') → ['1 week'] */
export function lengthsIn(text: string): string[] {
  const words = plainWords(text).replace(/\bfirst (week|month)\b|\b(week|month) 1\b/g, (_, a, b) => `1 ${a ?? b}`);
  return [...words.matchAll(/(?<![\d.]\s?)\b(\d{1,4}|an?) (h|hr|hour|day|week|month)s?\b/g)].map(([, count, unit]) => {
    const [name, times] = UNITS[unit!]!;
    const value = (Number(count) || 1) * times;
    return `${value} ${name}${value === 1 ? '' : 's'}`;
  });
}

const HOURS: Record<string, number> = { hour: 1, day: 24, week: 168 };

/** @example hoursIn('2 weeks') === 336 */
export function hoursIn(length: string): number {
  const [count, unit] = length.split(' ');
  return Number(count) * HOURS[unit!.replace(/s$/, '')]!;
}

/** What a template and its users add without changing the length: "(minimum 2 hours)", ", starting 4/20", "(8/21 - 8/22)". */
const ADDED = /[\s,(]{1,3}(?:minimum|starting|beginning)\b[^()]*\)?$/i;
const DATE =
  '(?:\\d{1,4}[/.-]\\d{1,2}(?:[/.-]\\d{2,4})?|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\\.? \\d{1,2}(?:st|nd|rd|th)?(?:,? \\d{4})?|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\\b)';
const DATES = new RegExp(
  `[\\s,:(–—-]+(?:from )?${DATE}(?:\\s*(?:[-–—,]|to|until|through)?\\s*(?:${DATE}|\\d{1,2}\\b))*\\s*\\)?$`,
  'i',
);

/** Of the last stage: it lasts. */
export const GOES_ON = /^\W*(on-?going|indefinite(ly)?|permanent(ly)?|forever|until .*|n\/a|none|-+|–|—)\W*$/i;

/** Whether two days such as "8/21 - 8/22" are as far apart as a length says, with or without the last of them. */
function fits(dates: string, hours: number): boolean {
  const days = [...dates.matchAll(/(?<![\d/.])(\d{1,2})\/(\d{1,2})\b/g)].map(([, month, day]) =>
    Date.UTC(2024, Number(month) - 1, Number(day)),
  );
  if (days.length !== 2) return true;
  const apart = ((days[1]! - days[0]!) / 86_400_000 + 366) % 366;
  return Math.abs(apart + 0.5 - hours / 24) <= 0.5;
}

/** A length of time as a plan says it; what stands around it may change its meaning: "1-2 weeks", "2 weeks or 10 submissions". */
export function lengthSaid({ words, line }: { words: string; line: number }): Said<string> {
  const own = words.replace(ADDED, '').replace(DATES, '');
  const bare = plainWords(own).replace(/^(about|approximately|approx|around|an?) /, '');
  const lengths = lengthsIn(own);
  const dates = DATES.exec(words.replace(ADDED, ''))?.[0] ?? '';
  const isAll = bare.replace(/^an? /, '1 ').split(' ').length <= 2 && !/\d\s*[-–]\s*\d|[<>]/.test(own);
  const quoted = `"${plain(words, 60)}" in line ${line}`;
  if (isAll && lengths.length === 1)
    return fits(dates, hoursIn(lengths[0]!))
      ? { value: lengths[0]!, line }
      : { todo: `${quoted} names dates that are not ${lengths[0]} apart` };
  return lengths.length > 1
    ? { todo: `${quoted} says ${lengths.join(' and ')}` }
    : { todo: `${quoted} is no number of hours, days or weeks` };
}

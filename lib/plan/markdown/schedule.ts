import { plain } from '../../facts/format';
import { isForAll } from './labels';
import { pathTo, type Range } from './outline';
import { plainWords, shareOfUsersIn, sharesIn, wordsOf } from './words';

/** "Week 1", "First month", "Day 3-5": of the rollout, or after it. */
const ORDINAL = /\b(?:(hour|day|week|month)s? (\d{1,2})|(first|second|third|fourth) (hour|day|week|month))\b/;
/** Says that it is the time after the launch. */
const AFTER = /\b(after|post\w*|since|following|check(?:s|ins?)?|go live|live|ga|general availability)\b/;
const SCHEDULE = /\b(schedule|timeline|calendar|ramp)\b/i;

interface Headed extends Range {
  depth: number;
  text: string;
}

/**
 * Whether "Week 1" may be a week of the rollout and not the one after it: the plan has a share of users for such a time, or
 * under it, or goes on with a second one. What says that it is after the launch, by itself or by a heading over it, is not.
 *
 * @returns by the words over a place and its own, outermost first: why nobody can tell, if so
 */
export function scheduleIn(
  source: string,
  headings: readonly Headed[],
): (path: readonly string[]) => string | undefined {
  let [from, nearest] = [0, -1];
  const found: { line: number; unit: string; isShared: boolean }[] = [];
  let under: ReturnType<typeof ordinalIn>;
  for (const [index, raw] of source.split('\n').entries()) {
    const before = nearest;
    while ((headings[nearest + 1]?.from ?? Number.POSITIVE_INFINITY) <= from + raw.length) nearest++;
    const text = wordsOf(raw);
    from += raw.length + 1;
    const said = ordinalIn(text);
    const isShared = shareIn(text, said !== undefined);
    if (!said && !isShared && before === nearest) continue;
    const path = nearest < 0 ? [] : pathTo(headings, nearest).map((heading) => heading.text);
    const own = isAfter([...path, text]) ? undefined : said;
    if (before !== nearest) under = own;
    const time = own ?? (isShared && !isAfter(path) ? under : undefined);
    if (time && (isShared || (time.nth > 1 && time.isFirst)))
      found.push({ line: index + 1, unit: time.unit, isShared });
  }
  return (path) => {
    const text = path.at(-1) ?? '';
    const time = ordinalIn(text);
    if (!time || isAfter(path)) return undefined;
    const quoted = `"${plain(text, 60)}" may be a ${time.unit} of the rollout`;
    const other = found.find(({ unit }) => unit === time.unit) ?? found.find(({ isShared }) => isShared);
    if (other)
      return `${quoted}: line ${other.line} ${other.isShared ? 'has a share of users' : `names another ${other.unit}`}`;
    const over = path.find((one) => SCHEDULE.test(one));
    return over === undefined ? undefined : `${quoted}: it stands under "${plain(over, 60)}"`;
  };
}

const NTH = ['first', 'second', 'third', 'fourth'];

function ordinalIn(text: string): { unit: string; nth: number; isFirst: boolean } | undefined {
  const words = plainWords(text.replaceAll('#', ' '));
  const found = ORDINAL.exec(words);
  if (!found) return undefined;
  const [, unit, count, nth, of] = found;
  return {
    unit: unit ?? of!,
    nth: count === undefined ? NTH.indexOf(nth!) + 1 : Number(count),
    isFirst: found.index === 0,
  };
}

/** What stands for all users, or says that it is later, is after the launch. */
const isAfter = (path: readonly string[]): boolean =>
  path.some((text) => AFTER.test(plainWords(text)) || isForAll(text) || shareOfUsersIn(text) === 1);

/** Whether a line names a share of users below all of them; beside a time, any whole number of percent may be one. */
const shareIn = (text: string, isTimed: boolean): boolean =>
  (shareOfUsersIn(text) ?? 1) < 1 ||
  (isTimed && sharesIn(text).some((share) => share < 1 && Number.isInteger(Number((share * 100).toPrecision(12)))));

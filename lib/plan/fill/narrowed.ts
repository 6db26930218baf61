import { plain } from '../../facts/format';
import type { Release } from '../../release/schema';
import {
  isAside,
  isLabel,
  isNeutral,
  isOther,
  isPartOfTime,
  isPlanned,
  isRehearsal,
  isTitle,
  isTurned,
  isWayBack,
  leavesName,
  looksLikeHeading,
  namesPart,
  narrowsRow,
} from '../markdown/labels';
import { plainWords, shareOfUsersIn } from '../markdown/words';
import type { Blank } from './blanks';
import { beforeName, nameOf, type Part, partOf, withoutName } from './part-of';
import { withoutRelease } from './rivals';
import { timeOf } from './times';

/** A blank beside another. */
const OPEN = /^\W*(fill|pick)[\W_]*(in|one)\W*$/i;
const OTHER = 'asks for something else than what was measured in it';

/**
 * Whether what stands over a blank leaves it all that its stage or check measured. What is under the heading of the
 * stage says so in words that are known: any other may narrow what is asked ("Mobile", "Peak hour"). What is over it
 * plans nothing and names no other measure.
 *
 * @returns undefined if so, else why the blank stays open
 */
export function narrowedBy(blank: Blank, part: Part, release: Release): string | undefined {
  const { places, beside, lead, questions, row } = blank;
  const partIn = (text: string) => partOf([{ text, share: shareOfUsersIn(text) }], release);
  const isPart = (text: string) => 'kind' in partIn(text);
  const at = places.findLastIndex((place) => 'kind' in partOf([place], release));
  const own = places[at]!;
  const isHeading = own.from !== undefined;
  const heading = isHeading ? blank.near.find((text) => looksLikeHeading(text) && isPart(text)) : undefined;
  if (heading !== undefined && nameOf(partIn(heading) as Part) !== nameOf(part))
    return `"${plain(heading, 60)}" over it may be its heading`;
  const trial = places.find(({ text }) => isRehearsal(text));
  if (trial) return `"${plain(trial.text, 60)}" is a trial, and not ${nameOf(part)}`;
  if (isPlanned(own.text) || isTurned(withoutName(own.text, part))) return OTHER;
  if (part.kind === 'stage' && isPartOfTime(own.text))
    return `"${plain(own.text, 60)}" may ask for a part of ${nameOf(part)}`;
  const before = release.endpoints.reduce((text, { name }) => text.replaceAll(name, ' '), own.text);
  const rest = withoutName(own.text, part);
  const isBeside = isAside(rest, rest.trim() !== plainWords(own.text));
  if (isWayBack(own.text) || isBeside || !leavesName(withoutRelease(beforeName(before, part), release)))
    return `"${plain(own.text, 60)}" may be something else than ${nameOf(part)}`;
  const said = beside.filter(
    ({ head, text }) => /\p{L}/u.test(text) && !OPEN.test(text) && !isPart(head) && !isOther(head) && !timeOf(head),
  );
  const under = [
    ...places.slice(at + 1).flatMap(({ text }) => (questions.includes(text) ? [] : [text])),
    ...(lead === undefined ? [] : [lead]),
    ...(own.text === row ? [] : said.map(({ text }) => text)),
  ];
  const narrowing =
    own.text === row ? said.find(({ head, text }) => narrowsRow(text) || namesPart(head, text)) : undefined;
  if (narrowing) return `"${plain(narrowing.text, 60)}" beside it may ask for a part of ${nameOf(part)}`;
  const over = places.slice(0, at).filter(({ text }) => !questions.includes(text));
  const outer = partOf(
    over.filter(({ from }) => from !== undefined),
    release,
  );
  if (!isHeading && !questions.includes(own.text) && 'kind' in outer && nameOf(outer) !== nameOf(part))
    return `"${plain(own.text, 60)}" stands under ${nameOf(outer)}`;
  // Where a cell or an item names the stage, the heading over all of them says what is asked of each.
  const last = isHeading ? over.length : over.findLastIndex(({ from }) => from !== undefined);
  const asking = [
    ...under.filter((text) => text !== lead || isLabel(text)),
    ...over.slice(Math.max(0, last)).flatMap(({ text, depth }) => (depth === 1 ? [] : [text])),
  ];
  if ([...under, ...asking].some(isOther)) return OTHER;
  const unknown = asking.find(
    (text) => ![text, withoutRelease(text, release)].some((one) => isNeutral(one) || isTitle(one)) && !isPart(text),
  );
  if (unknown !== undefined)
    return `"${plain(unknown, 60).replace(/[:：]$/, '')}" over it may ask for a part of what was measured`;
  const isResult = under.some((text) => /\b(results?|actuals?|measured|observed)\b/i.test(text));
  return !isResult && over.some(({ text }) => isOther(text.replace(/\bplan\b/gi, ''))) ? OTHER : undefined;
}

import { plain } from '../../facts/format';
import { shapeOfPath, WORDS_OF_USERS, wordsOfName } from '../../release/events/users-of';
import type { Release } from '../../release/schema';
import { eventQueriesOf, type UsersOf } from '../../release/source-section';
import { isLabel, isNeutral } from '../markdown/labels';
import type { Blank } from './blanks';
import { partOf } from './part-of';

/** Of which users a blank asks the number: those of all pages, or of the one that it names. */
export interface UsersAsked {
  page?: UsersOf;
  /** Exposed or not, only those exposed, or a number for each; absent where the plan leaves it to the answer. */
  who?: 'all' | 'exposed' | 'both';
  /** The blank with nothing left in its labels of what they say about users and the page. */
  rest: Blank;
}

const USERS = /\b(users?|veterans?)\b/i;
const NUMBER = /\b(number|count|how many|total|unique|distinct|exposed)\b|^\W*(users|veterans)\b/i;
/** Who has it. */
const FEATURE = /\b(?:who )?(?:with|had|have|has|got|see|saw) (?:the|this) (?:new )?feature\b/gi;
const ALL = /\b(total|all|overall)\b/i;
const BOTH =
  /\b(total|all|overall)\b[^a-z]*([/,&|]| and | or | vs\.? )[^a-z]*\bexposed\b|\bexposed\b[^a-z]*([/,&|]| and | or | vs\.? )[^a-z]*\b(total|all|overall)\b/i;
/** What labels about users say beside the words that are no page's name. */
const BESIDE = new Set('and or vs distinct get post put patch delete visited visiting viewed viewing'.split(' '));
const ADDRESS = /(?<![\w/])(?:https?:\/\/)?(?:[\w-]+(?:\.[\w-]+)+)?(\/[^\s,;()|"']+)/g;

/**
 * Of which users a blank asks the number. The page is known by its name or path, in the blank's own label, those that it
 * is indented under, the cells of its row, the head of its column, or a heading below that of its stage. What is
 * innermost says whether all users or those exposed are meant.
 *
 * @returns undefined for a blank that asks for something else; else it may stay open, since nothing counts these users
 */
export function usersAsked(blank: Blank, release: Release): UsersAsked | { open: string } | undefined {
  const { places, questions, over, lead, beside } = blank;
  const pages = eventQueriesOf(release).usersOf;
  const isPart = (text: string) => 'kind' in partOf([{ text }], release);
  const at = places.findLastIndex((place) => 'kind' in partOf([place], release));
  const under = places.slice(at + 1).map(({ text }) => text);
  const labels = [...questions.toReversed(), ...over, ...under.toReversed(), ...(lead && isLabel(lead) ? [lead] : [])];
  const cells = beside.map(({ text }) => text).filter((text) => saidIn(text, pages).pages.length > 0);
  const said = new Map(
    [...labels, ...cells].filter((text) => !isPart(text)).map((text) => [text, saidIn(text, pages)] as const),
  );
  const asking = [...said.keys()].filter((text) => USERS.test(text));
  if (asking.length === 0) return undefined;
  const named = [...new Set([...said.values()].flatMap((one) => one.pages))];
  if (named.length > 1)
    return { open: `it names more than one page: ${named.map(({ name }) => `"${plain(name, 60)}"`).join(' and ')}` };
  const isOpen = (text: string) => said.has(text) && said.get(text)!.rest !== '' && !isNeutral(said.get(text)!.rest);
  const unknown = [...asking, ...questions].find(isOpen);
  if (unknown !== undefined)
    return asking.some((text) => NUMBER.test(text))
      ? {
          open: `no query of the release file counts ${asking.includes(unknown) ? '' : 'the users of '}"${plain(unknown, 60)}"`,
        }
      : undefined;
  const without = (text: string) => {
    const found = said.get(text);
    return found && (asking.includes(text) || found.pages.length > 0) ? found.rest : text;
  };
  const who = [...said.values()].map(({ text }) => whoIn(text)).find((one) => one !== undefined);
  return {
    ...(named[0] && { page: named[0] }),
    ...(who && { who }),
    rest: {
      ...blank,
      places: places.map((place) => ({ ...place, text: without(place.text) })),
      questions: questions.map(without),
      over: over.map(without),
      beside: beside.map((cell) => ({ ...cell, text: without(cell.text) })),
      ...(lead !== undefined && { lead: without(lead) }),
    },
  };
}

/** @example whoIn('Total number of users') === 'all' */
function whoIn(text: string): UsersAsked['who'] {
  if (BOTH.test(text)) return 'both';
  if (/\bexposed\b/i.test(text)) return 'exposed';
  return ALL.test(text) ? 'all' : undefined;
}

/** The pages that a label names, the longest name first; its words without them, and those that say nothing about users. */
function saidIn(label: string, pages: readonly UsersOf[]): { pages: UsersOf[]; text: string; rest: string } {
  const found: UsersOf[] = [];
  const others: string[] = [];
  const named = label.replace(FEATURE, 'exposed').replace(ADDRESS, (all, address: string) => {
    const shape = shapeOfPath(address.replace(/[.:]+$/, ''));
    const page = pages.find(({ path }) => path !== undefined && shapeOfPath(path) === shape);
    if (page) found.push(page);
    else if (WORDS_OF_USERS.has(address.slice(1))) return all;
    else others.push(address);
    return ' ';
  });
  const byLength = pages.toSorted((a, b) => wordsOfName(b.name).length - wordsOfName(a.name).length);
  const text = byLength.reduce((left, page) => {
    const without = left.replace(patternOf(page), ' ');
    if (without !== left) found.push(page);
    return without;
  }, named);
  const words = wordsOfName(text)
    .split(' ')
    .filter((word) => word !== '' && !WORDS_OF_USERS.has(word) && !BESIDE.has(word));
  return { pages: [...new Set(found)], text, rest: [...words, ...others].join(' ') };
}

/** The words of a name, whatever stands between them. */
const patternOf = ({ name }: UsersOf): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])#?${wordsOfName(name).split(' ').join('[^\\p{L}\\p{N}]+')}(?![\\p{L}\\p{N}])`, 'giu');

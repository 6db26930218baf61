/** The bullets that a word processor leaves as text. */
export const BULLETS = '•◦▪‣·●○■□➢►§';

/** Words without the marks of bullets, emphasis, links, escapes, tags and anchors ("Stage A {#stage-a}"). */
export const wordsOf = (text: string): string =>
  text
    .replace(/<\/?[a-z!][^>]*>/gi, ' ')
    .replace(/&nbsp;|&#160;/gi, ' ')
    .replace(/\{#[^}\s]*\}\s*$/, '')
    .replace(MARK, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\\([^\w\s]|_)/g, '$1')
    .replace(/(\*\*|__|~~|`)|(?<!\w)[*_]|[*_](?!\w)/g, '')
    .replace(/\s+/g, ' ')
    .trim();

const MARK = new RegExp(`^[\\s>]*(?:(?:(?:[-*+${BULLETS}]|\\d+[.)])\\s+|[${BULLETS}]|o\\t)(?:\\[[ xX]\\]\\s+)?)?`);

/** How far a line is indented; a word processor leaves the bullet of a deeper level ("o", "§") at the margin. */
export const indentOf = (text: string): number =>
  /^[\s>\ufeff]*/.exec(text)![0].replaceAll('\t', '    ').length + DEEPER.findIndex((bullet) => bullet.test(text)) + 1;

const DEEPER = [/^[\s>]*o\t/, /^[\s>]*§\s/];

/** What a heading calls a part of a rollout. */
export const STAGE_LIKE = /\b(stage|phase|canary|wave)\b/i;

const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** Words to compare. @example plainWords('One-Week results:') === plainWords('1-week results') */
export const plainWords = (text: string): string =>
  text
    .toLowerCase()
    .replace(/(\d)\s%/g, '$1%')
    .replace(/[^\p{L}\p{N}%.#]+/gu, ' ')
    .split(' ')
    .map((word) => (NUMBERS.includes(word) ? String(NUMBERS.indexOf(word) + 1) : word))
    .join(' ')
    .trim();

/** The shares that a text names, as fractions. @example sharesIn('from 25% to 50 %') → [0.25, 0.5] */
export const sharesIn = (text: string): number[] =>
  [...text.matchAll(/(?<![\d.,<>~+-])(100|\d{1,2}(?:\.\d+|,\d)?)\s?%/g)].map(([, share]) =>
    Number((Number(share!.replace(',', '.')) / 100).toPrecision(12)),
  );

/**
 * "25%-50%" is no one share; "2% of messages" and "100% at two sites" are none of users, and "25% of users,
 * except new ones" is one of a part of them. "Another 25%", "up to 25%" and "from 25%" say of no time how many users there are.
 */
const isOfOthers = (text: string): boolean => OF_OTHERS.some((form) => form.test(text));

const OF_OTHERS = [
  /%\s?[-–—]\s?\d/,
  /% (?:at\b|(?:requests|sessions|messages)\b|of (?!(?:all |the |our |active |authenticated )*(?:users|veterans)\b))/i,
  /\b(?:another|additional|remaining|next|up to|(?<!roll[- ]?back )from|back (?:at|to)|skip) \d[\d.,]*\s?%/i,
  /%.*\b(?:excluding|except|other than|only)\b/i,
  /% of [\w ]*\b(?:users|veterans) (?:who|whose|in the|in (?:the )?[A-Z]\w+ (?:region|zone|sites?)|at (?!\d)|with (?!the (?:toggle|flag|feature))|on (?:ios|android|mobile|web|desktop)|from the)\b/i,
];

/** What a plan says behind "Percentage of users", without the template's "(and roughly how many users ...)". */
export const SHARE_SAID = /percent(?:age)? of users\b(?:\s*\([^)%\n]*\))?[^\w<>]*([^\n]*)/i;

/** The shares of users that follow such a label; what stands in brackets behind them is advice or a count. */
export const sharesOfUsersIn = (words: string): number[] => (isOfOthers(words) ? [] : sharesIn(words.split('(')[0]!));

/** The one share of users that a heading names; other percentages than of users are rates, limits and the like. */
export function shareOfUsersIn(text: string): number | undefined {
  const isOfUsers =
    STAGE_LIKE.test(text) ||
    /\b(users|veterans|rollout)\b|^\W*[\d.,]+\s?%\W*$|^\W*(ga|general availability|ramp[ -]?up|step|ring)\b/i.test(
      text,
    );
  const shares = [...new Set(isOfUsers && !isOfOthers(text) ? sharesIn(text) : [])];
  return shares.length === 1 ? shares[0] : undefined;
}

/** @example shareText(0.07) === '7%' */
export const shareText = (share: number): string => `${Number((share * 100).toPrecision(12))}%`;

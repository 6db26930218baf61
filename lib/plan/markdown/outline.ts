import type { Nodes, Root } from 'mdast';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { BULLETS, SHARE_SAID, STAGE_LIKE, shareOfUsersIn, sharesOfUsersIn, wordsOf } from './words';

const reader = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter, ['yaml', 'toml']);

export interface Range {
  from: number;
  to: number;
}

/** A heading, and a line that stands as one: bold, or "Stage B: 50% of users:" by itself. */
export interface Heading extends Range {
  depth: number;
  text: string;
  /** The one share of users that it, or "Percentage of users" under it, says, if it tells it from repeated ones. */
  share?: number;
  /** Whether another heading under the same headings has the same words, so that they tell nothing. */
  repeated: boolean;
}

type Found = Omit<Heading, 'repeated'>;

export interface Outline {
  tree: Root;
  headings: Heading[];
  /** What is an example and no text of the plan: code, front matter, comments. */
  quoted: Range[];
  /** Blocks of HTML, in which Markdown is not read. */
  html: Range[];
  /** Links and images with their words, and the definitions of their addresses. */
  links: Range[];
}

/** Below every heading of Markdown. */
const LINE_DEPTH = 7;
/** What folds away is under what is around it, to the end of it: its summary is a heading above all others inside. */
const FOLD_DEPTH = 10;
const HIDDEN = /<!--[\s\S]*?-->|<(pre|code|script|style|textarea)\b[^>]*>[\s\S]*?<\/\1\s*>/gi;
/** As Google Docs puts it behind a heading. */
const ANCHOR = /\s*\{#[^}\s]*\}\s*$/;
/** A link in HTML, and any tag: what stands in its attributes is no text. */
const HTML_LINK = /<a\b[^>]*>[\s\S]*?<\/a\s*>|<[a-z][a-z0-9-]*\s[^>]*>/gi;
const HTML_HEADING = /<h([1-6])\b[^>]*>([\s\S]*?)<\/h\1\s*>/gi;
const FOLD = /<details\b[^>]*>(?:\s*<summary\b[^>]*>([\s\S]*?)<\/summary\s*>)?|<\/details\s*>/gi;

/** How a plan in Markdown, with or without HTML in it, is laid out. Offsets are the source's own. */
export function outlineOf(source: string): Outline {
  // The reader drops a byte order mark without counting it.
  const shift = source.startsWith('\ufeff') ? 1 : 0;
  const tree = reader.parse(source.slice(shift));
  const headings: Found[] = [];
  const quoted: Range[] = [];
  const html: Range[] = [];
  const links: Range[] = [];
  const visit = (node: Nodes, parent?: Nodes) => {
    // An address that is linked by itself has no position, and no heading or code in it.
    if (!node.position) return;
    const { start, end } = node.position;
    start.offset! += shift;
    end.offset! += shift;
    const range = { from: start.offset!, to: end.offset! };
    if (node.type === 'heading') headings.push({ ...range, depth: node.depth, text: textOf(node).replace(ANCHOR, '') });
    if (node.type === 'paragraph' && parent?.type === 'root' && standsAlone(node))
      headings.push({ ...range, depth: LINE_DEPTH, text: textOf(node) });
    if (['code', 'inlineCode', 'yaml', 'toml'].includes(node.type) && !isPastedList(node)) quoted.push(range);
    if (/^(link|image)|^definition$/.test(node.type)) links.push(range);
    if (node.type === 'html' && node.value.startsWith('<!--')) quoted.push(range);
    else if (node.type === 'html' && parent?.type !== 'paragraph') {
      html.push(range);
      for (const { index, 0: all, 1: depth, 2: text } of node.value.matchAll(HTML_HEADING)) {
        const from = range.from + index;
        headings.push({ from, to: from + all.length, depth: Number(depth), text: wordsOf(text!) });
      }
    }
    if ('children' in node) for (const child of node.children) visit(child, node);
  };
  visit(tree);
  const examples = merged(quoted);
  for (const { index, 0: text } of source.matchAll(HIDDEN))
    if (!isIn(examples, index)) quoted.push({ from: index, to: index + text.length });
  const hidden = merged(quoted);
  const shown = (from: number) => !isIn(hidden, from);
  for (const { index, 0: tag } of source.matchAll(HTML_LINK))
    if (shown(index)) links.push({ from: index, to: index + tag.length });
  const folded = withFolds(source, shown, headings);
  return {
    tree,
    quoted: hidden,
    html: merged(html),
    links: merged(links),
    headings: toldApart(folded, source),
  };
}

/** Headings with the summaries of what folds away among them, each of which ends where its fold does. */
function withFolds(source: string, shown: (from: number) => boolean, headings: readonly Found[]): Found[] {
  const folds: Found[] = [];
  const levels: { from: number; level: number }[] = [];
  let level = 0;
  for (const { index: from, 0: tag, 1: summary = '' } of source.matchAll(FOLD)) {
    if (!shown(from)) continue;
    const isEnd = tag.startsWith('</');
    if (!isEnd) level++;
    if (level === 0) continue;
    folds.push({ from, to: from + tag.length, depth: FOLD_DEPTH * level, text: isEnd ? '' : wordsOf(summary) });
    if (isEnd) level--;
    levels.push({ from, level });
  }
  const levelAt = (at: number) => levels.findLast(({ from }) => from <= at)?.level ?? 0;
  const inside = headings.map((heading) => ({ ...heading, depth: heading.depth + FOLD_DEPTH * levelAt(heading.from) }));
  return inOrder([...inside, ...folds]);
}

/** Headings with what tells them apart: their share of users, where the same words stand over several sections. */
function toldApart(headings: readonly Found[], source: string): Heading[] {
  const shares = headings.map(({ text }, index) => {
    const { from, to } = sectionOf(headings, index, source.length);
    return shareOf(text, source.slice(from, to));
  });
  const paths = headings.map((_, index) => JSON.stringify(pathTo(headings, index).map(({ text }) => text)));
  const alike = new Map<string, number[]>();
  for (const [index, path] of paths.entries()) {
    const before = alike.get(path);
    if (before) before.push(index);
    else alike.set(path, [index]);
  }
  return headings.map((heading, index) => {
    const same = alike.get(paths[index]!)!.filter((other) => other !== index);
    const share = shares[index];
    const isOwn = share !== undefined && same.every((other) => shares[other] !== share);
    return { ...heading, ...(isOwn && { share }), repeated: same.length > 0 };
  });
}

/** The last of what begins at or before an offset, by its place in the order; -1 if all is behind it. */
export function lastAt(ordered: readonly { from: number }[], at: number): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ordered[middle]!.from <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Whether an offset is in one of `merged` ranges. */
export const isIn = (ranges: readonly Range[], at: number): boolean => at < (ranges[lastAt(ranges, at)]?.to ?? -1);

/** Ranges in their order, those that overlap as one, as `isIn` takes them. */
export function merged(ranges: readonly Range[]): Range[] {
  const found: Range[] = [];
  for (const range of inOrder(ranges)) {
    const last = found.at(-1);
    if (last && range.from < last.to) last.to = Math.max(last.to, range.to);
    else found.push({ ...range });
  }
  return found;
}

/** Where a node stands in the source; undefined for what the reader made up. */
export const wholeOf = ({ position }: Nodes): Range | undefined =>
  position && { from: position.start.offset!, to: position.end.offset! };

const inOrder = <T extends Range>(ranges: readonly T[]): T[] => ranges.toSorted((a, b) => a.from - b.from);

/** The headings that the one at `index` is under, outermost first, and itself. */
export function pathTo<T extends { depth: number }>(headings: readonly T[], index: number): T[] {
  const path: T[] = [];
  for (const heading of headings.slice(0, index + 1)) {
    while (path.length > 0 && path.at(-1)!.depth >= heading.depth) path.pop();
    path.push(heading);
  }
  return path;
}

/** What stands under the heading at `index`, up to the next one that is not below it. */
export function sectionOf(headings: readonly (Range & { depth: number })[], index: number, end: number): Range {
  const { to, depth } = headings[index]!;
  const next = headings.find((other, at) => at > index && other.depth <= depth);
  return { from: to, to: next?.from ?? end };
}

const textOf = (node: Nodes): string =>
  'value' in node && node.type !== 'html' ? node.value : 'children' in node ? node.children.map(textOf).join('') : '';

/** Items that a word processor indented so far that they are code to a reader of Markdown. */
const isPastedList = (node: Nodes): boolean =>
  node.type === 'code' && PASTED.test(node.value) && !isFenced(node.value, node.position!);

/** A fence adds a line above the code and one below it. */
const isFenced = (value: string, { start, end }: NonNullable<Nodes['position']>): boolean =>
  end.line - start.line >= value.split('\n').length;

const PASTED = new RegExp(`^(?:[${BULLETS}]\\s|o\\t)`);

function standsAlone(node: Nodes & { type: 'paragraph' }): boolean {
  const text = textOf(node).trim();
  const isBold = node.children.every((one) => isStrong(one) || textOf(one).trim().replace(':', '') === '');
  return text.length <= 80 && !/[\n[]/.test(text) && (isBold || (STAGE_LIKE.test(text) && /:$/.test(text)));
}

/** Bold, or bold in italics. */
const isStrong = (node: Nodes): boolean =>
  node.type === 'strong' || (node.type === 'emphasis' && node.children.length > 0 && node.children.every(isStrong));

/** The one share of users that a heading names, else the one that its section says in so many words. */
function shareOf(text: string, section: string): number | undefined {
  const own = shareOfUsersIn(text);
  if (own !== undefined || !STAGE_LIKE.test(text)) return own;
  const said = [...section.matchAll(new RegExp(SHARE_SAID, 'gi'))].flatMap(([, words]) => sharesOfUsersIn(words!));
  return new Set(said).size === 1 ? said[0] : undefined;
}

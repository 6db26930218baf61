import type { Nodes, Table } from 'mdast';
import { type Outline, type Range, wholeOf } from './outline';
import { wordsOf } from './words';

/** A cell of a table, and what says what stands in it. */
export interface Cell extends Range {
  /** Where its table begins. */
  table: number;
  /** The first cell of the table's head, which may say what all others are about. */
  corner: string;
  /** The first cell of its row. */
  row: string;
  /** The nearest row above that has nothing but its first cell, as one that heads those below it has. */
  group: string;
  /** The head of its column. */
  head: string;
  /** The cells between the first of the row and itself, with the heads of their columns. */
  beside: { head: string; text: string }[];
}

/** A row as the ranges of what is in its cells. */
type Row = Range[];

/** The cells of all tables, in their order. Tables in HTML with merged or nested cells, or rows of different lengths, are left out. */
export function cellsOf({ tree, html }: Outline, source: string): Cell[] {
  const tables = [
    ...markdownIn(tree),
    ...html.flatMap((range) => htmlTablesIn(source.slice(range.from, range.to), range)),
  ];
  const cells = tables.flatMap(({ rows, hasHead }) => {
    const text = ({ from, to }: Range) => wordsOf(source.slice(from, to).replace(/^\||\|$/g, ''));
    const heads = hasHead ? rows[0]!.map(text) : [];
    let group = '';
    return rows.flatMap((row, index) => {
      const texts = row.map(text);
      const isHead = hasHead && index === 0;
      if (!isHead && headsOthers(texts)) group = texts[0]!;
      const over = group;
      return row.map((range, at) => ({
        ...range,
        table: rows[0]![0]!.from,
        corner: isHead || at === 0 ? '' : (heads[0] ?? ''),
        row: at === 0 ? '' : rowName(heads[0], texts[0]!),
        group: at === 0 ? '' : rowName(heads[0], over),
        head: isHead ? '' : (heads[at] ?? ''),
        beside: texts.slice(1, Math.max(1, at)).map((words, nth) => ({ head: heads[nth + 1] ?? '', text: words })),
      }));
    });
  });
  return cells.sort((a, b) => a.from - b.from);
}

/** Nothing but a first cell; an endpoint's row may wait for what stands in it. */
const headsOthers = ([first, ...rest]: string[]): boolean =>
  rest.length > 0 && /^[\p{L}\d]/u.test(first!) && !first!.includes('/') && rest.every((text) => text === '');

/** In a column "Stage", "A" is stage A. */
const rowName = (corner: string | undefined, text: string): string =>
  /^(stage|phase|wave)$/i.test(corner ?? '') && /^[\p{L}\p{N}]{1,3}$/u.test(text) ? `${corner} ${text}` : text;

/** The tables of Markdown. */
export const tablesIn = (tree: Nodes): Range[] => tableNodes(tree).flatMap((table) => wholeOf(table) ?? []);

function tableNodes(tree: Nodes): Table[] {
  const found: Table[] = [];
  const visit = (node: Nodes) => {
    if (node.type === 'table') found.push(node);
    else if ('children' in node) for (const child of node.children) visit(child);
  };
  visit(tree);
  return found;
}

const markdownIn = (tree: Nodes): { rows: Row[]; hasHead: boolean }[] =>
  tableNodes(tree).map(({ children }) => ({
    rows: children.map((row) => row.children.flatMap((cell) => wholeOf(cell) ?? [])),
    hasHead: true,
  }));

const HTML_ROW = /<tr\b[^>]*>([\s\S]*?)(?=<tr\b|<\/tr|<\/t(?:able|body|head)|$)/gi;
const HTML_CELL = /<t([hd])\b[^>]*>([\s\S]*?)(?=<t[hd]\b|<\/t[hd]|$)/gi;

function htmlTablesIn(block: string, { from }: Range): { rows: Row[]; hasHead: boolean }[] {
  return [...block.matchAll(/<table\b[\s\S]*?<\/table\s*>/gi)].flatMap(({ index: start, 0: table }) => {
    if (/<table\b[\s\S]*<table\b|\b(row|col)span\s*=/i.test(table)) return [];
    const rows = [...table.matchAll(HTML_ROW)].map((row) => {
      const at = from + start + row.index + row[0].length - row[1]!.length;
      const cells = [...row[1]!.matchAll(HTML_CELL)];
      return {
        isHead: cells.every(([, kind]) => kind!.toLowerCase() === 'h'),
        cells: cells.map((cell) => {
          const to = at + cell.index + cell[0].length;
          return { from: to - cell[2]!.length, to };
        }),
      };
    });
    const isEven = rows.every(({ cells }) => cells.length > 0 && cells.length === rows[0]!.cells.length);
    return rows.length > 0 && isEven ? [{ rows: rows.map(({ cells }) => cells), hasHead: rows[0]!.isHead }] : [];
  });
}

import type { Nodes, Table, TableRow } from 'mdast';
import { plain } from '../../facts/format';
import { isHttps, nodesOf, textOf } from '../markdown/nodes';
import { pathTo } from '../markdown/outline';
import { wordsOf } from '../markdown/words';
import type { Reading, Unread } from './reading';

export interface PlannedToggle {
  name: string;
  description?: string;
  link?: string;
  line: number;
}

/** "Toggle name", "Feature flag"; not "Possible with feature toggles?", which a plan's template asks of kinds of change. */
const HEAD = /^(?:\w+ ){0,2}(?:toggles?|flippers?|flags?)(?: names?| keys?)?$/i;
const FLIPPER = /\/flipper\/features\/([\w.-]+)$/;
/** Said where there is none yet. */
const NONE = /^$|^(tbd|tba|n\/?a|none|-+)$|fill.{0,2}in/i;

/** Said of toggles that this release does not switch. */
const DONE =
  /\b(already (live|on|enabled|released|launched|exist\w*|in use|at 100)|fully (enabled|launched|released|rolled out|live)|retired|deprecated|not part of|for reference|re-?used|no longer|depends? on|prerequisites?)\b/i;
/** The same of what is called toggles: "Related toggles", "Other flags". */
const BESIDE =
  /\b(related|existing|other|current|legacy|dependen\w+|previous|earlier|past|prior|old)\b.*\b(toggles?|flags?|flippers?)\b|\b(toggles?|flags?|flippers?)\b.*\b(of other|from (previous|earlier)|in use)\b/i;

/** In brackets behind a toggle. */
const NOT_OWN = /^\W*(related|existing|other|current|legacy|old|live)\b/i;

/** The toggles of a plan: those of its tables of toggles, those that it links, and those named behind "Toggles:". */
export function togglesIn(reading: Reading): { found: PlannedToggle[]; unread: Unread[]; none: string } {
  const { tree, lines, lineAt } = reading;
  const linked = [...nodesOf(tree)].flatMap((node) => {
    const name = node.type === 'link' && isHttps(node.url) ? FLIPPER.exec(node.url)?.[1] : undefined;
    if (node.type !== 'link' || !node.position || name === undefined) return [];
    return [{ name, link: node.url, line: lineAt(node.position.start.offset!) }];
  });
  const coded = lines.flatMap((text, index) =>
    /^\W*((feature|related|existing|other) )*(toggles?|flags?)\W*:/i.test(text)
      ? [...text.matchAll(/`([\w.-]+)`(?:\s*\(([^)]*)\))?/g)].map(([, name, behind = '']) => ({
          name: name!,
          line: index + 1,
          ...(NOT_OWN.test(behind) && { behind }),
        }))
      : [],
  );
  const tables = tablesOfToggles(tree);
  const inTables = tables.flatMap(({ column, rows }) =>
    rows.flatMap((row) => inRow(row, column, lineAt(row.position!.start.offset!))),
  );
  const names = new Set<string>();
  const all: (PlannedToggle & { behind?: string })[] = [...inTables, ...linked, ...coded].filter(
    ({ name }) => !NONE.test(name) && !names.has(name) && names.add(name),
  );
  const why = all.map(({ behind, ...toggle }) => ({
    toggle,
    other: behind === undefined ? otherOver(toggle.line, reading) : `"${plain(behind, 60)}" stands behind it`,
  }));
  return {
    found: why.filter(({ other }) => other === undefined).map(({ toggle }) => toggle),
    unread: why.flatMap(({ toggle: { name, line }, other }) =>
      other === undefined ? [] : [{ line, why: `the toggle "${plain(name, 60)}" may not be the release's: ${other}` }],
    ),
    none:
      all.length > 0
        ? 'the toggles of the plan may not be its own'
        : tables.length > 0
          ? 'the table of toggles names none yet'
          : 'no table of toggles and no link to one was found',
  };
}

/** What says that a toggle is not the release's own: its line, the line over its table or list, or a heading over that. */
function otherOver(line: number, { lines, headings, lineAt }: Reading): string | undefined {
  const own = wordsOf(lines[line - 1]!.replace(/`[^`]*`|\]\([^)\s]*\)/g, ' '));
  if (DONE.test(own) || (!own.startsWith('|') && BESIDE.test(own))) return `line ${line} says so`;
  let at = line - 2;
  while (at >= 0 && /^\s*([|]|[-*+•]\s|\d+[.)]\s|$)|^[\s|:-]*-[\s|:-]*$/.test(lines[at]!)) at--;
  const index = headings.findLastIndex((heading) => lineAt(heading.from) < line);
  const over = index < 0 ? [] : pathTo(headings, index).map(({ from }) => lineAt(from));
  const saying = [at + 1, ...over].find((one) => one > 0 && isOfOthers(wordsOf(lines[one - 1]!)));
  return saying === undefined
    ? undefined
    : `"${plain(wordsOf(lines[saying - 1]!), 60)}" stands over it in line ${saying}`;
}

const isOfOthers = (text: string): boolean =>
  BESIDE.test(text) || (DONE.test(text) && /\b(toggles?|flags?|flippers?)\b/i.test(text));

const tablesOfToggles = (tree: Nodes): { column: number; rows: TableRow[] }[] =>
  [...nodesOf(tree)]
    .filter((node): node is Table => node.type === 'table')
    .flatMap(({ children: [head, ...rows] }) => {
      const column = head!.children.findIndex((cell) => HEAD.test(textOf(cell).trim()));
      return column < 0 ? [] : [{ column, rows }];
    });

/** What a cell has in code are names ("FE: `new_page`"), else all of it is one. */
function inRow(row: TableRow, column: number, line: number): PlannedToggle[] {
  const cell = row.children[column];
  if (!cell) return [];
  const inside = [...nodesOf(cell)];
  const codes = inside.flatMap((node) => (node.type === 'inlineCode' ? [node.value] : []));
  const linked = inside.flatMap((node) => (node.type === 'link' && isHttps(node.url) ? [node.url] : []));
  const [link] = linked;
  const said = codes.length === 0 && link !== undefined ? FLIPPER.exec(link)?.[1] : undefined;
  const names = codes.length > 0 ? codes : [said ?? textOf(cell).replace(/^\s*\[(.*)\]\s*$/, '$1')];
  const next = row.children[column + 1];
  const description = plain(next ? textOf(next) : '', 500);
  return names.map((name) => ({
    name: plain(name, 200),
    line,
    ...(description !== '' && { description }),
    ...(names.length === 1 && linked.length === 1 && { link: link! }),
  }));
}

import type { Nodes, Table, TableRow } from 'mdast';
import { plain } from '../../facts/format';
import { isHttps, nodesOf, textOf } from '../markdown/nodes';
import type { Reading } from './reading';

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

/** The toggles of a plan: those of its tables of toggles, those that it links, and those named behind "Toggles:". */
export function togglesIn({ tree, lines, lineAt }: Reading): PlannedToggle[] {
  const linked = [...nodesOf(tree)].flatMap((node) => {
    const name = node.type === 'link' && isHttps(node.url) ? FLIPPER.exec(node.url)?.[1] : undefined;
    if (node.type !== 'link' || !node.position || name === undefined) return [];
    return [{ name, link: node.url, line: lineAt(node.position.start.offset!) }];
  });
  const coded = lines.flatMap((text, index) =>
    /^\W*(feature )?(toggles?|flags?)\W*:/i.test(text)
      ? [...text.matchAll(/`([\w.-]+)`/g)].map(([, name]) => ({ name: name!, line: index + 1 }))
      : [],
  );
  const names = new Set<string>();
  return [...inTables(tree, lineAt), ...linked, ...coded].filter(
    ({ name }) => !NONE.test(name) && !names.has(name) && names.add(name),
  );
}

function inTables(tree: Nodes, lineAt: Reading['lineAt']): PlannedToggle[] {
  return [...nodesOf(tree)]
    .filter((node): node is Table => node.type === 'table')
    .flatMap(({ children: [head, ...rows] }) => {
      const column = head!.children.findIndex((cell) => HEAD.test(textOf(cell).trim()));
      return column < 0 ? [] : rows.flatMap((row) => inRow(row, column, lineAt(row.position!.start.offset!)));
    });
}

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

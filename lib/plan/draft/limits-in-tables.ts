import type { Table } from 'mdast';
import { nodesOf } from '../markdown/nodes';
import { wordsOf } from '../markdown/words';
import type { Line } from './lines-asked';
import type { Reading } from './reading';

/** Heads of columns with what is asked for. */
const TARGET =
  /\b(targets?|thresholds?|limits?|goals?|criteri(?:on|a)|acceptable|allowed|tolerated|must be|should be)\b/i;
/** Heads of columns that say nothing of what is asked for: what was or will be measured, when, and by whom. */
const BESIDE =
  /\b(baseline|average|current|currently|now|today|before|after|actual|results?|measured|observed|stage|week|month|day|owner|who|team|source|link|dashboard|monitor|notes?|comments?|status|met|why|rationale|reason|action|description)\b/i;
const ERROR_RATE = /\b(error|failure) rates?\b/i;

/**
 * The rows of a table of targets, each target as a line that says what it is for: "`#prefill` error rate: < 1%". What its
 * headings say stands over it, since they may speak of another measure or of a part of the requests.
 */
export function limitsInTables({ tree, headings, lines, lineAt }: Reading): Line[] {
  const tables = [...nodesOf(tree)].filter((node): node is Table => node.type === 'table');
  return tables.flatMap(({ children, position }) => {
    const [heads, ...rows] = children.map((row) => ({
      line: lineAt(row.position!.start.offset!),
      // As they are written: a name in code is told from words.
      cells: row.children.map((cell) => {
        const { start, end } = cell.position!;
        return (lines[start.line - 1] ?? '')
          .slice(start.column - 1, end.column - 1)
          .replace(/^\s*\||\|\s*$/g, '')
          .trim();
      }),
    }));
    const { cells: names } = heads!;
    const heading = headings.findLast(({ from }) => from < position!.start.offset!)?.text ?? '';
    const targets = names.flatMap((head, at) => (at > 0 && TARGET.test(head) ? [at] : []));
    return rows.flatMap(({ line: own, cells }) =>
      targets.flatMap((at): Line[] => {
        const target = cells[at] ?? '';
        if (!/\p{L}|\d/u.test(target) || isOpen(target)) return [];
        const others = cells.filter(
          (cell, column) =>
            column > 0 && !targets.includes(column) && !BESIDE.test(names[column] ?? '') && !isOpen(cell),
        );
        // A row without a name may go on with the one above it.
        const said = [isOpen(cells[0] ?? '') ? '?' : cells[0], ...others].join(' ');
        const over = [heading, names[0], names[at]].join(', ');
        const isSaid = !ERROR_RATE.test(said) && ERROR_RATE.test(over);
        return [{ text: `${said}${isSaid ? ' error rate' : ''}: ${target}`, line: own, over }];
      }),
    );
  });
}

const isOpen = (cell: string): boolean =>
  /^\W*(tbd|tba|n\/?a|none|fill.{0,2}in|pick.{0,2}one)?\W*$/i.test(wordsOf(cell));

import type { Table } from 'mdast';
import { plain } from '../../facts/format';
import { lengthSaid } from '../markdown/lengths';
import { nodesOf, textOf } from '../markdown/nodes';
import { sharesOfUsersIn, wordsOf } from '../markdown/words';
import type { Reading } from './reading';
import { type PlannedStage, stageNameIn } from './stages';

const FIRST = /^(stages?|phases?|waves?|steps?|rings?|launch|roll-?out|percent(age)?|%|users)\b/i;
const SHARE = /^(launch|roll-?out)? ?%|\b(percent(age)?|% of users|share|exposure)\b/i;
const LENGTH = /\b(length|duration|time ?frame|how long)\b/i;

/** The stages of a plan that has them in a table: one whose rows name a share of users each, and no share twice. */
export function stagesInTables({ tree, lineAt }: Reading): PlannedStage[] {
  const tables = [...nodesOf(tree)].filter((node): node is Table => node.type === 'table');
  for (const { children } of tables) {
    const rows = children.map((row) => row.children.map((cell) => wordsOf(textOf(cell))));
    const [heads, ...cells] = rows as [string[], ...string[][]];
    const share = heads.findIndex((head) => SHARE.test(head) && !/\bof (?!(?:all )?(?:users|veterans)\b)/i.test(head));
    const shares = cells.map((row) => sharesOfUsersIn(row[share] ?? ''));
    const isEach = cells.length > 1 && shares.every((said) => said.length === 1 && said[0]! > 0);
    if (!FIRST.test(heads[0] ?? '') || !isEach || new Set(shares.flat()).size < shares.length) continue;
    const length = heads.findIndex((head) => LENGTH.test(head));
    return cells.map((row, index) => {
      const line = lineAt(children[index + 1]!.position!.start.offset!);
      const value = shares[index]![0]!;
      const isLast = index === cells.length - 1;
      const words = plain(row[length] ?? '', 100);
      const unsaid = isLast ? undefined : { todo: 'the plan does not say how long it lasts' };
      const said = words === '' ? unsaid : lengthSaid({ words, line });
      const name = share === 0 ? `${Number((value * 100).toPrecision(12))}` : stageNameIn(row[0]!);
      return { name, line, exposure: { value, line }, ...(said && { length: said }) };
    });
  }
  return [];
}

import type { Table } from 'mdast';
import { plain } from '../../facts/format';
import { isForAll } from '../markdown/labels';
import { GOES_ON, hoursIn, lengthSaid } from '../markdown/lengths';
import { nodesOf, textOf } from '../markdown/nodes';
import { sharesIn, sharesOfUsersIn, shareText, wordsOf } from '../markdown/words';
import type { Reading, Said, Unread } from './reading';
import { type PlannedStage, stageNameIn, UNSAID, UNSAID_LENGTH } from './stages';

const FIRST = /^(stages?|phases?|waves?|steps?|rings?|launch|roll-?out|percent(age)?|%|users)\b/i;
const SHARE =
  /^(launch|roll-?out)? ?%|\b(percent(age)?|% of users|share|exposure)\b|^(users|veterans|audience|population|traffic)$/i;
/** Shares of something else, of which nobody knows how many users they are: "Requests", "Percentage of messages". */
const OTHER_SHARE =
  /\bof (?!(?:all )?(?:users|veterans)\b)|^(?:%\W*)?(?:requests?|sessions?|messages?|tenants?|sites?|facilit(?:y|ies)|customers?|accounts?|regions?|volume|load)\b/i;
/** Heads whose column may have shares of users in place of names. */
const NAMES = /^(stages?|phases?|waves?|steps?|rings?|launch|roll-?out)$/i;
const LENGTH = /\b(length|duration|time ?frame|how long)\b/i;

/** The rows of a table that may be a plan's stages. */
interface StageTable {
  line: number;
  /** Whether each row has one share, and no two the same. */
  isWhole: boolean;
  rows: Row[];
}

/** A stage as a row of a table says it. */
interface Row extends PlannedStage {
  /** What it says of a stage that lasts: "indefinite". */
  endless?: string;
}

/** The lines of the rows of all tables that may be of stages. */
export const linesOfTables = (reading: Reading): number[] =>
  tablesOfStages(reading).flatMap(({ rows }) => rows.map(({ line }) => line));

/** The stages of a plan that has them in a table: the first one whose rows name a share each, and no share twice. */
export function stagesInTables(reading: Reading): { stages: PlannedStage[]; unread: Unread[] } {
  const tables = tablesOfStages(reading);
  const read = tables.find(({ isWhole }) => isWhole);
  return {
    stages: (read?.rows ?? []).map(({ endless, ...stage }) => stage),
    unread: tables
      .filter((table) => table !== read)
      .map(({ line, isWhole }) => ({
        line,
        why: isWhole
          ? `the stages are read from the table of line ${read!.line}, and not from this one`
          : 'the table may be of stages: not each of its rows has one share of users, and another than the rest',
      })),
  };
}

/**
 * Stages as headings say them, held against the tables of stages: what those say differently is left to a person, with
 * both lines; rows of a stage that no heading names are named as not read.
 */
export function heldAgainstTables(
  stages: readonly PlannedStage[],
  reading: Reading,
): { stages: PlannedStage[]; unread: Unread[] } {
  const unread: Unread[] = [];
  let held = [...stages];
  for (const { rows, line } of tablesOfStages(reading)) {
    const isOf = (stage: PlannedStage, row: PlannedStage) => stage.name.toLowerCase() === row.name.toLowerCase();
    const named = rows.filter((row) => held.some((stage) => isOf(stage, row)));
    if (named.length === 0 && !rows.every(({ exposure }) => isSharedBy(exposure, held))) {
      unread.push({ line, why: 'the table has other stages than the headings' });
      continue;
    }
    for (const row of rows) {
      const same = (stage: PlannedStage) => (named.length > 0 ? isOf(stage, row) : isSharedBy(row.exposure, [stage]));
      if (!held.some(same))
        unread.push({ line: row.line, why: `no heading is about the stage "${plain(row.name, 60)}" of the table` });
      held = held.map((stage) => (same(stage) ? agreed(stage, row) : stage));
    }
  }
  return { stages: held, unread };
}

const isSharedBy = (exposure: Said<number>, stages: readonly PlannedStage[]): boolean =>
  'value' in exposure && stages.some((stage) => 'value' in stage.exposure && stage.exposure.value === exposure.value);

function agreed(stage: PlannedStage, row: Row): PlannedStage {
  const exposure = oneOf(stage.exposure, row.exposure, (one, other) => one === other, shareText);
  const length =
    row.endless !== undefined && stage.length && 'value' in stage.length
      ? { todo: `line ${stage.length.line} says ${stage.length.value}, line ${row.line} "${row.endless}"` }
      : oneOf(stage.length, row.length, (one, other) => hoursIn(one) === hoursIn(other), String);
  return { ...stage, exposure: exposure!, ...(length && { length }) };
}

/** What two places say of one thing: the one that says it; where both do and differ, a TODO with their lines. */
function oneOf<T>(
  said: Said<T> | undefined,
  other: Said<T> | undefined,
  isSame: (one: T, other: T) => boolean,
  write: (value: T) => string,
): Said<T> | undefined {
  if (!other || !('value' in other)) return said;
  if (!said || !('value' in said)) return said && !isUnsaid(said) ? said : other;
  if (isSame(said.value, other.value)) return said;
  return { todo: `line ${said.line} says ${write(said.value)}, line ${other.line} ${write(other.value)}` };
}

const isUnsaid = (said: { todo: string }): boolean => [UNSAID, UNSAID_LENGTH].includes(said.todo);

/** Whether stages are called by their shares: nothing but "1%", "25%", "100%", each more than the one before. */
function areShares(names: readonly string[]): boolean {
  const shares = names.map((name) =>
    /^\d+(?:[.,]\d+)?\s?%$/.test(name) ? Number.parseFloat(name.replace(',', '.')) : -1,
  );
  return shares.every((share, index) => share > (shares[index - 1] ?? 0) && share <= 100);
}

function tablesOfStages({ tree, lineAt }: Reading): StageTable[] {
  const tables = [...nodesOf(tree)].filter((node): node is Table => node.type === 'table');
  return tables.flatMap(({ children, position }) => {
    const rows = children.map((row) => row.children.map((cell) => wordsOf(textOf(cell))));
    const [heads, ...cells] = rows as [string[], ...string[][]];
    if (!FIRST.test(heads[0] ?? '') || cells.length < 2) return [];
    const said = heads.findIndex((head) => SHARE.test(head) && !OTHER_SHARE.test(head));
    const other = heads.findIndex((head, at) => at > 0 && OTHER_SHARE.test(head));
    const isNamed = said < 0 && NAMES.test(heads[0]!);
    const areOthers = isNamed && cells.some((row) => sharesIn(row[other] ?? '').length > 0);
    const share = areOthers ? other : isNamed && areShares(cells.map((row) => row[0] ?? '')) ? 0 : said;
    const length = heads.findIndex((head) => LENGTH.test(head));
    if (share < 0) return [];
    const sharesOf = areOthers ? sharesIn : sharesOfUsersIn;
    const shares = cells.map((row) => (isForAll(row[share] ?? '') ? [1] : sharesOf(row[share] ?? '')));
    if (!shares.some((said) => said.length === 1 && said[0]! > 0)) return [];
    const isEach = shares.every((said) => said.length === 1 && said[0]! > 0);
    return [
      {
        line: lineAt(position!.start.offset!),
        isWhole: isEach && new Set(shares.flat()).size === shares.length,
        rows: cells.map((row, index) => {
          const line = lineAt(children[index + 1]!.position!.start.offset!);
          const [value, ...others] = shares[index]!;
          const isOne = value !== undefined && value > 0 && others.length === 0 && !areOthers;
          const of = areOthers ? `${heads[share]}: ` : '';
          const words = plain(row[length] ?? '', 100);
          const isLast = index === cells.length - 1;
          const unsaid = isLast ? undefined : { todo: UNSAID_LENGTH };
          const isEndless = isLast && GOES_ON.test(words);
          const said = words === '' || isEndless ? unsaid : lengthSaid({ words, line });
          const name = share === 0 && isOne ? `${Number((value * 100).toPrecision(12))}` : stageNameIn(row[0]!);
          return {
            name,
            line,
            exposure: isOne
              ? { value, line }
              : { todo: `"${plain(`${of}${row[share] ?? ''}`, 60)}" in line ${line} is no share of users` },
            ...(said && { length: said }),
            ...(isEndless && /\p{L}/u.test(words) && { endless: words }),
          };
        }),
      },
    ];
  });
}

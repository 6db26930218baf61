import { plain } from '../../facts/format';
import { pathTo } from '../markdown/outline';
import { SHARE_SAID, sharesOfUsersIn, wordsOf } from '../markdown/words';
import type { Reading, Unread } from './reading';
import type { PlannedStage } from './stages';

const PERCENT = /\d\s?(?:%|per ?cent\b|prozent\b)/gi;
/** "1 in 200", "2 of 170 facilities" */
const RATIO = /\b(?:\d+|one) (?:in|out of|of) (?:every )?\d+\b/i;
/** "half of all users", "two tenths of the requests" */
const PART =
  /\b(?:half|(an?|one|two|three) (quarter|third|fifth|tenth)s?) (?:of )?(?:(?:all|the|our) ){0,2}(?:users|veterans|people|traffic|requests|visits|visitors|customers|claimants|sessions)\b/i;
const COUNTS: Record<string, number> = { two: 2, three: 3 };
const PARTS: Record<string, number> = { quarter: 4, third: 3, fifth: 5, tenth: 10 };
/** A third is planned as 33 %. */
const NEARLY = 0.005;
/** "p95 < 800 ms", "fewer than 3 tickets" */
const BOUND =
  /[<>≤≥]=?\s*\d(?![\d.,]*\s?(?:h|hours?|days?|weeks?|months?)\b)|\b(?:below|under|above|over|exceeds?|(?:less|more|fewer|lower|higher|longer|slower) than|at (?:most|least))\s+[\d.,]+\s?(?:%|per ?cent|m?s\b|seconds?|minutes?|errors?|requests?|tickets?|crashes|failures|in \d)/i;
const TOGGLE =
  /\b(kill[- ]?switch(?:es)?|(?:feature )?(?:flags?|toggles?)|flippers?)\b[*_]*\s*(?:\([^()]{0,60}\))?[*_]*:[*_\s]*[`[]?(\w[\w.-]*)/i;
const NO_TOGGLE = /^(tbd|tba|n|na|none|no|yes|fill_?in|pick_?one|http\w*)$/i;
/** Under these a plan has what was measured, and asks for nothing. */
const MEASURED = /\b(results?|actuals?|observed|measured|post[- ]?launch)\b/i;

/**
 * The lines of a plan that seem to say a limit, a share or a toggle, and from which nothing was read. Whatever a plan's
 * shape, none of these is dropped without a word.
 *
 * @param told lines that were read by all that they say, or are named as not read
 * @param stages those that were read, in their order
 * @param rows lines of tables of stages; like a stage's own, they say one share and no more
 */
export function leftOver(
  reading: Reading,
  told: ReadonlySet<number>,
  stages: readonly PlannedStage[],
  rows: readonly number[],
): Unread[] {
  const { headings, lines, lineAt } = reading;
  const headed = headings.map(({ from }) => lineAt(from));
  const shared = new Set([...rows, ...stages.flatMap((stage) => linesOf(stage, headed, reading))]);
  return lines.flatMap((text, index): Unread[] => {
    const line = index + 1;
    if (told.has(line)) return [];
    // What stands in brackets and is no link is a template's own advice.
    const words = wordsOf(text.replace(/\\?\[(?![ xX]\])[^[\]\n]{0,300}\](?!\()/g, ' ')).replace(/^#+ /, '');
    const [, what, name] = TOGGLE.exec(words) ?? [];
    if (name !== undefined && !NO_TOGGLE.test(name))
      return [{ line, why: `"${plain(words, 60)}" seems to name a ${what!.toLowerCase()}` }];
    const isBound = BOUND.test(words);
    const percents = words.match(PERCENT)?.length ?? 0;
    const isOfStage = shared.has(line) || SHARE_SAID.test(text);
    const isNew = isOfStage ? percents > 1 : percents > 0 && !areKnown(words, percents, stages);
    const isSaid = isBound || isNew || (!isOfStage && (RATIO.test(words) || isNewPart(words, stages)));
    if (!isSaid) return [];
    const heading = headed.findLastIndex((at) => at <= line);
    const isMeasured = heading >= 0 && pathTo(headings, heading).some((one) => MEASURED.test(one.text));
    const seems = isBound ? 'a limit' : 'a share or a limit';
    return isMeasured ? [] : [{ line, why: `"${plain(words, 60)}" seems to say ${seems}` }];
  });
}

/** "25% seems a safe start", where a stage that was read has 25 %. */
function areKnown(words: string, percents: number, stages: readonly PlannedStage[]): boolean {
  const shares = sharesOfUsersIn(words.replaceAll('(', ' '));
  return (
    shares.length === percents &&
    shares.every((share) => stages.some(({ exposure }) => 'value' in exposure && exposure.value === share))
  );
}

/** "Half of all users", where no stage that was read has 50 %. */
function isNewPart(words: string, stages: readonly PlannedStage[]): boolean {
  const [said, count, part] = PART.exec(words) ?? [];
  if (said === undefined) return false;
  const share = part === undefined ? 1 / 2 : (COUNTS[count!.toLowerCase()] ?? 1) / PARTS[part.toLowerCase()]!;
  return !stages.some(({ exposure }) => 'value' in exposure && Math.abs(exposure.value - share) < NEARLY);
}

/** The lines of a stage's heading, which a folded section has below its own, and those that its values were read from. */
function linesOf(
  { line, exposure, length }: PlannedStage,
  headed: readonly number[],
  { headings, lineAt }: Reading,
): number[] {
  const last = headings[headed.indexOf(line)]?.to;
  const own = Array.from({ length: last === undefined ? 1 : lineAt(last - 1) - line + 1 }, (_, index) => line + index);
  return [...own, ...[exposure, length].flatMap((said) => (said && 'value' in said ? said.line : []))];
}

import { plural } from '../facts/format';
import type { Filled } from '../plan/fill/fill';
import { planSummary } from '../plan/fill/summary';
import type { Release } from '../release/schema';

/*
 * A title and a commit's message may become commands on GitHub ("fixes #3", "[skip ci]", a mention). So they contain no
 * text from outside but the release's name, which has only letters, digits and "-".
 */

export const titleOf = ({ name }: Pick<Release, 'name'>): string => `Fill in the plan of ${name}`;

/** @param until the instant up to which the release was judged, ISO text in UTC */
export const commitMessage = (release: Pick<Release, 'name'>, answered: number, until: string): string =>
  `${titleOf(release)}\n\n${plural(answered, 'blank')} answered from what was measured up to ${until}.\n`;

/** GitHub takes so many characters as the body of a pull request. */
const LONGEST_BODY = 65_536;
const [BEGIN, END] = ['<!-- stagewatch -->', '<!-- /stagewatch -->'];

/**
 * The body of a pull request: what was answered, and what is open and why. A person may write above and below it.
 *
 * @param before the body as it is; what stands between the two marks is replaced. Without the marks, a person has
 * written another body, and that stays.
 */
export function bodyOf(
  release: Pick<Release, 'name'>,
  file: string,
  blanks: readonly Filled[],
  before?: string,
): string {
  const [above, below] = before === undefined ? ['', ''] : aroundOwn(before);
  if (above === undefined || below === undefined) return before!;
  const room = LONGEST_BODY - above.length - below.length - BEGIN.length - END.length - 2;
  const lines = [...INTRODUCTION, ...planSummary({ release: release.name, file, blanks }).split('\n')];
  return `${above}${BEGIN}\n${atMost(lines, room)}\n${END}${below}`;
}

const INTRODUCTION = [
  'Stagewatch fills in what it measured. It adds commits to this branch as the rollout goes on, and takes none back:',
  'edit the plan here as you like. Once this is merged, what comes later gets a pull request of its own. If you close it,',
  'no other comes.',
  '',
];

function aroundOwn(body: string): [string, string] | [] {
  const [from, to] = [body.indexOf(BEGIN), body.indexOf(END)];
  return from >= 0 && to > from ? [body.slice(0, from), body.slice(to + END.length)] : [];
}

/** As many lines as there is room for, and how many there are more. */
function atMost(lines: readonly string[], room: number): string {
  const whole = lines.join('\n');
  if (whole.length <= room) return whole;
  let kept = lines.length;
  const cut = () => `${lines.slice(0, kept).join('\n')}\n\n${plural(lines.length - kept, 'more line')}, see the plan`;
  while (kept > 0 && cut().length > room) kept--;
  return kept === 0 ? '' : cut();
}

/** Whether two bodies say the same: a browser ends lines as Windows does. */
export const isSameBody = (one: string, other: string): boolean =>
  one.replaceAll('\r\n', '\n').trimEnd() === other.replaceAll('\r\n', '\n').trimEnd();

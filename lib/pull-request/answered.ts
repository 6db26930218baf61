import type { Filled, FilledPlan } from '../plan/fill/fill';

/**
 * Which answers stand in a plan: those whose whole line is there as it was written, in their order, each with the line
 * where it is now. What a person has put in other words is that person's.
 *
 * @param filled what the data answer in the plan as it was before
 */
export function answersIn(text: string, { text: written, edits, blanks }: FilledPlan): Filled[] {
  const lines = linesOf(text);
  let moved = 0;
  let next = 0;
  return edits.flatMap(({ from, to, text: answer }) => {
    const line = linesOf(written)[linesOf(written.slice(0, from + moved)).length - 1]!;
    moved += answer.length - (to - from);
    const blank = blanks.find((one) => one.from === from && 'text' in one.answer);
    const at = blank ? lines.indexOf(line, next) : -1;
    if (!blank || at < 0) return [];
    // A line may have several blanks.
    next = at;
    return [{ ...blank, line: at + 1 }];
  });
}

const linesOf = (text: string): string[] => text.split(/\r\n|\r|\n/);

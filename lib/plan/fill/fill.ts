import { plain } from '../../facts/format';
import { hourOf } from '../../facts/hour';
import { doneAt } from '../../release/schedule';
import { isNeutral } from '../markdown/labels';
import { type Outline, outlineOf, type Range } from '../markdown/outline';
import { scheduleIn } from '../markdown/schedule';
import { type Answer, answerTo, type Draft } from './answers';
import { attemptedIn } from './attempt';
import { type Blank, blanksOf } from './blanks';
import { emptyLabelsIn } from './empty-labels';
import type { Known } from './known';
import { nameOf, type Part, partOf } from './part-of';
import { DRAFTED, draftFor, questionsOf } from './questions';
import { rivalsIn } from './rivals';
import { isNext, itemBelow, placed } from './worded';

/** One blank, or one open question without any, and what became of it. */
export interface Filled {
  /** Where it stands in the text as it was. */
  from: number;
  line: number;
  /** What was asked, for a person to find it again. */
  question: string;
  answer: Answer;
}

/** What stands in place of [from, to) of the text as it was. */
export interface Edit {
  from: number;
  to: number;
  text: string;
}

export interface FilledPlan {
  text: string;
  /** What makes the text from what it was, in its order. */
  edits: Edit[];
  blanks: Filled[];
}

/**
 * A plan with its blanks answered in place; every other byte stays as it is. Filling it again changes nothing.
 *
 * @param wanted the stage or check to fill; all of them unless it is given
 * @param draft whether to put what the data say to a question that takes a person behind its blank, as a comment, or
 * below it; of `questions` only those at the end, and once: with the answers that come when the rollout is done. Whoever
 * takes them out is not given them again.
 */
export function fillPlan(
  source: string,
  known: Known,
  { wanted, draft = false }: { wanted?: Part; draft?: boolean | 'questions' } = {},
): FilledPlan {
  const outline = outlineOf(source);
  const attempted = attemptedIn(outline.headings, known.release);
  const blanks = blanksIn(source, outline, known)
    .filter((blank) => !wanted || isAbout(blank, wanted, known))
    .map((blank) => ({ ...blank, answer: answerTo(blank, known, attempted) }))
    .map((blank, index, all) => ({
      from: blank.from,
      to: blank.to,
      line: blank.line,
      question: plain(questionOf(blank), 80),
      answer: inPlace(withoutRepeat(blank, all[index - 1], source), source, blank),
    }));
  const labels = wanted ? [] : labelsThatCouldBe(source, outline, blanks, known, attempted);
  const questions = (wanted ? [] : questionsOf(source, outline)).map(({ at, line, text }) => ({
    from: at,
    to: at,
    line,
    question: plain(text, 80),
    answer: questionAnswer(text, known),
  }));
  const all = [...blanks, ...labels, ...questions].sort((one, other) => one.from - other.from);
  const told = new Set<string>();
  const isDue = draft === 'questions' && isDone(known) && blanks.some(({ answer }) => 'text' in answer);
  const edits = all.flatMap(({ from, to, answer }): Edit[] => {
    const before = source.slice(from, to);
    if ('text' in answer) return answer.text === before ? [] : [{ from, to, text: answer.text }];
    const drafted = (draft === true || isDue) && !source.startsWith(DRAFT, to) ? answer.draft?.() : undefined;
    const behind = drafted && (draft === true || drafted.lines) ? draftText(drafted, source, to, told) : '';
    return behind === '' ? [] : [{ from, to, text: `${before}${behind}` }];
  });
  return {
    text: edited(source, edits),
    edits,
    blanks: all.map(({ from, line, question, answer }) => ({ from, line, question, answer })),
  };
}

/** As the windows have it: a check ends with the last full hour before its end. */
const isDone = ({ release, log, newest }: Known): boolean =>
  newest + 1 >= hourOf(doneAt(release, log) ?? Number.POSITIVE_INFINITY);

/** Its blanks, each with what may be over it that is about another release, or a week of the rollout. */
function blanksIn(source: string, outline: Outline, { release }: Known): Blank[] {
  const rivals = rivalsIn(outline.headings, release);
  const scheduled = scheduleIn(source, outline.headings);
  return blanksOf(source, outline).map((blank) => ({
    ...blank,
    places: blank.places.map((place, index) => ({
      ...place,
      rival: rivals.get(place.from!),
      scheduled: scheduled(blank.places.slice(0, index + 1).map(({ text }) => text)),
    })),
  }));
}

/** An answer without the line that says its window, if the one above it in the list says the same. */
function withoutRepeat(
  { answer, ...at }: Range & Pick<Filled, 'answer'>,
  above: (Range & Pick<Filled, 'answer'>) | undefined,
  source: string,
) {
  const said = above && 'window' in above.answer ? above.answer.window : undefined;
  if (!above || said === undefined || !('window' in answer) || answer.window !== said) return answer;
  return isNext(source, above, at) ? { ...answer, lines: answer.lines!.filter((line) => line !== said) } : answer;
}

/** An answer as it stands in the plan. */
const inPlace = (answer: Answer, source: string, blank: Blank): Answer =>
  'text' in answer && answer.lines ? { text: placed(answer.text, answer.lines, source, blank) } : answer;

const EMPTY = 'has no placeholder; write [FILL_IN] behind it to have it answered';

/** The empty labels that would be answered if a placeholder stood behind them. */
function labelsThatCouldBe(
  source: string,
  outline: Outline,
  blanks: readonly Range[],
  known: Known,
  attempted: ReadonlySet<string>,
) {
  const ends = emptyLabelsIn(source, outline, blanks);
  const probe = ends.reduceRight((text, end) => `${text.slice(0, end)}${PROBE}${text.slice(end)}`, source);
  const places = new Map(ends.map((end, index) => [end + 1 + index * PROBE.length, end]));
  return (ends.length === 0 ? [] : blanksIn(probe, outlineOf(probe), known)).flatMap((blank) => {
    const at = places.get(blank.from);
    if (at === undefined || 'open' in answerTo(blank, known, attempted)) return [];
    const question = plain(questionOf(blank), 80);
    return [{ from: at, to: at, line: blank.line, question, answer: { open: EMPTY } as Answer }];
  });
}

const PROBE = ' [FILL_IN]';

/** Without the heads of a table that say nothing, such as "Question" and "Response". */
const questionOf = ({ questions, row }: Blank): string => {
  const telling = questions.filter((question) => !isNeutral(question));
  return (telling.length > 0 ? telling : row ? [row] : questions)
    .map((question) => question.replace(/\s*[:：]$/, ''))
    .join(', ');
};

function isAbout({ places }: Blank, wanted: Part, { release }: Known): boolean {
  const part = partOf(places, release);
  return 'kind' in part && nameOf(part) === nameOf(wanted);
}

/** A text with its edits made. */
export function edited(source: string, edits: readonly Edit[]): string {
  let done = 0;
  const pieces = edits.flatMap(({ from, to, text }) => {
    const before = source.slice(done, from);
    done = to;
    return [before, text];
  });
  return [...pieces, source.slice(done)].join('');
}

const DRAFT = ' <!-- draft: ';

const questionAnswer = (text: string, known: Known): Answer => ({
  open: 'takes a person',
  draft: () => {
    const lines = draftFor(text, known);
    return lines.length > 0 ? { line: lines.join('; '), lines } : undefined;
  },
});

/**
 * What a draft puts behind a blank or a question. Of a question it is text to be edited, below it; of a blank it is a
 * comment, once for all that it would say the same to.
 */
function draftText({ line, lines }: Draft, source: string, at: number, told: Set<string>): string {
  const below = lines && itemBelow(source, at);
  if (lines && below !== undefined) return lines.map((one) => `${below}${DRAFTED}${one}`).join('');
  const comment = `${DRAFT}${line.replace(/--+/g, '-').replace(/[<>]/g, ' ')} -->`;
  // Its window, and not what may be known better by another day.
  const key = comment.slice(0, comment.indexOf(': ', DRAFT.length));
  if (told.has(key) || source.includes(`${key}: `)) return '';
  told.add(key);
  return comment;
}

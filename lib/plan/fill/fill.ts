import { plain } from '../../facts/format';
import { isNeutral } from '../markdown/labels';
import { outlineOf } from '../markdown/outline';
import { type Answer, answerTo } from './answers';
import { attemptedIn } from './attempt';
import { type Blank, blanksOf } from './blanks';
import type { Known } from './known';
import { nameOf, type Part, partOf } from './part-of';
import { draftFor, questionsOf } from './questions';
import { rivalsIn } from './rivals';

/** One blank, or one open question without any, and what became of it. */
export interface Filled {
  /** Where it stands in the text as it was. */
  from: number;
  line: number;
  /** What was asked, for a person to find it again. */
  question: string;
  answer: Answer;
}

export interface FilledPlan {
  text: string;
  blanks: Filled[];
}

/**
 * A plan with its blanks answered in place; every other byte stays as it is. Filling it again changes nothing.
 *
 * @param wanted the stage or check to fill; all of them unless it is given
 * @param draft whether to put what the data say to a question that takes a person behind its blank, as a comment
 */
export function fillPlan(
  source: string,
  known: Known,
  { wanted, draft = false }: { wanted?: Part; draft?: boolean } = {},
): FilledPlan {
  const outline = outlineOf(source);
  const rivals = rivalsIn(outline.headings, known.release);
  const attempted = attemptedIn(outline.headings, known.release);
  const blanks = blanksOf(source, outline)
    .map((blank) => ({ ...blank, places: blank.places.map((place) => ({ ...place, rival: rivals.get(place.from!) })) }))
    .filter((blank) => !wanted || isAbout(blank, wanted, known))
    .map((blank) => ({
      from: blank.from,
      to: blank.to,
      line: blank.line,
      question: plain(questionOf(blank), 80),
      answer: answerTo(blank, known, attempted),
    }));
  const questions = (wanted ? [] : questionsOf(source, outline)).map(({ at, line, text }) => ({
    from: at,
    to: at,
    line,
    question: plain(text, 80),
    answer: draftFor(text, known),
  }));
  const all = [...blanks, ...questions].sort((one, other) => one.from - other.from);
  let done = 0;
  const pieces = all.flatMap(({ from, to, answer }) => {
    const before = source.slice(done, from);
    done = to;
    return [before, wordsFor(source.slice(from, to), answer, draft, source.slice(to, to + DRAFT.length))];
  });
  return {
    text: [...pieces, source.slice(done)].join(''),
    blanks: all.map(({ from, line, question, answer }) => ({ from, line, question, answer })),
  };
}

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

const DRAFT = ' <!-- draft: ';

/** What stands in place of a blank. A draft is a comment behind it, put there once. */
function wordsFor(blank: string, answer: Answer, draft: boolean, rest: string): string {
  if ('text' in answer) return answer.text;
  if (!draft || answer.draft === undefined || rest.startsWith(DRAFT)) return blank;
  return `${blank}${DRAFT}${answer.draft.replace(/--+/g, '-').replace(/[<>]/g, ' ')} -->`;
}

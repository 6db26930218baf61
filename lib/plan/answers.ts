import { clock } from '../domain/format';
import { startOf } from '../domain/hour';
import type { Release } from '../domain/release';
import type { ResultWindow } from '../domain/results';
import type { Blank } from './blanks';
import { decisionOf } from './decision';
import { downstreamAnswer } from './downstream';
import { errorsText } from './errors-logged';
import { type Known, windowName } from './known';
import { kpiText } from './kpis';
import { isNeutral } from './labels';
import { HTML, MARKDOWN } from './markup';
import { narrowedBy } from './narrowed';
import { nameOf, partOf } from './part-of';
import { rateText } from './rates';
import { usersAnswer } from './users';

/** What becomes of a blank: words as the plan is written, or why it stays open, with a draft of what the data say to it. */
export type Answer = { text: string } | { open: string; draft?: string };

const USERS =
  /^(estimated |approximate |actual )?number of (users|veterans)( exposed| in this stage| at this stage)?$/i;
const ERRORS = /^types? of errors?( logged| seen| found)?$/i;
const DOWNSTREAM = /\bdownstream (services?|systems?|apis?)\b.*\baffected\b/i;

/** The answer to a blank, as far as the history knows it; whatever takes a person, or is not sure, stays open. */
export function answerTo(blank: Blank, known: Known): Answer {
  const { release, windows } = known;
  if (blank.unfit !== undefined) return { open: blank.unfit };
  const part = partOf(blank.places, release);
  if ('unclear' in part) return { open: part.unclear };
  const name = nameOf(part);
  const window = windows.findLast((one) => one.name === name);
  if (!window) return { open: `${name} has not begun` };
  if (!window.complete) return { open: unfinished(window, known) };
  const draft = summaryOf(window, known);
  const markup = blank.html ? HTML : MARKDOWN;
  const person = { open: 'takes a person', draft };
  const [question, ...others] = asked(blank, release);
  if (question === undefined || others.length > 0) return person;
  const narrowed = narrowedBy(blank, part, release);
  if (narrowed !== undefined) return { open: narrowed };
  if (blank.choices) {
    const decision = decisionOf(question, blank.choices, window.to, known);
    return !decision ? person : 'choice' in decision ? { text: markup.text(decision.choice) } : { ...decision, draft };
  }
  const unknown = { open: `no hour of ${name} was counted` };
  const answered = (text: string | undefined): Answer => (text === undefined ? unknown : { text });
  const result = window.results.find(({ endpoint }) => isNamed(endpoint, question, release));
  if (result) return answered(rateText(result, window, known, markup));
  if (USERS.test(question)) return usersAnswer(window, known, markup);
  if (ERRORS.test(question)) return answered(errorsText(window, known, markup));
  if (DOWNSTREAM.test(question)) return downstreamAnswer(window, known, markup) ?? { ...person, open: NO_CONTROLS };
  return person;
}

const NO_CONTROLS = 'the release file names no control endpoint that would tell';

/** What is asked, without a question mark; of a cell in a table, what is left when the other head is known. */
const asked = ({ questions, places }: Blank, release: Release): string[] =>
  questions
    .filter((question) => questions.length === 1 || !isNeutral(question))
    .filter((question, _, { length }) => {
      const place = places.findLast(({ text }) => text === question);
      return length === 1 || !place || 'unclear' in partOf([place], release);
    })
    .map((question) => question.replace(/[\s?:]+$/, ''));

/** A check whose stage was left early never ends; else time will do. */
function unfinished(window: ResultWindow, { windows }: Known): string {
  const left = windows.find(
    ({ name, from, complete }) => name.startsWith('stage ') && from === window.from && complete,
  );
  return left ? `${left.name} was left before the ${window.name} was over` : `${window.name} is not over`;
}

/** Whether a question is for an endpoint: its name or route, and nothing else but "error rate" and the like. */
function isNamed(endpoint: string, question: string, { endpoints }: Release): boolean {
  if (/[<>=≤≥~]/.test(question)) return false;
  const bare = (text: string) =>
    text
      .toLowerCase()
      .replace(/\((excl|excluding|without|w\/o)\b[^)]*\)/g, '')
      .replace(/\b(error|rates?|endpoint|for|of|the)\b|[^\p{L}\p{N}#/:_-]+/gu, '');
  const { route = endpoint } = endpoints.find(({ name }) => name === endpoint)!;
  return [endpoint, route, route.replace(/^[A-Z]+ /, '')].some((name) => bare(name) === bare(question));
}

/** What the data have to say to a question that takes a person: how the criteria stood, and what was alerted. */
const summaryOf = (window: ResultWindow, known: Known): string =>
  `at the end of ${windowName(window, known, MARKDOWN)}: ${[kpiText(window, known), ...alertedIn(window, known)].join('; ')}`;

function alertedIn({ from, to }: ResultWindow, { incidents, release: { timeZone } }: Known): string[] {
  if (!incidents) return [];
  const time = (hour: number) => clock(startOf(hour), timeZone);
  const each = incidents
    .filter((one) => one.from < to && (one.to ?? to) > from)
    .map((one) => `${MARKDOWN.text(one.key)} ${time(one.from)}${one.to === undefined ? ' on' : ` - ${time(one.to)}`}`);
  return [each.length === 0 ? 'nothing was alerted in it' : `alerted in it: ${each.join(', ')}`];
}

import { clock } from '../../facts/format';
import { HOUR_MS, type Hour, hourFrom, startOf } from '../../facts/hour';
import type { Release } from '../../release/schema';
import type { Result, ResultWindow } from '../../results/results';
import { isLabel, isNeutral } from '../markdown/labels';
import { HTML, MARKDOWN } from '../markdown/markup';
import { attemptAt, windowOf, withoutAttempt } from './attempt';
import type { Blank } from './blanks';
import { decisionOf } from './decision';
import { downstreamAnswer } from './downstream';
import { errorsText } from './errors-logged';
import { withoutExclusion } from './exclusion';
import { type Known, windowName } from './known';
import { kpiText } from './kpis';
import { narrowedBy } from './narrowed';
import { nameOf, partOf } from './part-of';
import { IN_A_LINE, ratesText, rateText } from './rates';
import { alertsIn, type Fact, factAsked, factText, isKnownAtOnce, notesIn } from './stage-facts';
import { rateAt, timeOf } from './times';
import { usersAnswer } from './users';
import { type UsersAsked, usersAsked } from './users-asked';
import type { Worded } from './worded';

/** What becomes of a blank: words as the plan is written, or why it stays open, with a draft of what the data say to it. */
export type Answer = ({ text: string } & Partial<Worded>) | Open;

/** What stays open, and why. A draft takes the judge, so it is made only for whoever wants it. */
export interface Open {
  open: string;
  draft?: () => Draft | undefined;
}

/** A draft in one line, and where a list has room for them, in several. */
export interface Draft {
  line: string;
  lines?: readonly string[];
}

const ERRORS = /^types? of errors?( logged| seen| found)?$/i;
const RATES = /^(datadog |back-?end )?error rates?$/i;
/** Of all that the success criteria measure, of which error rates are a part. */
const METRICS = /^metrics at this stage\b/i;
const DOWNSTREAM = /\bdownstream (services?|systems?|apis?)\b.*\baffected\b(?!.*\byes\b)/i;

/**
 * The answer to a blank, as far as the history knows it; whatever takes a person, or is not sure, stays open.
 *
 * @param attempted the stages and checks of which the plan tells attempts apart
 */
export function answerTo(asIs: Blank, known: Known, attempted: ReadonlySet<string>): Answer {
  const { release } = known;
  if (asIs.unfit !== undefined) return { open: asIs.unfit };
  const part = partOf(asIs.places, release);
  if ('unclear' in part) return { open: part.unclear };
  const name = nameOf(part);
  const found = windowOf(part, attemptAt(asIs.places, part, release), attempted.has(name), known);
  if ('open' in found) return found;
  const window = asPlanned(found.window, known);
  const stated = withWords(asIs, (text) => withoutExclusion(withoutAttempt(text), release));
  if ('unfit' in stated) return { open: stated.unfit };
  const { blank } = stated;
  const questions = asked(blank, release);
  const time = questions.map(timeOf).find((one) => one !== undefined);
  const [question, ...others] = time
    ? [...questions.filter((one) => !timeOf(one)), ...blank.over.slice(0, 1)]
    : questions;
  const narrowed =
    question === undefined || others.length > 0
      ? undefined
      : narrowedBy({ ...blank, questions: [...blank.questions, question] }, part, release);
  const fact = question === undefined || others.length > 0 || narrowed !== undefined ? undefined : factAsked(question);
  if (!window.complete && !(fact && isKnownAtOnce(fact))) return { open: unfinished(window, known) };
  const person = { open: 'takes a person', draft: () => ({ line: summaryOf(window, known) }) };
  const markup = blank.html ? HTML : MARKDOWN;
  const users = blank.choices ? undefined : usersAsked(blank, release);
  if (users) {
    const why = 'open' in users ? users.open : narrowedBy(users.rest, part, release);
    return why === undefined ? usersAnswer(window, known, markup, users as UsersAsked) : { ...person, open: why };
  }
  if (question === undefined || others.length > 0) return person;
  if (narrowed !== undefined) return { open: narrowed };
  if (blank.choices) return choiceFor(question, blank.choices, window, known, person);
  const answered = (said: string | Worded | undefined): Answer =>
    said === undefined ? { open: `no hour of ${name} was counted` } : typeof said === 'string' ? { text: said } : said;
  if (fact) {
    const said = factText(fact, window, known, markup);
    return said === undefined ? { ...person, open: UNKNOWN[fact] } : answered(said);
  }
  const result = named(question, window, release);
  if (time && !result) return person;
  if (result && time && time !== 'own') return answered(rateAt(time, result.endpoint, window, known, markup));
  if (result) return answered(rateText(result, window, known, markup));
  if (ERRORS.test(question)) return answered(errorsText(window, known, markup));
  if (RATES.test(question) || METRICS.test(question))
    return window.results.length > IN_A_LINE ? person : answered(ratesText(window, known, markup));
  if (DOWNSTREAM.test(question)) return downstreamAnswer(window, known, markup) ?? { ...person, open: NO_CONTROLS };
  return person;
}

/** A blank with other words in all that is said around it; or why one of them makes it unfit. */
function withWords(
  blank: Blank,
  wordsFor: (text: string) => { text: string } | { unfit: string },
): { blank: Blank } | { unfit: string } {
  let unfit: string | undefined;
  const worded = (text: string): string => {
    const words = wordsFor(text);
    if ('unfit' in words) unfit ??= words.unfit;
    return 'text' in words ? words.text : text;
  };
  const { places, questions, over, row, lead } = blank;
  const changed: Blank = {
    ...blank,
    places: places.map((place) => ({ ...place, text: worded(place.text) })),
    questions: questions.map(worded),
    over: over.map(worded),
    ...(row !== undefined && { row: worded(row) }),
    ...(lead !== undefined && isLabel(lead) && { lead: worded(lead) }),
  };
  return unfit === undefined ? { blank: changed } : { unfit };
}

const UNKNOWN: Record<Fact, string> = {
  start: 'the stage log says it of stages only',
  end: 'the stage log says it of stages only',
  dates: 'the stage log says it of stages only',
  length: 'the stage log says it of stages only',
  who: 'the stage log says it of stages only',
  alerts: 'nobody looked what was alerted',
  changes: 'the stage log has no note and no undone entry of that time',
};

/** A choice that the judge's findings decide, or the alerts; of another one what is known, for a person. */
function choiceFor(
  question: string,
  choices: readonly string[],
  window: ResultWindow,
  known: Known,
  person: { open: string; draft: () => Draft },
): Answer {
  const alerts = factAsked(question) === 'alerts' ? alertsIn(window, known) : undefined;
  const word = alerts && (alerts.length === 0 ? 'no' : 'yes');
  const choice = choices.find((one) => one.toLowerCase() === word);
  if (choice !== undefined) return { text: alerts!.length === 0 ? choice : `${choice}: ${alerts!.join(', ')}` };
  const decision = decisionOf(question, choices, window.to, known);
  if (decision) return 'choice' in decision ? { text: decision.choice } : { ...person, ...decision };
  const downstream = DOWNSTREAM.test(question) ? downstreamAnswer(window, known, MARKDOWN) : undefined;
  return downstream && 'text' in downstream
    ? { ...person, draft: () => ({ line: `${downstream.text}; ${person.draft().line}` }) }
    : person;
}

const NO_CONTROLS = 'the release file names no control endpoint that would tell';

/** What is asked, without a question mark; of a cell in a table, what is left when the other heads are known, else its row. */
function asked({ questions, places, row }: Blank, release: Release): string[] {
  const telling = questions
    .filter((question) => questions.length === 1 || !isNeutral(question))
    .filter((question, _, { length }) => {
      const place = places.findLast(({ text }) => text === question);
      return length === 1 || !place || 'unclear' in partOf([place], release);
    });
  const isPlace = (text: string) => 'kind' in partOf([{ text }], release);
  const own = telling.every(isPlace) && row && !isPlace(row) ? [row] : telling;
  return own.map((question) => question.replace(/[\s?:]+$/, ''));
}

/** The last stage goes on, and is over for its plan when it has lasted as long as its file says. */
function asPlanned(window: ResultWindow, known: Known): ResultWindow {
  const to = plannedEndOf(window, known);
  if (window.complete || to === undefined || to > window.to) return window;
  const grown = known.windowsUpTo(to).find(({ name, from }) => name === window.name && from === window.from);
  return grown ? { ...grown, complete: true } : window;
}

/** Of the last stage, where it has a length. */
function plannedEndOf({ name, from }: ResultWindow, { log, release: { stages } }: Known): Hour | undefined {
  const last = stages.at(-1)!;
  const entry = log.findLast((event) => event.stage === last.name && hourFrom(event.at) === from);
  if (name !== `stage ${last.name}` || last.length === undefined || !entry) return undefined;
  return hourFrom(entry.at + last.length * HOUR_MS);
}

/** A check whose stage was left early never ends; else time will do. */
function unfinished(window: ResultWindow, known: Known): string {
  const { windows, release } = known;
  const { stages, checks, timeZone } = release;
  const end = plannedEndOf(window, known);
  if (end !== undefined) return `${window.name} is not over: its planned end is ${clock(startOf(end), timeZone)}`;
  if (checks.length > 0 && window.name === `stage ${stages.at(-1)!.name}`)
    return `${window.name} is not over: the last stage goes on, and its checks tell how it went`;
  const left = windows.find(
    ({ name, from, complete }) => name.startsWith('stage ') && from === window.from && complete,
  );
  if (left) return `${left.name} was left before the ${window.name} was over`;
  return `${window.name} is not over${window.name.startsWith('stage ') ? ': it ends when the next one, or off, is entered' : ''}`;
}

/** The one endpoint that a question is for: its name or route, and nothing else but "error rate" and the like. */
function named(question: string, { results }: ResultWindow, { endpoints }: Release): Result | undefined {
  const bare = (text: string) =>
    text
      .toLowerCase()
      .replace(
        /\b(error|rates?|endpoint|datadog|results?|actual|measured|observed|for|of|the)\b|[^\p{L}\p{N}/:_-]+|:(?=\s|$)/gu,
        '',
      );
  if (/[<>=≤≥~]/.test(question) || bare(question) === '') return undefined;
  const found = endpoints.filter(({ name, route = name }) =>
    [name, route, route.replace(/^[A-Z]+ /, '')].some((one) => bare(one) === bare(question)),
  );
  return found.length === 1 ? results.find(({ endpoint }) => endpoint === found[0]!.name) : undefined;
}

/** What the data have to say to a question that takes a person: how the criteria stood, what was alerted, and the log's notes. */
function summaryOf(window: ResultWindow, known: Known): string {
  const alerts = alertsIn(window, known);
  const notes = notesIn(window, known, MARKDOWN);
  const said = [
    kpiText(window, known),
    ...(alerts ? [alerts.length === 0 ? 'nothing was alerted in it' : `alerted in it: ${alerts.join(', ')}`] : []),
    ...(notes.length > 0 ? [`stage log: ${notes.join('; ')}`] : []),
  ];
  return `at the end of ${windowName(window, known, MARKDOWN)}: ${said.join('; ')}`;
}

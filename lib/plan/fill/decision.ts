import type { Hour } from '../../facts/hour';
import type { CriterionKind } from '../../judge/verdict';
import { CRITERION_TEXT } from '../../judge/verdict';
import type { Criterion } from '../../release/schema';
import { plainWords } from '../markdown/words';
import type { Known } from './known';

const BASELINE = /\berrors?\b.*\bconsistent with (the )?(4[- ]week )?(baseline|previous|before|pre-launch)/i;
const CRITERIA = /\b(success )?criteria\b.*\bmet\b|\bmeets?\b.*\bsuccess criteria\b/i;
/** All words of a question that asks for nothing else beside: "met on mobile?" and "not met?" do. */
const WORDS = new Set(
  'are is was were did do does have has been the all our your these of for in at during this stage phase week endpoint endpoints datadog error errors rate rates consistent with 4 baseline previous pages page before pre launch success criteria met meet meets'.split(
    ' ',
  ),
);

/**
 * The choice that the judge's findings at a window's end decide: "yes" when all that the question is about passed, "no"
 * when one is broken. Whatever is not shown yet decides nothing.
 *
 * @returns undefined for a question that is about something else
 */
export function decisionOf(
  question: string,
  choices: readonly string[],
  end: Hour,
  { release, findingsAt }: Known,
): { choice: string } | { open: string } | undefined {
  const aboutBaseline = BASELINE.test(question);
  const named = release.endpoints.filter(({ name }) => question.includes(name));
  const rest = named.reduce((words, { name }) => words.replaceAll(name, ' and '), question);
  const isAll = plainWords(rest)
    .split(' ')
    .every((word) => WORDS.has(word) || (word === 'and' && named.length > 0));
  if (!isAll || !(aboutBaseline || CRITERIA.test(question))) return undefined;
  const [yes, no] = ['yes', 'no'].map((word) => choices.find((choice) => choice.toLowerCase() === word));
  if (yes === undefined || no === undefined) return undefined;
  const asked = (named.length > 0 ? named : release.endpoints).flatMap(({ name, criteria }) =>
    (aboutBaseline ? (['consistentWithBaseline'] as const) : criteria.map(kindOf)).map((kind) => ({ name, kind })),
  );
  const found = findingsAt(end - 1);
  const outcomes = asked.map(({ name, kind }) => ({
    what: `${name} ${CRITERION_TEXT[kind]}`,
    outcome: found.find(({ endpoint, criterion }) => endpoint === name && criterion === kind)?.outcome ?? 'not judged',
  }));
  if (outcomes.some(({ outcome }) => outcome === 'breach')) return { choice: no };
  const unsure = outcomes.filter(({ outcome }) => outcome !== 'pass');
  return unsure.length === 0
    ? { choice: yes }
    : { open: `the data do not decide it: ${unsure.map(({ what, outcome }) => `${what}: ${outcome}`).join('; ')}` };
}

const kindOf = (criterion: Criterion): CriterionKind => ('below' in criterion ? 'below' : 'consistentWithBaseline');

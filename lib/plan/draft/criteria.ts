import { plain } from '../../facts/format';
import { wordsOf } from '../markdown/words';
import { limitsInTables } from './limits-in-tables';
import { linesAsked } from './lines-asked';
import type { Reading, Said, Unread } from './reading';

/** An endpoint of the success criteria; with no criterion where the plan's words for it are not understood. */
export interface PlannedEndpoint {
  name: string;
  line: number;
  criterion?: { below: string } | 'consistentWithBaseline';
}

interface Criteria {
  excluded: Said<number[]>;
  endpoints: PlannedEndpoint[];
  /** "Error rate: < 1 %", of no endpoint by name. */
  ceiling?: Said<string>;
  unread: Unread[];
  /** The lines of all of them, understood or not. */
  asked: number[];
}

/** The question of the template, or a label or heading of that name; not what mentions the criteria. */
const QUESTION =
  /(?:metrics-based criteria[^?:]*|^\W*(?:\w+\W+){0,3}success criteria)["”)*_]*\s*(?:[?:]["”)*_:\s]*|$)/i;
const BELOW = /(?:<(?!=)|\bbelow|\bunder|\bless than|\blower than)\s*(\d{1,2}(?:[.,]\d+)?)\s?%/gi;
const CONSISTENT = /\b(consistent|in line) with\b|\bno (significant )?increase\b/i;
/** Turns what a limit means: "increases less than 10 %", "not below", "above 1 % we roll back, below 0.5 % is fine". */
const TURNED = /\b(not?|increas\w*|decreas\w*|drops?|chang\w*|over|above|more|exceed\w*|or)\b|>/i;
const EXCLUDED = /\b(?:excluding|excludes?|except|without|ignoring)\b([^)]*)/i;
/** What is measured in percent, and is no error rate. */
const OTHER =
  /\b(latency|p\d{2}|durations?|(response|load|loading|page) times?|apdex|abandon\w*|bounce|crash\w*|click\w*|conversions?|completions?|success(ful)? rates?|success(?! criteri)|availability|uptime|complaints?|tickets?|satisfaction|drop-?offs?)\b|\d ?m?s\b/i;
/** "Download error rate: < 0.3 %", "failure rate of letter downloads below 1 %": what is said by itself to fail. */
const IN_WORDS =
  /^(?:data ?dog:? )?(?:low )?(?:(.+?)(?: endpoint)? (?:error|failure) rates?|(?:error|failure) rates? (?:of|for) (?:the )?(.+?)(?: endpoint)?)\W*(?: (?:is|are|remains?|stays?|should be|must be))? ?(?:<|below|under|less than|lower than|consistent with|in line with)/i;
const NO_NAME =
  /^(no|any|all|overall|total|new|combined|the|low|api|back-?end|front-?end|data ?dog|mobile|ios|android|desktop|web|peak|first[- ]time)\b|[^\p{L}\p{N}_ /-]/iu;

/** "Error rate: < 1 %", "Overall API error rate remains below 1%": that of all requests. */
const OVERALL =
  /^(?:(?:low|overall|total|general|combined|data ?dog|api|apm|back-?end|the|all) )*(?:error|failure) rates?(?: (?:of|for|across) (?:all|the|these)(?: \w+)? (?:endpoints?|requests))?\W*(?:(?:is|are|remains?|stays?|should be|must be|low|at)\W+)*(?:<(?!=)|below|under|less than|lower than)\s*\d{1,2}(?:[.,]\d+)?\s?%\s*$/i;
/** Narrows whom or what a limit is for: "for 526 with 4142 attached", "on mobile", "in the first week". */
const PART =
  /\b(only|when|if|where|while|during|among|who|whose|with|on|per|attach\w*|contain\w*|mobile|ios|android|desktop|web|peak|week(day|end)s?|night\w*|first[- ]time|within|after|before)\b|\b(for|in) (?!(?:all|the|these|our|both|each) (?:of the )?(?:users|requests|endpoints?|veterans|stage)\b)/i;

/** The endpoints of the success criteria: the lines of the list under their question, and the rows of a table of targets. */
export function criteriaIn(reading: Reading): Criteria {
  const endpoints: PlannedEndpoint[] = [];
  const unread: Unread[] = [];
  const ceilings: { value: string; line: number }[] = [];
  const excluded = new Map<string, number>();
  const asked = [...linesAsked(reading, QUESTION), ...limitsInTables(reading)];
  for (const { text, line, over = '' } of asked) {
    const names = namesIn(text);
    const isOther = OTHER.test(text) || OTHER.test(over);
    const overall = names.length === 0 && !isOther && !PART.test(over) ? overallIn(text) : undefined;
    if (overall !== undefined) ceilings.push({ value: overall, line });
    else if (names.length === 0 || isOther) {
      unread.push({ line, why: `"${plain(wordsOf(text), 60)}" names no endpoint's error rate` });
      continue;
    }
    const part = PART.test(over) ? `${over}: ${wordsOf(text)}` : partIn(text, names);
    const criterion = part === undefined ? criterionIn(text) : undefined;
    if (part !== undefined && names.length > 0)
      unread.push({ line, why: `its limit may be for a part of the requests only: "${plain(part, 60)}"` });
    for (const name of names) {
      const known = endpoints.find((one) => one.name === name);
      if (!known) endpoints.push({ name, line, ...(criterion && { criterion }) });
      else if (JSON.stringify(known.criterion) !== JSON.stringify(criterion)) {
        delete known.criterion;
        unread.push({ line, why: `"${plain(name, 60)}" has another criterion in line ${known.line}` });
      }
    }
    const said = EXCLUDED.exec(text)?.[1];
    const statuses = [...(said ?? '').matchAll(/\b[1-5]\d\d\b/g)].map(Number);
    excluded.set(said !== undefined && statuses.length === 0 ? UNKNOWN : JSON.stringify(statuses), line);
  }
  const ceiling = ceilingIn(ceilings);
  return {
    endpoints,
    unread,
    asked: asked.map(({ line }) => line),
    excluded: excludedIn(excluded),
    ...(ceiling && { ceiling }),
  };
}

/** The limit of a line that speaks of no endpoint and of no part of the requests. */
function overallIn(text: string): string | undefined {
  const words = withoutExcluded(wordsOf(text));
  const limits = limitsIn(words);
  return OVERALL.test(words) && limits.length === 1 && Number(limits[0]) > 0 ? `${limits[0]}%` : undefined;
}

function ceilingIn(found: readonly { value: string; line: number }[]): Said<string> | undefined {
  const [first] = found;
  const other = found.find(({ value }) => Number.parseFloat(value) !== Number.parseFloat(first!.value));
  return other ? { todo: `line ${first!.line} says ${first!.value}, line ${other.line} ${other.value}` } : first;
}

const limitsIn = (text: string): string[] => [...text.matchAll(BELOW)].map(([, limit]) => limit!.replace(',', '.'));

const withoutExcluded = (text: string): string =>
  text.replace(/\s*[(,]?\s*\b(?:excluding|excludes?|except|without|ignoring)\b[^()]*\)?/gi, ' ').trim();

/** What narrows a line's limit to a part of what its endpoints do; "for claims `#index`" names only where they are. */
function partIn(text: string, names: readonly string[]): string | undefined {
  const words = withoutExcluded(wordsOf(text));
  const marked = names.reduce((all, name) => all.replaceAll(name, '§'), words);
  const rest = marked
    .replace(/\b(for|in|of|on) (?:[\w/-]+ ){0,3}§(?:(?:,| and|,? and)? §)*(?: endpoints?| pages?)?/gi, ' ')
    .replace(/\b(?:consistent|in line) with [^(),;]*/gi, ' ');
  return PART.test(rest) ? words : undefined;
}

const UNKNOWN = 'unknown';

function excludedIn(found: ReadonlyMap<string, number>): Said<number[]> {
  const [first, ...others] = [...found];
  if (!first) return { todo: 'no criterion was read that could say' };
  if (others.length > 0) return { todo: 'the criteria leave out different statuses; a release has one list' };
  const [statuses, line] = first;
  return statuses === UNKNOWN
    ? { todo: `line ${line} leaves something out, and no status by its number` }
    : { value: JSON.parse(statuses), line };
}

/** The one criterion of a line; two limits, a limit and a baseline, or a limit on a change are not understood. */
function criterionIn(text: string): PlannedEndpoint['criterion'] {
  const [below, ...more] = limitsIn(text);
  const isConsistent = CONSISTENT.test(text);
  if (below === undefined) return isConsistent ? 'consistentWithBaseline' : undefined;
  return isConsistent || more.length > 0 || TURNED.test(text) ? undefined : { below: `${below}%` };
}

/** The endpoints that a line names: in code, like #index, or in words where it says nothing but their error rate. */
function namesIn(text: string): string[] {
  const coded = [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => plain(name!, 100)).filter(isEndpoint);
  const named = [...text.matchAll(/(?<![\w&/])#[a-z][\w-]*/gi)].map(([name]) => name);
  const [, before, behind] = IN_WORDS.exec(wordsOf(text)) ?? [];
  const words = before ?? behind ?? '';
  const isName = words !== '' && !NO_NAME.test(words) && words.split(' ').length <= 3;
  return [...new Set(coded.length > 0 ? coded : named.length > 0 ? named : isName ? [words] : [])];
}

/** Not "5xx", "404". */
const isEndpoint = (code: string): boolean => code !== '' && !/^[1-5](\d\d|xx)$/i.test(code);

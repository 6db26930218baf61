import { PackedCounts } from './packed/packed-counts';
import type { Counts } from './snapshot';

/** Which statuses are errors, both ends included, and which leave errors and requests alike. */
export interface CountRules {
  excludedStatuses: readonly number[];
  errorStatuses: { from: number; to: number };
}

/** Every HTTP status; looking one up is much faster than a pattern, and each run does it for all its hours. */
const STATUSES = new Map(Array.from({ length: 500 }, (_, index) => [String(100 + index), 100 + index]));

/** Whether a label is an HTTP status, 100 to 599. */
export const isStatus = (label: string): boolean => STATUSES.has(label);

/** What became of requests whose source counts those that failed in the place of statuses: whether they are errors. */
const OUTCOMES = new Map([
  ['failed', true],
  ['succeeded', false],
  ['slow', true],
  ['fast', false],
]);

/** Whether a label tells what became of its requests: a status, or one of the words above. */
export const isOutcome = (label: string): boolean => STATUSES.has(label) || OUTCOMES.has(label);

/**
 * Adds up the counts of an hour. A label that is neither an HTTP status from 100 to 599 nor a word such as `failed`, but
 * say `N/A`: nobody knows whether it was a request that ended, so it is neither request nor error.
 *
 * @example tallyOf(new Map([['200', 90], ['401', 5], ['502', 10]]), rules) // { requests: 100, errors: 10, excluded: 5 }
 */
export function tallyOf(counts: Counts, rules: CountRules): { requests: number; errors: number; excluded: number } {
  const { requests, errors, excluded } = partsOf(counts, rules);
  return { requests, errors, excluded };
}

/** Every request of an hour by what became of it. */
export interface Parts {
  /** All of them, whatever their label. */
  seen: number;
  /** Those that are judged, and how many of these failed; as {@link tallyOf} counts them. */
  requests: number;
  errors: number;
  excluded: number;
  /** Of the requests those that were sent elsewhere, 300 to 399 without 304, which is an answer. */
  redirects: number;
  /** Those whose label does not tell what became of them. */
  withoutStatus: number;
}

/** What requests of a label count as; each is a place in the sums of an hour. */
const [OTHER, ERROR, REDIRECT, EXCLUDED, WITHOUT_STATUS] = [0, 1, 2, 3, 4] as const;
type Kind = typeof OTHER | typeof ERROR | typeof REDIRECT | typeof EXCLUDED | typeof WITHOUT_STATUS;

function kindOf(label: string, { excludedStatuses, errorStatuses: { from, to } }: CountRules): Kind {
  const status = STATUSES.get(label);
  if (status === undefined) {
    const failed = OUTCOMES.get(label);
    return failed === undefined ? WITHOUT_STATUS : failed ? ERROR : OTHER;
  }
  if (excludedStatuses.includes(status)) return EXCLUDED;
  if (status >= from && status <= to) return ERROR;
  return status >= 300 && status < 400 && status !== 304 ? REDIRECT : OTHER;
}

/** What labels count as, by the rules that were asked last: each run asks for all its hours. */
const known: { rules: CountRules; kinds: Map<string, Kind> } = {
  rules: { excludedStatuses: [], errorStatuses: { from: 0, to: 0 } },
  kinds: new Map(),
};

function learn(label: string): Kind {
  const kind = kindOf(label, known.rules);
  known.kinds.set(label, kind);
  return kind;
}

/** Whether two are the same rules; those with a copy of the list count as others. */
export const isSameRules = (a: CountRules, b: CountRules) =>
  a.excludedStatuses === b.excludedStatuses &&
  a.errorStatuses.from === b.errorStatuses.from &&
  a.errorStatuses.to === b.errorStatuses.to;

/** What {@link partsOf} gives: one for each of a run's million hours would be a tenth of all that judging makes. */
const parts = { seen: 0, requests: 0, other: 0, errors: 0, redirects: 0, excluded: 0, withoutStatus: 0 };

function add(kind: Kind, count: number): void {
  if (kind === OTHER) parts.other += count;
  else if (kind === ERROR) parts.errors += count;
  else if (kind === REDIRECT) parts.redirects += count;
  else if (kind === EXCLUDED) parts.excluded += count;
  else parts.withoutStatus += count;
}

/**
 * The requests of an hour by what became of them. Good until the next call: the object is used again.
 *
 * @example partsOf(new Map([['200', 90], ['302', 5], ['N/A', 3]]), rules) // seen 98, requests 95, redirects 5, withoutStatus 3
 */
export function partsOf(counts: Counts, rules: CountRules): Readonly<Parts> {
  if (!isSameRules(known.rules, rules)) Object.assign(known, { rules, kinds: new Map() });
  parts.other = 0;
  parts.errors = 0;
  parts.redirects = 0;
  parts.excluded = 0;
  parts.withoutStatus = 0;
  if (counts instanceof PackedCounts) {
    const kinds = counts.labels.in(known.kinds, learn);
    for (let place = 0; place < kinds.length; place++) add(kinds[place]!, counts.at(place));
  } else for (const [label, count] of counts) add(known.kinds.get(label) ?? learn(label), count);
  parts.requests = parts.other + parts.errors + parts.redirects;
  parts.seen = parts.requests + parts.excluded + parts.withoutStatus;
  return parts;
}

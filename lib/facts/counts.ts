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

/** What requests of a label count as. */
type Kind = 'error' | 'redirect' | 'other' | 'excluded' | 'withoutStatus';

function kindOf(label: string, { excludedStatuses, errorStatuses: { from, to } }: CountRules): Kind {
  const status = STATUSES.get(label);
  if (status === undefined) {
    const failed = OUTCOMES.get(label);
    return failed === undefined ? 'withoutStatus' : failed ? 'error' : 'other';
  }
  if (excludedStatuses.includes(status)) return 'excluded';
  if (status >= from && status <= to) return 'error';
  return status >= 300 && status < 400 && status !== 304 ? 'redirect' : 'other';
}

/**
 * The labels of an hour are mostly those of the hour before it, in the same order; to compare them is much faster than to
 * look them up, and each run does it for all its hours.
 */
const last = {
  excluded: [] as CountRules['excludedStatuses'],
  from: 0,
  to: 0,
  labels: [] as string[],
  kinds: [] as Kind[],
};

/** @example partsOf(new Map([['200', 90], ['302', 5], ['N/A', 3]]), rules) // seen 98, requests 95, redirects 5, withoutStatus 3 */
export function partsOf(counts: Counts, rules: CountRules): Parts {
  const { excludedStatuses, errorStatuses } = rules;
  if (last.excluded !== excludedStatuses || last.from !== errorStatuses.from || last.to !== errorStatuses.to)
    Object.assign(last, { excluded: excludedStatuses, ...errorStatuses, labels: [], kinds: [] });
  const { labels, kinds } = last;
  let [place, seen, requests, errors, excluded, redirects, withoutStatus] = [0, 0, 0, 0, 0, 0, 0];
  for (const [label, count] of counts) {
    if (labels[place] !== label) {
      labels[place] = label;
      kinds[place] = kindOf(label, rules);
    }
    const kind = kinds[place++]!;
    seen += count;
    if (kind === 'excluded') excluded += count;
    else if (kind === 'withoutStatus') withoutStatus += count;
    else {
      requests += count;
      if (kind === 'error') errors += count;
      else if (kind === 'redirect') redirects += count;
    }
  }
  return { seen, requests, errors, excluded, redirects, withoutStatus };
}

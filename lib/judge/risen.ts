import { tallyOf } from '../facts/counts';
import type { Pooled, WindowCounts } from '../facts/window';
import { criterionOf } from '../release/criteria';
import type { Release } from '../release/schema';

/** With fewer requests a single error is a rate of its own. */
const ENOUGH = 100;
/** Fewer errors are chance. */
export const ERRORS_TO_TELL = 10;
/** What an endpoint without a criterion about its baseline may rise by: the defaults of that criterion. */
const USUAL = { allowed: 0.25, floor: 0.001 };

/** The errors of one status, or of the word in its place, beside those before the launch. */
export interface ErrorKind extends Pooled {
  status: string;
  before: Pooled;
}

/** The errors of some hours by kind, most first. */
export function errorKinds({ statuses, tally }: WindowCounts, before: WindowCounts, release: Release): ErrorKind[] {
  return statuses
    .filter(({ status }) => tallyOf(new Map([[status, 1]]), release).errors > 0)
    .map(({ status, requests }) => ({
      status,
      requests: tally.requests,
      errors: requests,
      before: {
        requests: before.tally.requests,
        errors: before.statuses.find((one) => one.status === status)?.requests ?? 0,
      },
    }));
}

/** Whether there are requests enough to compare rates. */
export const isEnough = ({ requests }: Pooled): boolean => requests >= ENOUGH;

/**
 * Whether a rate is above what its endpoint tolerates over the baseline, by more than chance: three standard deviations
 * of a Poisson count.
 */
export function hasRisen(now: Pooled, before: Pooled, endpoint: string, { endpoints }: Release): boolean {
  const found = endpoints.find(({ name }) => name === endpoint);
  const own = found && criterionOf(found, 'consistentWithBaseline');
  const { allowed, floor } = own?.consistentWithBaseline ?? USUAL;
  const rate = before.errors / before.requests;
  const expected = Math.max(rate * (1 + allowed), rate + floor) * now.requests;
  return now.errors >= ERRORS_TO_TELL && now.errors > expected + 3 * Math.sqrt(expected);
}

/** The kinds of errors that rose against the time before the launch, most first; none where too few requests could tell. */
export const risenKinds = (now: WindowCounts, before: WindowCounts, endpoint: string, release: Release): ErrorKind[] =>
  isEnough(now.tally) && isEnough(before.tally)
    ? errorKinds(now, before, release).filter((kind) => hasRisen(kind, kind.before, endpoint, release))
    : [];

import { judge } from '../../lib/judge/judge';
import type { Release } from '../../lib/release/schema';
import { entered, LAUNCH, MONTH } from '../worlds/moments';
import { BELOW, CONSISTENT, hoursOf, releaseWith } from '../worlds/rollout-facts';
import { isLong } from './campaign';

const RELEASE: Release = { ...releaseWith([CONSISTENT, BELOW]), controls: [] };
const MOST = 50;

/** All errors up to a number of requests; in the suite's form, of more than fifteen requests only the edges. */
const errorsOf = (n: number): number[] =>
  isLong() || n <= 15 ? Array.from({ length: n + 1 }, (_, x) => x) : [...new Set([0, 1, Math.floor(n / 2), n - 1, n])];

test('of each baseline of at most 50 requests there is a verdict, and no pass from it', () => {
  for (let n = 0; n <= MOST; n++)
    for (const x of errorsOf(n)) {
      const hours = hoursOf(LAUNCH - MONTH, LAUNCH + 1, (at) => {
        const nth = (LAUNCH - 1 - at) / 13;
        return Number.isInteger(nth) && nth >= 0 && nth < n ? [1, nth < x ? 1 : 0] : [0, 0];
      });
      const { findings, recommendation } = judge(RELEASE, [entered(LAUNCH)], new Map([['#show', hours]]), LAUNCH);
      if (recommendation !== 'hold' || findings.some(({ outcome }) => outcome === 'pass' || outcome === 'breach'))
        throw new Error(`${x} of ${n}: ${recommendation}, ${findings.map(({ outcome }) => outcome).join()}`);
    }
});

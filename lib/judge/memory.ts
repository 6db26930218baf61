import { createHash } from 'node:crypto';
import type { Hourly } from '../statistics/traffic/hourly';

/**
 * What was worked out last under a name, unless it rests on other numbers now: then `work` is done, and its result kept.
 * Whoever gets it does not change it.
 *
 * @param numbers all that `work` rests on
 */
export type Memory = <T>(name: string, numbers: () => readonly Hourly[], work: () => T) => T;

/** For whoever asks once. */
export const noMemory: Memory = (_name, _numbers, work) => work();

/**
 * A memory of a release. The weeks before a launch are the same in every hour after it, and what they give is half of the
 * work of a verdict. Of the numbers it keeps a digest only, so that a thousand endpoints have room.
 *
 * @example
 * const memory = newMemory();
 * memory('sum', () => [[1, 2]], () => 1 + 2) // 3, and does not add when it is asked again
 */
export function newMemory(): Memory {
  const kept = new Map<string, { digest: string; result: unknown }>();
  return <T>(name: string, numbers: () => readonly Hourly[], work: () => T): T => {
    const digest = digestOf(numbers());
    const known = kept.get(name);
    if (known?.digest === digest) return known.result as T;
    const result = work();
    kept.set(name, { digest, result });
    return result;
  };
}

/** Tells lists of other lengths apart, too, and an unknown hour from every number. */
function digestOf(lists: readonly Hourly[]): string {
  const hash = createHash('sha256');
  for (const list of lists) {
    const bits = new Float64Array(list.length + 1);
    bits[0] = list.length;
    for (let at = 0; at < list.length; at++) bits[at + 1] = list[at] ?? Number.NaN;
    hash.update(bits);
  }
  return hash.digest('base64');
}

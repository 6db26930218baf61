/**
 * Gives what was worked out last under a name, unless it rests on something else now: then `work` is done, and its result
 * kept. Whoever gets it does not change it.
 *
 * @param rests lists all that `work` rests on, beside the release file: each is compared by itself, objects as the same object
 */
export type Memory = <T>(name: string, rests: () => readonly unknown[], work: () => T) => T;

/** Of what the weeks before a launch gave, and of their hours, one by one. */
export interface Memories {
  memory?: Memory | undefined;
  hourMemory?: Memory | undefined;
}

/** For whoever asks once. */
export const noMemory: Memory = (_name, _rests, work) => work();

/**
 * A memory for one edition of a release file. The weeks before a launch are the same in every hour after it, and what they
 * give is two fifths of the work of a verdict.
 *
 * @example
 * const memory = newMemory();
 * memory('sum', () => [1, 2], () => 1 + 2) // 3; asked again for the same, it does not add
 */
export function newMemory(): Memory {
  const kept = new Map<string, { rests: readonly unknown[]; result: unknown }>();
  return <T>(name: string, listed: () => readonly unknown[], work: () => T): T => {
    const rests = listed();
    const known = kept.get(name);
    if (known && isAlike(known.rests, rests)) return known.result as T;
    const result = work();
    kept.set(name, { rests, result });
    return result;
  };
}

/**
 * The same memory for one of many endpoints: it keeps nothing that rests on more than so many things. Hours that are looked
 * at one by one, in twelve weeks of a thousand endpoints, are more than all else that a run holds.
 */
export function withinMemory(memory: Memory, most: number): Memory {
  if (memory === noMemory) return noMemory;
  return (name, listed, work) => {
    const rests = listed();
    return rests.length > most ? work() : memory(name, () => rests, work);
  };
}

const isAlike = (some: readonly unknown[], others: readonly unknown[]) =>
  some.length === others.length && some.every((one, index) => Object.is(one, others[index]));

import type { Watch } from '../lib/run';

/** A process that dies at its nth call of a neighbour, before or after that had its effect, and does nothing any more. */
export function mortal(watch: Watch, at: number, when: 'before' | 'after'): Watch {
  let calls = 0;
  let dead = false;
  const wrapped = <T extends object>(part: T) =>
    Object.fromEntries(
      Object.entries(part).map(([name, call]) => [
        name,
        async (...args: unknown[]) => {
          const nth = ++calls;
          if (dead || (nth === at && when === 'before')) dead = true;
          if (dead) throw new Error('the process has died');
          const result = await call(...args);
          if (dead || nth === at) {
            dead = true;
            throw new Error('the process has died');
          }
          return result;
        },
      ]),
    ) as T;
  const { release, source, history, sink } = watch;
  return { release, source: wrapped(source), history: wrapped(history), sink: wrapped(sink) };
}

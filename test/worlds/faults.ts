import type { Bounds, Watch } from '../../lib/run';

/** What happens at a run's nth call of a neighbour. */
export const MODES = [
  /** It fails without any effect, and the process goes on. */
  'error',
  /** It takes effect, its reply is lost, and the process goes on. */
  'lost reply',
  'dies before',
  'dies after',
  /** It has no effect and no answer before the time of the run is over. */
  'hangs',
  /** It answers, but Ctrl-C is pressed meanwhile. */
  'Ctrl-C',
] as const;

export interface Fault {
  /** 1 is the first call. */
  at: number;
  mode: (typeof MODES)[number];
}

/** A process that meets these faults, with what ends its run and what it called; one that has died does nothing any more. */
export function faulty(watch: Watch, faults: readonly Fault[]): { watch: Watch; bounds: Bounds; called: string[] } {
  const called: string[] = [];
  let dead = false;
  const time = new AbortController();
  const pressed = new AbortController();

  const answer = async (name: string, call: (...args: unknown[]) => Promise<unknown>, args: unknown[]) => {
    const nth = called.push(name);
    const mode = faults.find(({ at }) => at === nth)?.mode;
    if (mode === 'dies before') dead = true;
    if (dead) throw new Error('the process has died');
    if (mode === 'error') throw new Error('out of order');
    if (mode === 'hangs') {
      time.abort();
      throw new Error('no reply in time');
    }
    if (mode === 'Ctrl-C') {
      time.abort();
      pressed.abort();
    }
    const result = await call(...args);
    if (mode === 'dies after') dead = true;
    if (dead) throw new Error('the process has died');
    if (mode === 'lost reply') throw new Error('the connection broke');
    return result;
  };
  const wrapped = <T extends object>(part: T) =>
    Object.fromEntries(
      // A clock is read off an answer that came: it calls nobody.
      Object.entries(part).map(([name, call]) => [
        name,
        name === 'clock' ? call : (...args: unknown[]) => answer(name, call, args),
      ]),
    ) as T;
  const { release, source, history, sink, events } = watch;
  return {
    watch: {
      release,
      source: wrapped(source),
      history: wrapped(history),
      sink: wrapped(sink),
      ...(events && { events: wrapped(events) }),
    },
    bounds: { signal: time.signal, interrupt: pressed.signal },
    called,
  };
}

import type { Instant } from '../facts/hour';

/** The world as a command sees it: data goes to `out`, talk to `err`. */
export interface Io {
  out(line: string): void;
  err(line: string): void;
  /** Whether `err` is a terminal, where a progress bar can be drawn. */
  terminal: boolean;
  /** Width of the terminal that `out` is; absent where it is none. */
  columns?: number | undefined;
  env: NodeJS.ProcessEnv;
  now(): Instant;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/** Documented exit codes; `check` has 0 pass, 1 breach and 2 inconclusive or no data. */
export const EXIT = { ok: 0, breach: 1, undecided: 2, usage: 64, failure: 70 } as const;

/** What the caller did wrong, all of it at once. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

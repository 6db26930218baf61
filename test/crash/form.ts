/** `npm run test:crash` plays the long form and prints its counts; `npm test` and `npm run test:long` the short one. */
export const LONG = process.env.STAGEWATCH_CRASH === 'long';

/** Milliseconds for one test: the long form takes minutes, and longer on a busy machine. */
export const TIME = LONG ? 1_800_000 : 240_000;

export function say(counts: string): void {
  if (LONG) process.stdout.write(`${counts}\n`);
}

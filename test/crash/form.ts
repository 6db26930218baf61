/**
 * `npm run test:crash` plays the long form; `npm run test:long` the short one, and `npm run test:aws` that against Amazon's
 * DynamoDB Local. The first and the last print their counts.
 */
export const LONG = process.env.STAGEWATCH_CRASH === 'long';

/** Milliseconds for one test: the long form takes minutes, and longer on a busy machine. */
export const TIME = LONG ? 1_800_000 : 240_000;

export function say(counts: string): void {
  if (LONG || process.env.STAGEWATCH_TEST_DYNAMODB) process.stdout.write(`${counts}\n`);
}

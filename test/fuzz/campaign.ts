import fc from 'fast-check';

/** FUZZ=long (npm run test:fuzz) runs every target for long, from a new seed each time; the suite has a short, fixed form. */
const LONG = process.env.FUZZ === 'long';
export const isLong = (): boolean => LONG;
const SEED = Number(process.env.FUZZ_SEED ?? (LONG ? Date.now() % 2 ** 31 : 20260211));

// The long form takes minutes, and a busy machine is no failure.
jest.setTimeout(600_000);

/** A test that a law holds for whatever the arbitrary makes up; a failure says how to see just that case again. */
export function fuzz<T>(
  law: string,
  cases: { short: number; long: number },
  arbitrary: fc.Arbitrary<T>,
  check: (made: T) => void | Promise<void>,
): void {
  test(law, async () => {
    const property = fc.asyncProperty(arbitrary, async (made) => check(made));
    const numRuns = LONG ? cases.long : cases.short;
    const details = await fc.check(property, { seed: SEED, numRuns, path: process.env.FUZZ_PATH, endOnFailure: LONG });
    if (details.failed) {
      const replay = `FUZZ_SEED=${details.seed} FUZZ_PATH=${details.counterexamplePath} npx jest test/fuzz -t '${law}'`;
      throw new Error(`${fc.defaultReportMessage(details)}\n${details.errorInstance}\n\nagain: ${replay}`);
    }
    if (LONG) process.stderr.write(`${String(details.numRuns).padStart(7)} cases, seed ${details.seed}: ${law}\n`);
  });
}

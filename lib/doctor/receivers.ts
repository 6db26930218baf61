import { type Check, ok, skipped, wrong } from './check';
import type { Provable, SetUp } from './set-up';

/** Whether the receivers would take what is brought to them, as far as that can be asked without a message to people. */
export async function receiverChecks({ receivers }: Pick<SetUp, 'receivers'>): Promise<Check[]> {
  let asked: readonly Provable[];
  try {
    asked = receivers?.() ?? [];
  } catch (error) {
    return [wrong('receivers', (error as Error).message)];
  }
  return Promise.all(
    asked.map(async ({ name, prove }) => {
      const next = `stagewatch test-alert --to ${name} proves the whole way by a message that is marked as a test`;
      if (!prove) return skipped(name, `its credential is not here, or only a message could prove it; ${next}`);
      return prove().then(
        (proved) => ok(name, `${proved}; ${next}`),
        (error: Error) => wrong(name, error.message),
      );
    }),
  );
}

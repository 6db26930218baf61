import { SETTLE_MINUTES } from '../facts/due';
import { newestSettledHour } from '../facts/hour';
import { awsChecks } from './aws';
import type { Check } from './check';
import { type ClockReading, clockCheck } from './clock';
import { datadogChecks } from './datadog-checks';
import { receiverChecks } from './receivers';
import type { SetUp } from './set-up';
import { toggleChecks } from './toggles';

/**
 * Looks at everything that a watch needs and tells each thing as soon as it is known; one that fails does not end the
 * rest. Nothing is written anywhere, and no check holds a key.
 */
export async function examine(setUp: SetUp, tell: (check: Check) => void): Promise<void> {
  const readings: ClockReading[] = [];
  const to = newestSettledHour(setUp.now(), SETTLE_MINUTES) + 1;
  for (const check of await datadogChecks(setUp, to, readings)) tell(check);
  for (const check of await toggleChecks(setUp)) tell(check);
  for (const check of await awsChecks(setUp, readings)) tell(check);
  for (const check of await receiverChecks(setUp)) tell(check);
  tell(clockCheck(readings));
}

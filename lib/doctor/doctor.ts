import { SETTLE_MINUTES } from '../domain/due';
import { HOURS_PER_WEEK, type Instant, newestSettledHour } from '../domain/hour';
import type { Release } from '../domain/release';
import type { DatadogKeys } from '../sources/datadog-keys';
import { awsChecks } from './aws';
import type { Check } from './check';
import { clockCheck, type Reading } from './clock';
import { datadogChecks } from './datadog-checks';

/** A set-up, as far as it is known here. */
export interface SetUp {
  release: Release;
  /** @throws Error that says what is missing, and nothing of the keys */
  keys(): Promise<DatadogKeys>;
  /** A stand-in for Datadog on this machine. */
  datadogUrl?: string;
  /** DynamoDB table; without one the history is embedded. */
  table?: string;
  topic?: string;
  now(): Instant;
  signal: AbortSignal;
}

/**
 * Looks at everything that a watch needs and tells each thing as soon as it is known; one that fails does not end the
 * rest. Nothing is written anywhere, and no check holds a key.
 */
export async function examine(setUp: SetUp, tell: (check: Check) => void): Promise<void> {
  const readings: Reading[] = [];
  const to = newestSettledHour(setUp.now(), SETTLE_MINUTES) + 1;
  for (const check of await datadogChecks(setUp, to - 4 * HOURS_PER_WEEK, to, readings)) tell(check);
  for (const check of await awsChecks(setUp, readings)) tell(check);
  tell(clockCheck(readings));
}

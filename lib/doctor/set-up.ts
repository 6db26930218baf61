import type { Hour, Instant } from '../facts/hour';
import type { StageEvent } from '../facts/stage';
import type { ToggleService } from '../ports';
import type { Release } from '../release/schema';
import type { DatadogKeys } from '../sources/datadog/keys';

/** A receiver that is asked for. */
export interface Provable {
  /** In the settings. */
  name: string;
  /** Whether its credential is taken, asked without telling anybody anything; absent where that cannot be asked from here. */
  prove?: (() => Promise<string>) | undefined;
}

/** A set-up, as far as it is known here. */
export interface SetUp {
  release: Release;
  /** @throws Error that says what is missing, and nothing of the keys */
  keys(): Promise<DatadogKeys>;
  /** A stand-in for Datadog on this machine. */
  datadogUrl?: string;
  /** DynamoDB table; without one the history is embedded. */
  table?: string;
  /** The newest verdict's hour in the history on this machine; asked for without a table. */
  embedded?(): Promise<Hour | undefined>;
  /** The stage log in the history on this machine; asked for without a table. */
  stages?(): Promise<readonly StageEvent[] | undefined>;
  /**
   * What the release's toggles are asked of.
   *
   * @throws Error that says what is missing, and nothing of the key
   */
  toggles?(): ToggleService | undefined;
  /**
   * The receivers that are asked for.
   *
   * @throws Error that says what is missing, and nothing of a credential
   */
  receivers?(): Provable[];
  topic?: string;
  now(): Instant;
  /** Told before each question for counts. */
  progress?(done: number, total: number, doing: string): void;
  signal: AbortSignal;
}

import { plain } from './facts/format';
import { type Hour, hourText, type Instant } from './facts/hour';
import type { StageEvent } from './facts/stage';
import type { EventSource, History } from './ports';
import type { Release } from './release/schema';
import { eventQueriesOf } from './release/source-section';
import type { EventCount } from './results/event-count';
import { isSameCount, type ToCount, windowsToCount } from './results/windows-to-count';

/** After so long a run begins no question, as a check-in waits for it; the last one may take 45 s. */
const ASKING_MS = 60_000;

/** What the events of windows said, as it is stored; `failure` is what could not be had, all of it. */
export interface EventsCounted {
  counts: readonly EventCount[];
  failure?: string;
}

/**
 * Asks the events of every window that has ended and was not counted yet, the newest end first, and records the answers.
 * Events are good to have and nothing is judged by them: whatever fails is said, nothing is thrown, and the next run
 * asks again. Without a source of events, or a query in the release file, nothing is read.
 */
export async function countEvents(
  { release, history, events }: { release: Release; history: History; events?: EventSource },
  log: readonly StageEvent[],
  newest: Hour,
  now: Instant,
  signal?: AbortSignal,
): Promise<EventsCounted> {
  const { users, usersOf, errorClasses } = eventQueriesOf(release);
  if (!events || !(users ?? usersOf[0] ?? errorClasses)) return { counts: [] };
  const end = performance.now() + ASKING_MS;
  let counts: EventCount[] = [];
  const failures: string[] = [];
  try {
    counts = await history.eventCounts();
    const missing = windowsToCount(release, log, newest).filter(
      (asked) => !counts.some((one) => isSameCount(one, asked)),
    );
    for (const one of missing) {
      const failure = await record(one).catch((error: unknown) =>
        error instanceof Error ? error.message : String(error),
      );
      if (failure !== undefined)
        failures.push(`${whatOf(one)} of ${hourText(one.from)} - ${hourText(one.to)}: ${failure}`);
    }
    // Another run may have been quicker: what is stored counts.
    if (missing.length > 0) counts = await history.eventCounts();
  } catch (error) {
    failures.push(`the history: ${(error as Error).message}`);
  }
  return { counts, ...(failures.length > 0 && { failure: failures.join('; ') }) };

  /** What kept a window from being counted, if anything did. */
  async function record(one: ToCount): Promise<string | undefined> {
    if (signal?.aborted || performance.now() >= end) return 'no time was left to ask';
    await history.recordEventCount(await answered(one, { from: one.from, to: one.to, at: now }));
    return undefined;
  }

  async function answered(one: ToCount, hours: Pick<EventCount, 'from' | 'to' | 'at'>): Promise<EventCount> {
    const { from, to } = one;
    if (one.kind === 'usersOf') {
      const { kind, name } = one;
      const { counts } = usersOf.find((query) => query.name === name)!;
      return { ...hours, kind, name, users: await events!.usersOf!(name, from, to, signal), counts };
    }
    return one.kind === 'users'
      ? { ...hours, kind: one.kind, users: await events!.users!(from, to, signal), counts: users!.counts }
      : { ...hours, kind: one.kind, errorClasses: await events!.errorClasses!(from, to, signal) };
  }
}

const whatOf = (one: ToCount): string => (one.kind === 'usersOf' ? `users (${plain(one.name, 60)})` : one.kind);

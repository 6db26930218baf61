import { hasStopped } from './alert/finish';
import { SETTLE_MINUTES } from './facts/due';
import { type Instant, newestSettledHour } from './facts/hour';
import type { FailingRelease, History, LeftRelease, Roll, RollEntry, RunFailure } from './ports';

/** A stack and the releases that it runs every hour. */
export interface StackReleases {
  stack: string;
  releases: readonly string[];
}

/** What the roll call needs from the world. */
export interface Caller {
  roll: Pick<Roll, 'entries' | 'write'>;
  historyOf(release: string): Pick<History, 'stages' | 'lastVerdict' | 'lastAlert'>;
}

/**
 * How many settled hours each release of a stack lacks a verdict, up to the newest, by its name. They are counted from the
 * newest verdict, and for a release without one from the time when it was first called; a release that is new, or back
 * again, is entered into the roll.
 */
export async function missedRuns(
  { releases }: StackReleases,
  { roll, historyOf }: Caller,
  now: Instant,
): Promise<Map<string, number>> {
  const entries = await rollOf(roll);
  const newest = newestSettledHour(now, SETTLE_MINUTES);
  const missed = new Map<string, number>();
  // One after another: a call's time runs while it waits for a connection, and nobody waits for the roll call.
  for (const release of releases) {
    const known = entries.get(release);
    const entry = known && known.left === undefined ? known : { release, since: now };
    if (entry !== known) await roll.write(entry, known);
    const since = newestSettledHour(entry.since, SETTLE_MINUTES);
    const history = historyOf(release);
    const last = await history.lastVerdict();
    const behind = Math.max(0, newest - Math.max(last?.hour ?? since, since));
    // Only of one that is behind: a release that is finished has no more verdicts.
    const isOver = behind > 0 && last && hasStopped(await history.stages(), await history.lastAlert(), last);
    missed.set(release, isOver ? 0 : behind);
  }
  return missed;
}

/**
 * Tells of all releases that were called once and are no longer in the stack, in one message, and then notes that this was
 * done. A call that ends between the two tells it again.
 *
 * @returns the names of those that were told of
 */
export async function sayGoodbye(
  { releases }: StackReleases,
  { roll, historyOf }: Caller,
  now: Instant,
  tell: (left: readonly LeftRelease[]) => Promise<void>,
): Promise<string[]> {
  const gone = [...(await rollOf(roll)).values()].filter(
    ({ release, left }) => left === undefined && !releases.includes(release),
  );
  if (gone.length === 0) return [];
  const left: LeftRelease[] = [];
  for (const { release } of gone) left.push({ release, stage: (await historyOf(release).stages()).at(-1) });
  await tell(left);
  for (const entry of gone) await roll.write({ ...entry, left: now }, entry);
  return gone.map(({ release }) => release);
}

/** Runs come every hour; one that did not fail for so long is no longer failing. */
const OVER_MS = 70 * 60_000;
/** From the first failed attempt to the newest: the next hour's run failed, too. */
const LASTS_MS = 50 * 60_000;

/**
 * Tells of all releases whose runs have failed for an hour, and why, in one message; each of them once, until its runs no
 * longer fail. A call that ends before it could note this tells it again.
 *
 * @returns the names of those that were told of
 */
export async function tellFailures(
  { releases }: StackReleases,
  roll: Caller['roll'],
  now: Instant,
  tell: (failing: readonly FailingRelease[]) => Promise<void>,
): Promise<string[]> {
  const known = [...(await rollOf(roll)).values()].flatMap((entry) =>
    entry.failure && releases.includes(entry.release) ? [{ ...entry, failure: entry.failure }] : [],
  );
  const isOver = ({ failure }: { failure: RunFailure }) => now - failure.at > OVER_MS;
  const due = known.filter((entry) => {
    const { at, since, told } = entry.failure;
    return !isOver(entry) && told === undefined && at - since >= LASTS_MS;
  });
  for (const entry of known.filter(isOver)) {
    const { failure, ...healthy } = entry;
    await roll.write(healthy, entry);
  }
  if (due.length === 0) return [];
  await tell(due.map(({ release, failure }) => ({ release, ...failure })));
  for (const entry of due) await roll.write({ ...entry, failure: { ...entry.failure, told: now } }, entry);
  return due.map(({ release }) => release);
}

const rollOf = async (roll: Caller['roll']) =>
  new Map<string, RollEntry>((await roll.entries()).map((one) => [one.release, one]));

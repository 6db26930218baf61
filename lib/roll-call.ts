import { hasStopped } from './alert/finish';
import { SETTLE_MINUTES } from './facts/due';
import { type Instant, newestSettledHour } from './facts/hour';
import type { History, LeftRelease, Roll, RollEntry } from './ports';

/** A stack and the releases that it runs every hour. */
export interface StackReleases {
  stack: string;
  releases: readonly string[];
}

/** What the roll call needs from the world. */
export interface Caller {
  roll: Roll;
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

const rollOf = async (roll: Roll) =>
  new Map<string, RollEntry>((await roll.entries()).map((one) => [one.release, one]));

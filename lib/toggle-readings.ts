import type { Instant } from './facts/hour';
import type { StageEvent, StageLine } from './facts/stage';
import { afterReading, type ToggleFacts } from './facts/toggle';
import { followedEntry } from './judge/toggles/followed';
import type { History, ToggleService } from './ports';
import { serviceEditionOf } from './release/edition';
import type { Release } from './release/schema';

/** What the toggles said, undefined where the release reads none, and the entry of the stage log that they made. */
export interface TogglesRead {
  facts?: ToggleFacts | undefined;
  entered?: StageEvent;
}

/** What is known of the toggles in an hour in which no run read them: nothing, so that its verdict advises nobody to advance. */
export const unreadToggles = (
  { toggleService, toggles }: Pick<Release, 'toggleService' | 'toggles'>,
  at: Instant,
): ToggleFacts | undefined =>
  toggleService && {
    at,
    toggles: toggles.map(({ name }) => ({ toggle: name, at, state: { unknown: 'no run read it in that hour' } })),
  };

/** The release whose toggles are read, what they are read of, and where what they said is kept. */
interface Reading {
  release: Release;
  toggles?: ToggleService | undefined;
  history: History;
}

/**
 * What the toggles of a release with a toggle service say, which is recorded. Where another run has read them since, what
 * it found counts.
 */
export async function toggleFacts(
  { release, toggles, history }: Reading,
  now: Instant,
  signal?: AbortSignal,
): Promise<ToggleFacts | undefined> {
  if (!release.toggleService || !toggles) return unreadToggles(release, now);
  const before = await history.lastToggles();
  if (before !== undefined && before.at >= now) return before;
  const readings = await toggles.read(
    release.toggles.map(({ name }) => name),
    now,
    signal,
  );
  const facts = afterReading(before, now, readings, serviceEditionOf(release.toggleService));
  await history.recordToggles(facts);
  return facts;
}

/**
 * Reads the release's toggles; if the release follows them, a change of theirs is entered into the stage log.
 *
 * @param log its lines before the toggles were read
 */
export async function readToggles(
  reading: Reading,
  log: readonly StageLine[],
  now: Instant,
  signal?: AbortSignal,
): Promise<TogglesRead> {
  const { release, toggles, history } = reading;
  const facts = await toggleFacts(reading, now, signal);
  if (!facts || !toggles) return { facts };
  const followed = (lines: readonly StageLine[]) => followedEntry(release, lines, facts);
  // Somebody may have entered it since.
  const entry = release.toggleService?.follow && followed(log) ? followed(await history.stageLog()) : undefined;
  const entered = entry && (await history.enterStage(entry)) ? entry : undefined;
  return { facts, ...(entered && { entered }) };
}

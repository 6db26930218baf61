import type { Instant } from './facts/hour';
import type { StageEvent } from './facts/stage';
import { afterReading, type ToggleFacts } from './facts/toggle';
import { followedEntry } from './judge/toggles/followed';
import type { History, ToggleService } from './ports';
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

/**
 * Reads the release's toggles and records what they said; if the release follows them, a change of theirs is entered into
 * the stage log. Where another run has read them since, what it found counts.
 */
export async function readToggles(
  { release, toggles, history }: { release: Release; toggles?: ToggleService | undefined; history: History },
  now: Instant,
  signal?: AbortSignal,
): Promise<TogglesRead> {
  if (!release.toggleService || !toggles) return { facts: unreadToggles(release, now) };
  const before = await history.lastToggles();
  const isRead = before !== undefined && before.at >= now;
  const names = release.toggles.map(({ name }) => name);
  const facts = isRead ? before : afterReading(before, now, await toggles.read(names, now, signal));
  if (!isRead) await history.recordToggles(facts);
  const entry = release.toggleService.follow ? followedEntry(release, await history.stageLog(), facts) : undefined;
  const entered = entry && (await history.enterStage(entry)) ? entry : undefined;
  return { facts, ...(entered && { entered }) };
}

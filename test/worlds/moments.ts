import { SETTLE_MINUTES } from '../../lib/facts/due';
import { type Hour, type Instant, parseHour, parseInstant, startOf } from '../../lib/facts/hour';
import type { StageEvent } from '../../lib/facts/stage';

/** @example hour('2026-02-11T16:00Z') === LAUNCH */
export function hour(text: string): Hour {
  const found = parseHour(text);
  if (found === undefined) throw new Error(`${text} is not on the hour`);
  return found;
}

/** The hour that begins at the rollout's launch, 2026-02-11 11:00 in New York. */
export const LAUNCH: Hour = hour('2026-02-11T16:00Z');
/** Hours of baseline. */
export const MONTH = 672;
/** The tick whose newest settled hour is `hour`. */
export const tickOf = (newest: Hour): Instant => startOf(newest + 1) + (SETTLE_MINUTES + 5) * 60_000;

/** An entry of the stage log, at the start of an hour or at an instant. */
export function entered(when: Hour | string, stage = 'A', exposure = 0.25, rest: Partial<StageEvent> = {}): StageEvent {
  const at = typeof when === 'string' ? parseInstant(when) : startOf(when);
  if (at === undefined) throw new Error(`${when} is no instant`);
  return { at, stage, exposure, by: 'test', ...rest };
}

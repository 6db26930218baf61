import { hourFrom } from '../../lib/facts/hour';
import type { StageEvent } from '../../lib/facts/stage';
import { SCENARIOS } from '../../lib/local/scenario';

/** The rollout of Document Status: entered at 11:00 and 10:00 in New York, a week of A, two of B, then C. */
export const ROLLOUT: readonly StageEvent[] = [
  { at: Date.parse('2026-02-11T16:00Z'), stage: 'A', exposure: 0.25, by: 'test' },
  { at: Date.parse('2026-02-18T16:00Z'), stage: 'B', exposure: 0.5, by: 'test' },
  { at: Date.parse('2026-03-04T15:00Z'), stage: 'C', exposure: 1, by: 'test' },
];

export const [STAGE_A, STAGE_B, STAGE_C] = ROLLOUT.map((event) => hourFrom(event.at)) as [number, number, number];

export const WINDOWS = {
  baseline: [STAGE_A - 4 * 168, STAGE_A],
  A: [STAGE_A, STAGE_B],
  B: [STAGE_B, STAGE_C],
  'first week of C': [STAGE_C, STAGE_C + 168],
} as const;

export function scenario(name: string) {
  const found = SCENARIOS.find((one) => one.name === name);
  if (!found) throw new Error(`no scenario ${name}`);
  return found;
}

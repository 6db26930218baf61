import * as z from 'zod/mini';
import type { Mark } from '../marks/mark';

const text = z.string();

/** A mark as it is published for the receivers that show marks. */
export const markSchema = z.strictObject({
  mark: z.strictObject({
    key: text,
    kind: z.enum(['stage', 'undo', 'verdict']),
    release: text,
    title: text,
    team: text,
    env: z.optional(text),
    at: z.number().check(z.int(), z.gte(0)),
    headline: text,
    text,
    stage: z.optional(text),
    recommendation: z.optional(z.enum(['advance', 'hold', 'roll back', 'not exposed'])),
  }),
});

/** A mark as a receiver gets it. */
export interface Marking {
  kind: 'mark';
  id: string;
  to?: string;
  mark: Mark;
}

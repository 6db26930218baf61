import * as z from 'zod/mini';
import { hourText } from '../../facts/hour';
import type { Window } from '../../facts/window';

/** What several parts of the event are made of. */

export const eventTime = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{3})?)?Z$/));
export const rate = z.number().check(z.gte(0), z.lte(1));
export const whole = z.number().check(z.int(), z.gte(0));
export const described = <T extends z.ZodMiniType>(schema: T, description: string): T =>
  schema.check(z.describe(description)) as T;

export const eventWindow = described(
  z.object({ name: z.string(), from: eventTime, to: eventTime }),
  'The hours [from, to) of the counts.',
);

export const eventWindowOf = ({ name, from, to }: Window) => ({ name, from: hourText(from), to: hourText(to) });

import * as z from 'zod/mini';
import { hourText, instantText, parseHour, parseInstant } from '../../facts/hour';
import type { EventCount } from '../../results/event-count';
import { encoded, type Item, itemOf, read, releaseKey, time, VERSION } from './item';

export const eventCountKey = (one: EventCount): string =>
  `events#${one.kind}#${hourText(one.from)}#${hourText(one.to)}${one.kind === 'usersOf' ? `#${encoded(one.name)}` : ''}`;

export function eventCountItem(release: string, count: EventCount): Item {
  return itemOf({
    pk: releaseKey(release),
    sk: eventCountKey(count),
    version: VERSION,
    ...count,
    from: hourText(count.from),
    to: hourText(count.to),
    at: instantText(count.at),
  });
}

const asked = { from: time(parseHour), to: time(parseHour), at: time(parseInstant) };
const whole = z.number().check(z.int(), z.gte(0));
const users = { ...asked, users: whole, counts: z.enum(['all', 'exposed']) };
const eventCountSchema = z.discriminatedUnion('kind', [
  z.object({ ...users, kind: z.literal('users') }),
  z.object({ ...users, kind: z.literal('usersOf'), name: z.string() }),
  z.object({
    ...asked,
    kind: z.literal('errorClasses'),
    errorClasses: z.array(z.object({ name: z.string(), errors: whole })),
  }),
]);

export const readEventCount = (item: Item): EventCount => read(eventCountSchema, item);

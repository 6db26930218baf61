import * as z from 'zod/mini';
import { hourText, instantText, parseHour, parseInstant } from '../../facts/hour';
import type { EventCount } from '../../results/event-count';
import { type Item, itemOf, read, releaseKey, time, VERSION } from './item';

export const eventCountKey = ({ kind, from, to }: Pick<EventCount, 'kind' | 'from' | 'to'>): string =>
  `events#${kind}#${hourText(from)}#${hourText(to)}`;

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
const eventCountSchema = z.discriminatedUnion('kind', [
  z.object({ ...asked, kind: z.literal('users'), users: whole, counts: z.enum(['all', 'exposed']) }),
  z.object({
    ...asked,
    kind: z.literal('errorClasses'),
    errorClasses: z.array(z.object({ name: z.string(), errors: whole })),
  }),
]);

export const readEventCount = (item: Item): EventCount => read(eventCountSchema, item);

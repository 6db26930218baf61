import * as z from 'zod/mini';
import type { ExclusionEvent } from '../../facts/exclusion';
import { type Instant, instantText, parseInstant } from '../../facts/hour';
import { type Item, itemOf, read, releaseKey, said, time, VERSION } from './item';

export const exclusionKey = (at: Instant): string => `exclude#${new Date(at).toISOString()}`;

export function exclusionItem(release: string, event: ExclusionEvent): Item {
  return itemOf({
    pk: releaseKey(release),
    sk: exclusionKey(event.at),
    version: VERSION,
    ...event,
    at: instantText(event.at),
    from: event.from === undefined ? undefined : instantText(event.from),
    ...(event.kind === 'exclusion' && { to: instantText(event.to) }),
  });
}

const exclusionSchema = z.discriminatedUnion('kind', [
  z.object({
    ...said,
    kind: z.literal('exclusion'),
    from: time(parseInstant),
    to: time(parseInstant),
    reason: z.string(),
  }),
  z.object({ ...said, kind: z.literal('exclusion-end'), from: z.optional(time(parseInstant)) }),
]);

export const readExclusion = (item: Item): ExclusionEvent => read(exclusionSchema, item);

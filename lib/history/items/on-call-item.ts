import * as z from 'zod/mini';
import type { OnCallEvent } from '../../alert/on-call';
import { hourText, type Instant, instantText, parseHour, parseInstant } from '../../facts/hour';
import { type Item, itemOf, read, releaseKey, said, time, VERSION } from './item';
import { asMember, storedMember } from './stored-member';

export const onCallKey = (at: Instant): string => `oncall#${new Date(at).toISOString()}`;

export function onCallItem(release: string, event: OnCallEvent): Item {
  return itemOf({
    pk: releaseKey(release),
    sk: onCallKey(event.at),
    version: VERSION,
    ...event,
    at: instantText(event.at),
    ...(event.kind === 'silence' && { until: instantText(event.until) }),
    ...(event.kind === 'ack' && {
      hour: hourText(event.hour),
      members: event.members.map((member) => ({ ...storedMember(member), since: hourText(member.since) })),
    }),
  });
}

const onCallSchema = z.discriminatedUnion('kind', [
  z.object({
    ...said,
    kind: z.literal('silence'),
    until: time(parseInstant),
    reason: z.string(),
    endpoints: z.optional(z.array(z.string())),
  }),
  z.object({ ...said, kind: z.literal('silence-end') }),
  z.object({
    ...said,
    kind: z.literal('ack'),
    hour: time(parseHour),
    members: z.array(
      z.pipe(z.object({ key: z.string(), since: time(parseHour), rollBack: z.boolean() }), z.transform(asMember)),
    ),
    note: z.optional(z.string()),
  }),
]);

export const readOnCall = (item: Item): OnCallEvent => read(onCallSchema, item);

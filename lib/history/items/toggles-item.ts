import * as z from 'zod/mini';
import { type Instant, instantText, parseInstant } from '../../facts/hour';
import type { KnownShare, ToggleFacts, ToggleState } from '../../facts/toggle';
import { type Item, itemOf, read, releaseKey, time, VERSION } from './item';

export const togglesKey = (at: Instant): string => `toggles#${new Date(at).toISOString()}`;

export function togglesItem(release: string, { at, service, toggles }: ToggleFacts): Item {
  const text = (instant: Instant | undefined) => (instant === undefined ? undefined : instantText(instant));
  return itemOf({
    pk: releaseKey(release),
    sk: togglesKey(at),
    version: VERSION,
    at: instantText(at),
    service,
    toggles: toggles.map(({ toggle, at: read, state, since, known, goneSince }) => ({
      toggle,
      at: instantText(read),
      ...state,
      since: text(since),
      goneSince: text(goneSince),
      known: known && { ...knownItem(known), before: known.before && knownItem(known.before) },
    })),
  });
}

const knownItem = ({ after, by, seen, contradicted, ...known }: KnownShare) => ({
  ...known,
  ...(after !== undefined && { after: instantText(after) }),
  by: instantText(by),
  seen: instantText(seen),
  ...(contradicted && { contradicted: { ...contradicted, at: instantText(contradicted.at) } }),
});

const shareOfUsers = z.number().check(z.gte(0), z.lte(1));
const known = {
  share: shareOfUsers,
  besides: z.optional(z.string()),
  after: z.optional(time(parseInstant)),
  by: time(parseInstant),
  exact: z.optional(z.literal(true)),
  seen: time(parseInstant),
  contradicted: z.optional(z.object({ share: shareOfUsers, at: time(parseInstant) })),
};
const knownShareSchema = z.object({ ...known, before: z.optional(z.object(known)) });
const toggleStateSchema = z.union([
  z.object({ share: shareOfUsers, besides: z.optional(z.string()) }),
  z.object({ partial: z.string() }),
  z.object({ unknown: z.string(), gone: z.optional(z.literal(true)) }),
]);
const togglesSchema = z.object({
  at: time(parseInstant),
  service: z.optional(z.string()),
  toggles: z.array(
    z.intersection(
      z.object({
        toggle: z.string(),
        at: time(parseInstant),
        since: z.optional(time(parseInstant)),
        goneSince: z.optional(time(parseInstant)),
        known: z.optional(knownShareSchema),
      }),
      toggleStateSchema,
    ),
  ),
});

export function readToggleFacts(item: Item): ToggleFacts {
  const { at, service, toggles } = read(togglesSchema, item);
  return {
    at,
    ...(service !== undefined && { service }),
    toggles: toggles.map(({ toggle, at: asked, since, known, goneSince, ...state }) => ({
      toggle,
      at: asked,
      state: state as ToggleState,
      ...(since !== undefined && { since }),
      ...(known && { known: known as KnownShare }),
      ...(goneSince !== undefined && { goneSince }),
    })),
  };
}

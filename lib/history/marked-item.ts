import * as z from 'zod/mini';
import { instantText, parseInstant } from '../facts/hour';
import type { Marked } from '../marks/mark';
import { withDigest } from './digest';
import { type Item, marshalled, releaseKey, unmarshalled, unreadable, VERSION } from './items';

/** Always with milliseconds, so that the order of the texts is the order of the instants. */
const markedKey = (at: number): string => `marks#${new Date(at).toISOString()}`;

const markedSchema = z.object({
  at: z.string(),
  lines: z.array(z.string()),
  recommendation: z.enum(['advance', 'hold', 'roll back', 'not exposed']),
});

/** What has been marked of a release so far. */
export const markedItem = (release: string, { at, lines, recommendation }: Marked): Item =>
  withDigest(
    marshalled({
      ...{ pk: releaseKey(release), sk: markedKey(at), version: VERSION },
      ...{ at: instantText(at), lines, recommendation },
    }),
  );

/** @throws HistoryError when the item has another shape, a newer version or flipped bits */
export function readMarked(item: Item): Marked {
  const parsed = markedSchema.safeParse(unmarshalled(item));
  const at = parsed.success ? parseInstant(parsed.data.at) : undefined;
  if (!parsed.success || at === undefined) throw unreadable(item, 'document');
  return { ...parsed.data, at };
}

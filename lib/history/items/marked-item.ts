import * as z from 'zod/mini';
import { instantText, parseInstant } from '../../facts/hour';
import type { Marked } from '../../marks/mark';
import { type Item, itemOf, read, releaseKey, time, VERSION } from './item';

/** Always with milliseconds, so that the order of the texts is the order of the instants. */
const markedKey = (at: number): string => `marks#${new Date(at).toISOString()}`;

const markedSchema = z.object({
  at: time(parseInstant),
  lines: z.array(z.string()),
  recommendation: z.enum(['advance', 'hold', 'roll back', 'not exposed']),
});

/** What has been marked of a release so far. */
export const markedItem = (release: string, { at, lines, recommendation }: Marked): Item =>
  itemOf({
    ...{ pk: releaseKey(release), sk: markedKey(at), version: VERSION },
    ...{ at: instantText(at), lines, recommendation },
  });

/** @throws HistoryError when the item has another shape, a newer version or flipped bits */
export const readMarked = (item: Item): Marked => read(markedSchema, item);

import * as z from 'zod/mini';
import { type Instant, instantText, parseInstant } from '../../facts/hour';
import { isUndo, type StageLine } from '../../facts/stage';
import { type Item, itemOf, read, releaseKey, time, VERSION } from './item';

/**
 * Always with milliseconds, so that the order of the texts is the order of the instants.
 *
 * @param before lines that the log has of that instant already
 */
export const stageKey = (at: Instant, before = 0): string =>
  `stage#${new Date(at).toISOString()}${before === 0 ? '' : `#${String(before + 1).padStart(4, '0')}`}`;

/** @param before lines that the log has of that instant already */
export function stageItem(release: string, line: StageLine, before = 0): Item {
  return itemOf({
    pk: releaseKey(release),
    sk: stageKey(line.at, before),
    version: VERSION,
    ...line,
    at: instantText(line.at),
    ...(isUndo(line) && { undoneAt: instantText(line.undoneAt) }),
    ...(!isUndo(line) && line.after !== undefined && { after: instantText(line.after) }),
  });
}

const stageSchema = z.object({
  at: time(parseInstant),
  stage: z.string(),
  exposure: z.number(),
  plannedExposure: z.optional(z.number()),
  by: z.string(),
  note: z.optional(z.string()),
  relaunch: z.optional(z.boolean()),
  share: z.optional(z.number()),
  byToggle: z.optional(z.literal(true)),
  after: z.optional(time(parseInstant)),
});
const undoSchema = z.object({
  at: time(parseInstant),
  undoneAt: time(parseInstant),
  by: z.string(),
  note: z.optional(z.string()),
});

/** @throws HistoryError when the item has another shape, a newer version or flipped bits */
export const readStageLine = (item: Item): StageLine =>
  'undoneAt' in item ? read(undoSchema, item) : read(stageSchema, item);

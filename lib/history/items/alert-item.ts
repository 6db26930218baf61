import * as z from 'zod/mini';
import type { AlertRecord, Told } from '../../alert/record';
import { instantText } from '../../facts/hour';
import { documentOf, stored } from './document';
import { type Item, itemOf, read, releaseKey, VERSION } from './item';
import { asMember, storedMember } from './stored-member';
import { short, summary, verdictSchema } from './verdict-item';

export const alertKey = (seq: number): string => `alert#${String(seq).padStart(10, '0')}`;

export function alertItem(release: string, { status, ...alert }: AlertRecord): Item {
  return itemOf({
    pk: releaseKey(release),
    sk: alertKey(alert.seq),
    version: VERSION,
    at: instantText(alert.at),
    severity: alert.severity,
    change: alert.change,
    status,
    ...summary(alert.verdict),
    reason: short(alert.reason),
    ...stored({ ...alert, open: alert.open.map(storedMember) }),
  });
}

/** Records of version 0.1.0 have a text: the key, of a stage's check-in followed by what was recommended. */
function toldOf(text: string): Told {
  const said = text.startsWith('stage/') ? text.slice(text.lastIndexOf('/') + 1) : undefined;
  return said === undefined ? { key: text } : { key: text.slice(0, -said.length - 1), said: said as Told['said'] };
}

const alertSchema = z.looseObject({
  seq: z.number(),
  at: z.number(),
  // Records of older versions have none.
  changes: z._default(z.array(z.string()), []),
  open: z.array(
    z.pipe(z.looseObject({ key: z.string(), since: z.number(), rollBack: z.boolean() }), z.transform(asMember)),
  ),
  told: z.array(z.union([z.pipe(z.string(), z.transform(toldOf)), z.looseObject({ key: z.string() })])),
  verdict: verdictSchema,
});

/** @throws HistoryError when the item has another shape, a newer version or flipped bits */
export function readAlert(item: Item): AlertRecord {
  const { status } = read(z.object({ status: z.enum(['pending', 'sent', 'held']) }), item);
  return { ...(read(documentOf(alertSchema), item) as AlertRecord), status };
}

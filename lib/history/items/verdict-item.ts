import * as z from 'zod/mini';
import { plain } from '../../facts/format';
import { type Hour, hourText } from '../../facts/hour';
import type { Verdict } from '../../judge/verdict';
import { documentOf, stored } from './document';
import { type Item, itemOf, read, releaseKey, VERSION } from './item';

export const verdictKey = (hour: Hour): string => `verdict#${hourText(hour)}`;

export function verdictItem(release: string, verdict: Verdict): Item {
  return itemOf({
    pk: releaseKey(release),
    sk: verdictKey(verdict.hour),
    version: VERSION,
    hour: hourText(verdict.hour),
    ...summary(verdict),
    ...stored(verdict),
  });
}

/** In the place of a verdict that was given before its hour had come. */
export const voidItem = ({ pk, sk }: Item): Item => itemOf({ pk: pk!.S, sk: sk!.S, version: VERSION, void: true });
export const isVoid = (item: Item): boolean => item.void?.BOOL === true;

/** For people who look at the table. The document has all of it: twice in full it could be larger than an item. */
export const short = (reason: string) => plain(reason, 1000);

/** The same of a verdict. */
export const summary = ({ recommendation, reason, stage, judge }: Verdict) => ({
  recommendation,
  reason: short(reason),
  stage: stage?.name,
  judge,
});

/** Verdicts of version 0.1.0 have what had the toggle off as `control`. */
const asFinding = ({ control, ...finding }: Record<string, unknown>) =>
  control === undefined ? finding : { ...finding, toggleOff: control };

export const verdictSchema = z.looseObject({
  judge: z.string(),
  hour: z.number(),
  recommendation: z.enum(['advance', 'hold', 'roll back', 'not exposed']),
  reason: z.string(),
  findings: z.array(z.pipe(z.looseObject({}), z.transform(asFinding))),
  notices: z.array(z.unknown()),
});

/** @throws HistoryError when the item has another shape, a newer version or flipped bits */
export const readVerdict = (item: Item): Verdict => read(documentOf(verdictSchema), item) as Verdict;

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { parseInstant } from '../../facts/hour';
import { isIntact, withDigest } from '../digest';

/** With the files beside it and the items of snapshots, the only place that knows keys and shapes of the table. People read these items: instants and hours are ISO text. */

export type Item = Record<string, AttributeValue>;

/** A stored item is not what this version writes. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
}

/** Of the shapes of items. A change that older code cannot read gets the next number. */
export const VERSION = 1;

/**
 * A part of a key. '#' separates the parts and '/' is left to people's tools, so no part may contain them. A lone surrogate
 * has no UTF-8 and would become the same replacement character as any other.
 */
export const encoded = (part: string) =>
  part.replace(/[%#/\p{Cc}\p{Cs}]/gu, (char) => {
    const hex = char.codePointAt(0)!.toString(16).toUpperCase();
    return hex.length > 2 ? `%u${hex}` : `%${hex.padStart(2, '0')}`;
  });

/** Partition of a release: its stage log, verdicts and alerts. */
export const releaseKey = (release: string): string => encoded(release);

/** Sorts after every key of a kind: '~' follows all digits and capital letters. */
export const afterAll = (
  kind: 'stage' | 'verdict' | 'alert' | 'oncall' | 'exclude' | 'events' | 'toggles' | 'marks',
): string => `${kind}#~`;

/** A text that {@link read} parses; one that cannot be parsed is another shape. */
export const time = <T>(parse: (text: string) => T | undefined) =>
  z.pipe(
    z.string().check(z.refine((text) => parse(text) !== undefined)),
    z.transform((text) => parse(text)!),
  );

/** That somebody said it, and when. */
export const said = { at: time(parseInstant), by: z.string() };

/** An item as its schema has it. @throws HistoryError when it has another shape, a newer version or flipped bits */
export function read<T extends z.ZodMiniType>(schema: T, item: Item): z.output<T> {
  const parsed = z.safeParse(schema, unmarshalled(item));
  if (parsed.success) return parsed.data;
  throw unreadable(item, parsed.error.issues[0]?.path.join('.') || 'document');
}

/** A stored item as plain values. @throws HistoryError when it has a newer version or flipped bits */
export function unmarshalled(item: Item): Record<string, unknown> {
  if (item.version?.N !== String(VERSION)) throw unreadable(item, 'version');
  try {
    if (isIntact(item)) return unmarshall(item, { wrapNumbers: Number });
  } catch {
    // A value's type is no more what it was.
  }
  throw unreadable(item, 'digest');
}

/** The error of an item that has another shape, a newer version or flipped bits; `other` names what of it. */
export const unreadable = ({ pk, sk }: Item, other: string): HistoryError =>
  new HistoryError(
    `history item ${pk?.S} / ${sk?.S} cannot be read - got another ${other}, expected ${other === 'digest' ? 'that of the bits that were written; bring the item back from a backup' : `an item of version ${VERSION}; run the version of Stagewatch that wrote it, or a newer one`}`,
  );

export const marshalled = (item: Record<string, unknown>): Item =>
  marshall(item, { removeUndefinedValues: true, allowImpreciseNumbers: true });

/** An item of these values, with the digest of its bits. */
export const itemOf = (item: Record<string, unknown>): Item => withDigest(marshalled(item));

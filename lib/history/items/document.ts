import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import { HistoryError } from './item';

/** A longer document is packed: every kilobyte of an item is paid for when it is itemOf, each hour anew. */
const MAX_PLAIN_BYTES = 32_000;
/** DynamoDB refuses numbers beyond 1e126 (Developer Guide, "Service, account, and table quotas"). */
const LARGEST = 1e120;
const SMALLEST = 1e-120;

/** The whole document as a map that people can read, or packed when it is long. */
export function stored(document: object): { document: unknown } | { packed: Uint8Array } {
  const text = JSON.stringify(document, (key, value) => (typeof value === 'number' ? bounded(key, value) : value));
  return Buffer.byteLength(text) <= MAX_PLAIN_BYTES ? { document: JSON.parse(text) } : { packed: gzipSync(text) };
}

/** Evidence multiplies for weeks and may leave DynamoDB's range; so far out, its size says nothing more. */
function bounded(name: string, value: number): number {
  if (Number.isNaN(value))
    throw new HistoryError(`a document cannot be stored - got NaN as ${name}, expected a number`);
  if (Math.abs(value) < SMALLEST) return 0;
  return Math.max(-LARGEST, Math.min(LARGEST, value));
}

/** The document of an item, in whichever way it was {@link stored}. */
export const documentOf = (document: z.ZodMiniType) =>
  z.union([
    z.pipe(
      z.object({ document }),
      z.transform((found): unknown => found.document),
    ),
    z.pipe(
      z.object({ packed: z.pipe(z.transform(unpacked), document) }),
      z.transform((found): unknown => found.packed),
    ),
  ]);

function unpacked(bytes: unknown): unknown {
  try {
    return JSON.parse(gunzipSync(bytes as Uint8Array).toString());
  } catch {
    return undefined;
  }
}

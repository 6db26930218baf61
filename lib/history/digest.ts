import { createHash } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

type Attributes = Record<string, AttributeValue>;

/** What is changed in an item that stays otherwise as it was written: which run has an alert, and a release's failures. */
const CHANGING = ['digest', 'status', 'writer', 'takenAt', 'failingSince', 'failedAt', 'failure', 'failureTold'];

/** An item with a digest of its key and of all that stays as it is written. */
export const withDigest = (item: Attributes): Attributes => ({ ...item, digest: { S: digestOf(item) } });

/** Whether an item still has the bits that it was written with; items of older versions have no digest to tell by. */
export const isIntact = (item: Attributes): boolean => item.digest === undefined || item.digest.S === digestOf(item);

function digestOf(item: Attributes): string {
  const lasting = Object.entries(item).filter(([name]) => !CHANGING.includes(name));
  return digest(mapText(Object.fromEntries(lasting)));
}

/** The start of a SHA-256, long enough to tell bits that flipped. */
export const digest = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex').slice(0, 16);

// DynamoDB keeps no order of attributes, writes numbers in its own way, and takes text as UTF-8.
const text = (value: string) => JSON.stringify(value.toWellFormed());
const mapText = (map: Attributes): string =>
  `{${Object.entries(map)
    .map(([name, value]) => `${text(name)}:${textOf(value)}`)
    .sort()
    .join()}}`;

function textOf({ S, N, B, BOOL, L, M }: AttributeValue): string {
  if (S !== undefined) return text(S);
  if (N !== undefined) return String(Number(N));
  if (B !== undefined) return `b${Buffer.from(B).toString('base64')}`;
  if (L !== undefined) return `[${L.map(textOf).join()}]`;
  if (M !== undefined) return mapText(M);
  return String(BOOL ?? null);
}

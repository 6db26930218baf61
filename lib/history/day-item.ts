import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { instantText, startOf } from '../facts/hour';
import { type Day, firstHourOf, type NewDay, type PackedDay, unpackDay } from '../facts/packed/packed-day';
import { digest } from './digest';
import { type Item, marshalled, releaseKey, unreadable, VERSION } from './items/item';

/** @example dayKey(20_495, 0) === 'day#2026-02-11#0000' */
export const dayKey = (day: Day, part: number): string => `${dayText(day)}#${String(part).padStart(4, '0')}`;
/** Sorts after every part of a day. */
export const afterDay = (day: Day): string => `${dayText(day)}#~`;

const dayText = (day: Day) => `day#${instantText(startOf(firstHourOf(day))).slice(0, 10)}`;

/** The highest quality, 11, takes two or three times as long as 10 for the same bytes; below 10 there are a fifth more of them. */
const WELL = { [constants.BROTLI_PARAM_QUALITY]: 10 };
/** A tenth more bytes than those, in a twentieth of the time. */
const FAST = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 16 };
/** It is not tried on more bytes: hardly any day of so many becomes so small. */
const MUCH = 10_000;
/** With its key and all else, an item of so many bytes is one write unit, 1,024 bytes; fewer would save none. */
const ONE_UNIT = 800;

function compressed(bytes: Uint8Array): Uint8Array {
  const fast = bytes.length < MUCH ? brotliCompressSync(bytes, { params: FAST }) : undefined;
  return fast && fast.length <= ONE_UNIT ? fast : brotliCompressSync(bytes, { params: WELL });
}

/** A day as it is kept for good: packed once, and read in every hour. The digest tells bits that flipped from what was written. */
export function dayItem(release: string, packed: NewDay, part: number): Item {
  const bytes = compressed(packed.bytes);
  return marshalled({
    pk: releaseKey(release),
    sk: dayKey(packed.day, part),
    version: VERSION,
    series: packed.series.length,
    digest: digest(bytes),
    packed: bytes,
  });
}

/**
 * What a day's item was written of.
 *
 * @throws HistoryError when the item has another shape, a newer version or flipped bits
 */
export function bytesIn(item: Item): Uint8Array {
  const bytes = item.packed?.B;
  if (item.version?.N !== String(VERSION)) throw unreadable(item, 'version');
  if (!bytes) throw unreadable(item, 'packed');
  if (item.digest?.S !== digest(bytes)) throw unreadable(item, 'digest');
  try {
    return brotliDecompressSync(bytes);
  } catch {
    throw unreadable(item, 'packed');
  }
}

/** @throws HistoryError as {@link bytesIn} does */
export function readDay(item: Item): PackedDay {
  const bytes = bytesIn(item);
  try {
    const packed = unpackDay(bytes);
    if (dayText(packed.day) === item.sk!.S!.slice(0, -5)) return packed;
  } catch {}
  throw unreadable(item, 'packed');
}

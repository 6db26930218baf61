import { gunzipSync, gzipSync } from 'node:zlib';
import { type Hour, hourText, parseHour } from '../facts/hour';
import type { Snapshot } from '../facts/snapshot';
import { digest } from './digest';
import { type Item, marshalled, releaseKey, unreadable, VERSION } from './items/item';

/** A read unit. Each run reads the hours of a day or two, so longer ones are packed: a fifteenth of the size. */
const MAX_PLAIN_BYTES = 4096;

/** All series of an hour, as they are stored together. */
export interface StoredHour {
  hour: Hour;
  /** How often it was written; 0 when it is not there. */
  writes: number;
  series: ReadonlyMap<string, Snapshot>;
  /** Of the bits that it was read from. */
  digest?: string | undefined;
}

/** @example hourKey(491_920) === 'hour#2026-02-12T16:00Z' */
export const hourKey = (hour: Hour): string => `hour#${hourText(hour)}`;

/** `facts` is JSON that a person can read, or packed when it is long. */
export function hourItem(release: string, { hour, writes, series }: StoredHour): Item {
  const facts = JSON.stringify(Object.fromEntries([...series].map(([name, snapshot]) => [name, plainOf(snapshot)])));
  return marshalled({
    pk: releaseKey(release),
    sk: hourKey(hour),
    version: VERSION,
    writes,
    digest: digest(facts),
    ...(Buffer.byteLength(facts) <= MAX_PLAIN_BYTES ? { facts } : { packed: gzipSync(facts) }),
  });
}

/**
 * @param known hours that were read before; one that nobody has written since is given again
 * @throws HistoryError when the item has another shape, a newer version or flipped bits
 */
export function readHour(item: Item, known?: ReadonlyMap<Hour, StoredHour>): StoredHour {
  const [writes, hour] = [Number(item.writes?.N), parseHour(item.sk!.S!.slice('hour#'.length))];
  if (item.version?.N !== String(VERSION)) throw unreadable(item, 'version');
  if (!(writes > 0) || hour === undefined) throw unreadable(item, 'hour');
  const before = known?.get(hour);
  if (before?.digest !== undefined && before.digest === item.digest?.S && before.writes === writes) return before;
  const facts = item.facts?.S ?? (item.packed?.B && unzipped(item.packed.B));
  if (facts === undefined) throw unreadable(item, 'hour');
  const kept = digest(facts);
  if (item.digest?.S !== kept) throw unreadable(item, 'digest');
  const plain = Object.entries(JSON.parse(facts) as Record<string, ReturnType<typeof plainOf>>);
  const series = new Map(plain.map(([name, one]) => [name, snapshotOf(name, hour, one)]));
  return { hour, writes, digest: kept, series };
}

function plainOf(snapshot: Snapshot) {
  const { endpoint, hour, ...rest } = snapshot;
  return rest.kind === 'counted' ? { ...rest, counts: Object.fromEntries(rest.counts) } : rest;
}

const snapshotOf = (endpoint: string, hour: Hour, plain: ReturnType<typeof plainOf>): Snapshot =>
  plain.kind === 'counted'
    ? { ...plain, endpoint, hour, counts: new Map(Object.entries(plain.counts)) }
    : { ...plain, endpoint, hour };

function unzipped(bytes: Uint8Array): string | undefined {
  try {
    return gunzipSync(bytes).toString();
  } catch {
    return undefined;
  }
}

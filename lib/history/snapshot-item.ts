import { type CountRules, tallyOf } from '../facts/counts';
import { hourText, instantText, parseHour, parseInstant } from '../facts/hour';
import type { Counts, Snapshot } from '../facts/snapshot';
import { encoded, type Item, marshalled, releaseKey, unreadable, VERSION } from './items/item';

/** Partition of an endpoint's snapshots. @example snapshotsKey('document-status', '#show') === 'document-status#%23show' */
export const snapshotsKey = (release: string, endpoint: string): string =>
  `${releaseKey(release)}#${encoded(endpoint)}`;

export const snapshotKey = hourText;

/** Requests, errors, excluded and rate are for people and say what the rules of that day made of `counts`. */
export function snapshotItem(release: string, snapshot: Snapshot, rules: CountRules): Item {
  const { endpoint, hour, filledAt, caughtUpAt, judgedUpTo, ...shared } = snapshot;
  const { counts, ...rest } = { counts: undefined, ...shared };
  const tally = snapshot.kind === 'counted' ? tallyOf(snapshot.counts, rules) : undefined;
  const item = marshalled({
    pk: snapshotsKey(release, endpoint),
    sk: snapshotKey(hour),
    version: VERSION,
    endpoint,
    hour: hourText(hour),
    ...rest,
    ...tally,
    rate: tally && tally.requests > 0 ? tally.errors / tally.requests : undefined,
    filledAt: filledAt === undefined ? undefined : instantText(filledAt),
    caughtUpAt: caughtUpAt === undefined ? undefined : instantText(caughtUpAt),
    judgedUpTo: judgedUpTo === undefined ? undefined : hourText(judgedUpTo),
  });
  return counts ? { ...item, counts: { M: named(counts) } } : item;
}

/**
 * A label may be any text: DynamoDB refuses an item with half of a character in a name, and `marshall` one called
 * "constructor". Labels that are alike without such halves are counted together.
 */
function named(counts: Counts): Item {
  const sums = new Map<string, number>();
  for (const [label, count] of counts) sums.set(label.toWellFormed(), (sums.get(label.toWellFormed()) ?? 0) + count);
  return Object.fromEntries([...sums].map(([label, count]) => [label, { N: String(count) }]));
}

/**
 * Reads a snapshot from DynamoDB's own types. A run does this for over 800 hours of every endpoint, and by a schema it was
 * a third of the run's whole work.
 *
 * @throws HistoryError when the item has another shape or a newer version
 */
export function readSnapshot(item: Item): Snapshot {
  const need = <T>(value: T | undefined, name: string): T => {
    if (value === undefined) throw unreadable(item, name);
    return value;
  };
  need(item.version?.N === String(VERSION) || undefined, 'version');
  const kept = {
    endpoint: need(item.endpoint?.S, 'endpoint'),
    hour: need(parseHour(item.hour?.S ?? ''), 'hour'),
    revision: need(whole(item.revision?.N) || undefined, 'revision'),
    final: need(item.final?.BOOL, 'final'),
    ...(item.caughtUpAt && { caughtUpAt: need(parseInstant(item.caughtUpAt.S ?? ''), 'caughtUpAt') }),
    ...(item.judgedUpTo && { judgedUpTo: need(parseHour(item.judgedUpTo.S ?? ''), 'judgedUpTo') }),
    ...(item.filledAt && { filledAt: need(parseInstant(item.filledAt.S ?? ''), 'filledAt') }),
  };
  if (item.kind?.S === 'unknown') return { ...kept, kind: 'unknown', reason: need(item.reason?.S, 'reason') };
  need(item.kind?.S === 'counted' || undefined, 'kind');
  const countedBy = item.countedBy && { countedBy: need(item.countedBy.S, 'countedBy') };
  const counts = new Map<string, number>();
  for (const [label, { N }] of Object.entries(need(item.counts?.M, 'counts')))
    counts.set(label, need(whole(N), `counts.${label}`));
  return { ...kept, kind: 'counted', counts, ...countedBy };
}

/** A number from 0 without a fraction. */
function whole(text: string | undefined): number | undefined {
  const number = text ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

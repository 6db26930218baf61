import { isOutcome } from '../facts/counts';
import type { Counts } from '../facts/snapshot';
import { requestsIn } from '../facts/usual';

/** What is known of a series in an hour: its counts by status, or why they are not. */
export type KnownCounts = { kind: 'counted'; counts: Counts } | { kind: 'unknown'; reason: string };

export const unknown = (reason: string): KnownCounts => ({ kind: 'unknown', reason });

/** Up to this share of them, requests without a status are judged as errors too; with more, the rest says little about all. */
export const UNLABELLED_SHARE = 0.5;

/** The counts of an hour, unless too many of its requests have no HTTP status. */
export function labelled(known: KnownCounts): KnownCounts {
  if (known.kind === 'unknown') return known;
  const all = requestsIn(known.counts);
  const without = requestsIn(new Map([...known.counts].filter(([label]) => !isOutcome(label))));
  if (without <= UNLABELLED_SHARE * all) return known;
  return unknown(`${without} of its ${all} requests have no HTTP status`);
}

import type { Counts } from '../../lib/facts/snapshot';

/** @example byStatus({ 200: 90, 502: 3 }) */
export const byStatus = (counts: Readonly<Record<string, number>>): Counts => new Map(Object.entries(counts));

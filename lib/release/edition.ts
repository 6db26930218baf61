import { createHash } from 'node:crypto';
import type { Release } from './schema';

/** What a release file says, as a short text that differs when it does. */
export const editionOf = (release: Release): string =>
  createHash('sha256').update(JSON.stringify(release)).digest('hex').slice(0, 12);

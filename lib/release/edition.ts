import { createHash } from 'node:crypto';
import type { Release } from './schema';

/** What a release file says, as a short text that differs when it does; its folder's name and where its history is kept are no part of it. */
export const editionOf = ({ name, home, ...file }: Release): string =>
  createHash('sha256').update(JSON.stringify(file)).digest('hex').slice(0, 12);

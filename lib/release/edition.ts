import { createHash } from 'node:crypto';
import type { Release } from './schema';

/** What a release file says, as a short text that differs when it does; its folder's name and where its history is kept are no part of it. */
export const editionOf = ({ name, home, ...file }: Release): string => shortText(file);

/** What a release asks of its toggles, in the same way; whether it follows them is no part of it. */
export const serviceEditionOf = ({ follow, ...service }: NonNullable<Release['toggleService']>): string =>
  shortText(service);

const shortText = (value: object): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);

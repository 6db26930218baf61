import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { authorizationBy } from './door.cjs';

/** Where a local database is, and the access key id that it lets in. */
export interface StoreAddress {
  url: string;
  key: string;
}

/** The notice of a folder, where the process that holds it says where it is; only its user can read it. */
export const noticeFile = (dir: string): string => join(dir, 'server.json');

/** The database of the process that holds a folder; undefined while none answers to its key. */
export async function heldIn(dir: string): Promise<StoreAddress | undefined> {
  try {
    const { url, key } = JSON.parse(await readFile(noticeFile(dir), 'utf8')) as StoreAddress;
    const headers = { authorization: authorizationBy(key) };
    const { ok } = await fetch(url, { headers, signal: AbortSignal.timeout(1_000) });
    return ok ? { url, key } : undefined;
  } catch {
    // It has not written the file yet, or has just ended.
    return undefined;
  }
}

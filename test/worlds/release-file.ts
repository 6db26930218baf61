import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

export const FOLDER = path.join(__dirname, '../../releases/document-status');
export const TEXT = readFileSync(path.join(FOLDER, 'release.yaml'), 'utf8');

/** The content of the release file of this repository, changed. */
// biome-ignore lint/suspicious/noExplicitAny: the point is to write what no type would allow
export function fileWith(edit: (file: any) => void): unknown {
  const file = parse(TEXT);
  edit(file);
  return file;
}

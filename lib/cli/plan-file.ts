import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { utf8Text } from '../plan/markdown/utf8';
import { UsageError } from './io';

/** @throws UsageError for a file that cannot be read, or that would not come out again byte for byte */
export function readPlan(file: string): string {
  const refused = (got: string) =>
    new UsageError(`plan - got ${file} (${got}), expected a Markdown file in UTF-8; check the path`);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw refused((error as NodeJS.ErrnoException).code ?? 'unreadable');
  }
  const text = utf8Text(bytes);
  if (text === undefined) throw refused('not UTF-8');
  return text;
}

/**
 * Puts the new text in the file's place in one step, so that nothing can leave half a plan.
 *
 * @throws UsageError for a file that is read-only, though its folder may be written, or a folder that is
 */
export function writePlan(link: string, text: string): void {
  const file = realpathSync(link);
  const next = `${file}.${process.pid}.tmp`;
  try {
    accessSync(file, constants.W_OK);
    writeFileSync(next, text, { mode: statSync(file).mode });
    renameSync(next, file);
  } catch (error) {
    if (existsSync(next)) rmSync(next);
    throw new UsageError(
      `plan - cannot write to ${link} (${(error as Error).message}); expected a file and a folder that can be written; nothing is changed`,
    );
  }
}

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { plain } from '../facts/format';
import { type Problem, parseRelease, pathText, ReleaseError } from './parse';
import type { Release } from './schema';

/** A release and the content of its file as plain JSON, which is what the hourly schedule carries. */
export interface ReadRelease {
  name: string;
  folder: string;
  file: unknown;
  release: Release;
}

/**
 * Reads `release.yaml` of a release's folder.
 *
 * @throws ReleaseError with all problems of the file, each with its line
 */
export function readRelease(folder: string): ReadRelease {
  const where = path.join(folder, 'release.yaml');
  const name = path.basename(path.resolve(folder));
  if (!existsSync(where)) throw new ReleaseError(where, ['no such file; a release is a folder with a release.yaml']);
  if (!statSync(where).isFile()) throw new ReleaseError(where, ['got a folder, expected a file']);
  const lines = new LineCounter();
  // A warning would quote the file to the terminal as it is; what it warns of is an unknown key below.
  const document = parseDocument(readFileSync(where, 'utf8'), { lineCounter: lines, logLevel: 'error' });
  if (document.errors.length > 0) {
    throw new ReleaseError(
      where,
      document.errors.map((error) => {
        const [what] = error.message.split('\n')[0]!.split(' at line ');
        const hint =
          error.code === 'MULTIPLE_DOCS'
            ? 'got several documents, expected one; take the "---" lines out'
            : plain(what!);
        return `line ${error.linePos?.[0].line ?? '?'}: ${hint}`;
      }),
    );
  }
  const file = contentOf(document, where);
  const parsed = parseRelease(name, file);
  if ('release' in parsed) return { name, folder, file, release: parsed.release };

  const lineOf = ({ path: at }: Problem): number | undefined => {
    for (let depth = at.length; depth >= 0; depth--) {
      const node = document.getIn(at.slice(0, depth) as unknown[], true) as
        | { range?: [number, number, number] }
        | undefined;
      if (node?.range) return lines.linePos(node.range[0]).line;
    }
    return undefined;
  };
  throw new ReleaseError(
    where,
    parsed.problems
      .map((problem) => ({ line: lineOf(problem) ?? 1, text: `${pathText(problem.path)} - ${problem.message}` }))
      .sort((a, b) => a.line - b.line)
      .map(({ line, text }) => `line ${line}: ${text}`),
  );
}

/** Aliases may refer to themselves or multiply beyond all bounds; neither is plain JSON. */
function contentOf(document: Document, where: string): unknown {
  try {
    return JSON.parse(JSON.stringify(document.toJS()));
  } catch (error) {
    throw new ReleaseError(where, [
      `aliases - got ${(error as Error).message.split('\n')[0]}, expected content that can be written out; do without "*"`,
    ]);
  }
}

/** The folders under `root` that hold a release. */
export function releaseFolders(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(root, entry.name, 'release.yaml')))
    .map((entry) => path.join(root, entry.name))
    .sort();
}

import { createReadStream } from 'node:fs';

/** No row of hour, endpoint, status and count is nearly as long; a file without line breaks is no CSV. */
const LONGEST_LINE = 10_000;

/**
 * The lines of a file in UTF-8, in batches, with how many bytes were read so far. A byte order mark and the carriage
 * returns of Windows are taken off.
 *
 * @throws Error of the file system; RangeError for a line of over 10,000 characters
 */
export async function* linesOf(file: string, signal?: AbortSignal): AsyncGenerator<{ lines: string[]; bytes: number }> {
  const stream = createReadStream(file, { encoding: 'utf8', highWaterMark: 2 ** 18, signal });
  let rest = '';
  let first = true;
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + (first ? chunk.replace(/^\uFEFF/, '') : chunk)).split('\n');
    first = false;
    rest = lines.pop()!;
    yield { lines: lines.map(withoutReturn), bytes: stream.bytesRead };
    if (rest.length > LONGEST_LINE) throw new RangeError(`a line of over ${LONGEST_LINE} characters`);
  }
  if (rest !== '') yield { lines: [withoutReturn(rest)], bytes: stream.bytesRead };
}

const withoutReturn = (line: string) => (line.endsWith('\r') ? line.slice(0, -1) : line);

/**
 * The fields of one line, as RFC 4180 quotes them; undefined when the quotes do not match. A quoted line break is not
 * understood: no name has one.
 *
 * @example fieldsOf('1,"a, ""b""",') // ['1', 'a, "b"', '']
 */
export function fieldsOf(line: string): string[] | undefined {
  if (!line.includes('"')) return line.split(',');
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  const fields: string[] = [];
  for (;;) {
    const match = field.exec(line);
    if (!match) return undefined;
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3] === '') return fields;
  }
}

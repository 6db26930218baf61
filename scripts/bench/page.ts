import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Puts what a benchmark made into a page of docs, between `<!-- name -->` and `<!-- /name -->`. */
export function writeTable(page: string, name: string, made: string): void {
  const file = path.join(__dirname, '..', '..', 'docs', page);
  const text = readFileSync(file, 'utf8');
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} - got no ${start} ... ${end}, expected both; add the two lines`);
  writeFileSync(file, `${text.slice(0, from)}${start}\n${made}\n${text.slice(to)}`);
}

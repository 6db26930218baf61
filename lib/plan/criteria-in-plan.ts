import { plain } from '../domain/format';
import type { Reading, Said, Unread } from './draft';
import { wordsOf } from './words';

/** An endpoint of the success criteria; with no criterion where the plan's words for it are not understood. */
export interface Endpoint {
  name: string;
  line: number;
  criterion?: { below: string } | 'consistentWithBaseline';
}

interface Criteria {
  excluded: Said<number[]>;
  endpoints: Endpoint[];
  unread: Unread[];
}

const BELOW = /(?:<(?!=)|\bbelow|\bunder|\bless than|\blower than)\s*(\d{1,2}(?:\.\d+)?) ?%/i;
const CONSISTENT = /\b(consistent|in line) with\b|\bno (significant )?increase\b/i;
const EXCLUDED = /\b(?:excluding|excludes?|except|without|ignoring)\b([^)]*)/i;

/** The endpoints of the success criteria: the lines that are indented under their question. */
export function criteriaIn({ lines }: Reading): Criteria {
  const at = lines.findIndex(
    (line) => /success criteria|metrics-based criteria/i.test(line) && !/metrics at this stage/i.test(line),
  );
  const under = at < 0 ? [] : linesUnder(lines, at);
  const endpoints: Endpoint[] = [];
  const unread: Unread[] = [];
  const excluded = new Map<string, number>();
  for (const { text, line } of under) {
    const names = namesIn(text);
    const below = BELOW.exec(text)?.[1];
    const isConsistent = CONSISTENT.test(text);
    if (names.length === 0 || /\b(latency|p\d{2}|duration)\b/i.test(text)) {
      unread.push({ line, why: `"${plain(wordsOf(text), 60)}" names no endpoint's error rate` });
      continue;
    }
    const unsure = below !== undefined && isConsistent;
    const criterion = unsure
      ? undefined
      : below !== undefined
        ? { below: `${below}%` }
        : isConsistent
          ? ('consistentWithBaseline' as const)
          : undefined;
    for (const name of names) endpoints.push({ name, line, ...(criterion && { criterion }) });
    const statuses = [...(EXCLUDED.exec(text)?.[1] ?? '').matchAll(/\b[1-5]\d\d\b/g)].map(Number);
    excluded.set(JSON.stringify(statuses), line);
  }
  const [first, ...others] = [...excluded];
  return {
    endpoints,
    unread,
    excluded:
      first === undefined || others.length > 0
        ? {
            todo: first
              ? 'the criteria leave out different statuses; a release has one list'
              : 'the plan names no criterion that could say',
          }
        : { value: JSON.parse(first[0]), line: first[1] },
  };
}

/** The lines that are indented deeper than the one at `at`, up to the first that is not. */
function linesUnder(lines: readonly string[], at: number): { text: string; line: number }[] {
  const indentOf = (text: string) => /^\s*/.exec(text)![0].replaceAll('\t', '    ').length;
  const found: { text: string; line: number }[] = [];
  for (let index = at + 1; index < lines.length; index++) {
    const text = lines[index]!;
    if (text.trim() === '') continue;
    if (indentOf(text) <= indentOf(lines[at]!)) break;
    found.push({ text, line: index + 1 });
  }
  return found;
}

/** The endpoints that a line names: in code, or like #index. */
function namesIn(text: string): string[] {
  const coded = [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => plain(name!, 100)).filter(Boolean);
  const named = [...text.matchAll(/(?<![\w&/])#[a-z][\w-]*/gi)].map(([name]) => name);
  return [...new Set(coded.length > 0 ? coded : named)];
}

import * as z from 'zod/mini';
import { plain } from '../../facts/format';
import type { ErrorClass } from '../../results/event-count';
import { checkErrors, malformed, seen } from './malformed';

/** Characters of a class' name: with its modules an exception's is about half as long. */
const LONGEST_NAME = 100;
export const MOST_CLASSES = 10;

const answerSchema = z.object({
  data: z.object({
    attributes: z.object({
      columns: z.array(
        z.discriminatedUnion('type', [
          z.object({ type: z.literal('number'), values: z.array(z.nullable(z.number())) }),
          z.object({ type: z.literal('group'), values: z.array(z.array(z.string())) }),
        ]),
      ),
    }),
  }),
});

/**
 * The one count of an answer to a scalar request; 0 when it has none. Where nothing matched, Datadog gives an empty list.
 *
 * @throws SourceError 'malformed' when anything about the answer is not as it should be
 */
export function readCount(answer: unknown): number {
  const { counts, groups } = columnsOf(answer);
  if (groups || counts.length > 1) throw malformed(`${counts.length} values, or groups`, 'one value');
  return counts[0] ?? 0;
}

/**
 * The classes of an answer to a scalar request with groups, most errors first, at most ten. A class without a name is
 * left out. Names are outside text: on one line, at most 100 characters.
 *
 * @throws SourceError 'malformed' when anything about the answer is not as it should be
 */
export function readErrorClasses(answer: unknown): ErrorClass[] {
  const { counts, groups = [] } = columnsOf(answer);
  const names = groups.map((group) => {
    if (group.length !== 1) throw malformed(`a group ${seen(group)}`, 'one value each');
    return group[0]!;
  });
  if (new Set(names).size < names.length) throw malformed('a class twice', 'once');
  // Without any event there is no column of groups, and the count may be null.
  if (names.length !== counts.length && (names.length > 0 || counts.some(Boolean)))
    throw malformed(`${counts.length} counts of ${names.length} classes`, 'one each');
  return names
    .map((name, index) => ({ name: plain(name, LONGEST_NAME), errors: counts[index] ?? 0 }))
    .filter(({ name, errors }) => name !== '' && errors > 0)
    .sort((a, b) => b.errors - a.errors || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_CLASSES);
}

function columnsOf(answer: unknown): { counts: (number | null)[]; groups?: string[][] } {
  checkErrors(answer);
  const parsed = z.safeParse(answerSchema, answer);
  if (!parsed.success) throw malformed(seen(answer), `columns, but for ${parsed.error.issues[0]!.path.join('.')}`);
  const { columns } = parsed.data.data.attributes;
  const numbers = columns.flatMap((column) => (column.type === 'number' ? [column.values] : []));
  const groups = columns.flatMap((column) => (column.type === 'group' ? [column.values] : []));
  if (numbers.length > 1 || groups.length > 1)
    throw malformed(`${columns.length} columns`, 'one of numbers and one of groups at most');
  const counts = numbers[0] ?? [];
  for (const count of counts) {
    if (count !== null && !(Number.isSafeInteger(count) && count >= 0))
      throw malformed(`count ${count}`, 'a whole number from 0');
  }
  return { counts, groups: groups[0] };
}

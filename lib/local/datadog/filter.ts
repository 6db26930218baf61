type Tags = Readonly<Record<string, string>>;

/** A condition on tags; a value may have `*` in the place of any letters. */
export type Condition = { key: string; value: string } | { all: Condition[] } | { any: Condition[] };

const TOKEN = /\s*(\(|\)|[^()\s]+)/y;
const TAG = /^([a-z][\w./-]*):([\w*][\w:./*-]*)$/;

/**
 * Reads a filter of Datadog's metric queries: `a:1 AND (b:2 OR (b:3 AND c:4))`, or the symbolic form `a:1,b:2`. AND binds
 * closer than OR.
 *
 * @throws Error for anything else, and for a filter that mixes the forms
 */
export function parseFilter(filter: string): Condition {
  const wrong = (at: string) => new Error(`filter '${filter}' could not be parsed at '${at}'`);
  const tag = (text: string): Condition => {
    const [, key, value] = TAG.exec(text) ?? [];
    if (!key || !value) throw wrong(text);
    return { key, value };
  };
  if (filter.includes(',')) {
    if (/ (AND|OR) |[()]/.test(filter)) throw new Error(`filter '${filter}' mixes , with AND or OR`);
    return { all: filter.split(',').map(tag) };
  }
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(filter); match; match = TOKEN.exec(filter)) tokens.push(match[1]!);
  let at = 0;
  const one = (): Condition => {
    const token = tokens[at++] ?? '';
    if (token !== '(') return tag(token);
    const inside = some('OR', () => some('AND', one));
    if (tokens[at++] !== ')') throw wrong(tokens.slice(0, at).join(' '));
    return inside;
  };
  const some = (word: 'AND' | 'OR', next: () => Condition): Condition => {
    const found = [next()];
    while (tokens[at] === word) {
      at++;
      found.push(next());
    }
    if (found.length === 1) return found[0]!;
    return word === 'AND' ? { all: found } : { any: found };
  };
  const whole = some('OR', () => some('AND', one));
  if (at < tokens.length) throw wrong(tokens[at]!);
  return whole;
}

/** Whether tags meet a condition; a tag that is missing meets none. */
export function meets(condition: Condition, tags: Tags): boolean {
  if ('all' in condition) return condition.all.every((one) => meets(one, tags));
  if ('any' in condition) return condition.any.some((one) => meets(one, tags));
  const value = tags[condition.key];
  if (value === undefined || !condition.value.includes('*')) return value === condition.value;
  const pattern = condition.value.split('*').map((part) => part.replace(/[^\w]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(value);
}

/** The keys of the tags that a condition is about. */
export function keysIn(condition: Condition): string[] {
  if ('key' in condition) return [condition.key];
  return ('all' in condition ? condition.all : condition.any).flatMap(keysIn);
}

import { count, percent } from '../../facts/format';
import { type Check, wrong } from '../check';
import { type Counted, type Grouping, groupingOf, NO_TAG, sumOf } from './counts';
import { tagValuesText } from './tag-values';

/** Tags whose values several endpoints have, and the tag that tells these apart: Rails has the same actions everywhere. */
const SHARED: Readonly<Record<string, string>> = { action: 'controller' };

/** The tag that endpoints with these tags need beside them; undefined where they need none. */
const partnerOf = (keys: readonly string[]): string | undefined => {
  const shared = keys.find((key) => key in SHARED && !keys.includes(SHARED[key]!));
  return shared && SHARED[shared];
};

/** The query that shows whether tags are shared; undefined for those that never are. */
export function sharedGrouping(
  metric: string,
  filter: readonly string[],
  keys: readonly string[],
): Grouping | undefined {
  const partner = partnerOf(keys);
  return partner === undefined ? undefined : groupingOf({ metric, filter, by: [...keys, partner] });
}

/** Which endpoints are several by a tag that their measure does not name, in the last day. */
export function sharedChecks(
  keys: readonly string[],
  endpoints: ReadonlyMap<string, string>,
  counted: Counted,
): Check[] {
  const partner = partnerOf(keys)!;
  return [...endpoints].flatMap(([values, name]) => {
    const found = [...counted]
      .map(([key, points]) => ({ found: JSON.parse(key) as string[], requests: sumOf(points) }))
      .filter(({ found, requests }) => requests > 0 && found.at(-1) !== NO_TAG)
      .filter(({ found }) => tagValuesText(keys, found.slice(0, -1)) === values)
      .sort((a, b) => b.requests - a.requests);
    if (found.length < 2) return [];
    const all = found.reduce((sum, { requests }) => sum + requests, 0);
    const most = found.slice(0, 3).map(({ found, requests }) => `${found.at(-1)} (${percent(requests / all)})`);
    return [
      wrong(
        `series ${name}`,
        `tags - got requests of ${count(found.length)} different ${partner}s as ${name}: ${most.join(', ')}, expected one endpoint's; name both: tags: { ${partner}: ..., ${keys.join(': ..., ')}: ... }`,
      ),
    ];
  });
}

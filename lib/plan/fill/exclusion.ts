import { plain } from '../../facts/format';
import type { Release } from '../../release/schema';
import { plainWords } from '../markdown/words';

/** "(excluding 401/403)", "without 5xx", "excl. bots": all up to the end of the brackets, or of the label. */
const EXCLUSION =
  /(?:^|[\s(,;–—-])\(?(?:excl(?:uding|udes?|uded)?(?![\p{L}])\.?|without|w\/o|except(?:ing)?(?: for)?|ignoring|omitting|minus|not (?:counting|including)|other than|apart from|leaving out|net of)\s*:?\s+([^()]+)\)?/iu;

/** What stands beside the statuses of an exclusion and changes nothing: "401/403 authentication issues". */
const BESIDE = new Set(
  'and or the http status statuses code codes auth authentication authorization unauthorized forbidden issue issues error errors response responses request requests'.split(
    ' ',
  ),
);

/**
 * A label without its exclusion, if that is what the release leaves out.
 *
 * @example withoutExclusion('#show (excluding 401/403)', { excludedStatuses: [401, 403] }) → { text: '#show' }
 * @returns why the label asks for other requests than the release counts
 */
export function withoutExclusion(
  label: string,
  { excludedStatuses }: Pick<Release, 'excludedStatuses'>,
): { text: string } | { unfit: string } {
  const found = EXCLUSION.exec(label);
  if (!found) return { text: label };
  const words = plainWords(found[1]!).split(' ').filter(Boolean);
  const statuses = words.flatMap((word) => /^(\d{3})s?$/.exec(word)?.[1] ?? []).map(Number);
  const others = words.filter((word) => !/^\d{3}s?$/.test(word) && !BESIDE.has(word));
  const isSame =
    others.length === 0 &&
    new Set(statuses).size === excludedStatuses.length &&
    excludedStatuses.every((status) => statuses.includes(status));
  if (isSame) {
    const rest = `${label.slice(0, found.index)} ${label.slice(found.index + found[0].length)}`;
    return { text: rest.replace(/[\s,;–—-]+$/, '') };
  }
  const left = excludedStatuses.length === 0 ? 'nothing' : excludedStatuses.join(' and ');
  return {
    unfit: `"${plain(found[0].replace(/^[\s(,;–—-]+|\)$/g, ''), 60)}" asks for other requests than the release counts, which leaves out ${left}`,
  };
}

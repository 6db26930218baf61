import { plain } from '../../facts/format';
import type { Release } from '../../release/schema';
import { isNeutral, isOther, isTitle } from '../markdown/labels';
import { type Heading, pathTo } from '../markdown/outline';
import { plainWords } from '../markdown/words';
import { nameOf, partOf } from './part-of';

/**
 * The headings that may be about another release than this: a plan can be about two features, with a "Stage A" each. Where
 * a stage or a check has a heading in several places, those over them that say more than "Results" and the like are in
 * doubt; and where one heading names this release, so are those of its rank.
 *
 * @returns by offset, why nobody can tell what stands under it
 */
export function rivalsIn(headings: readonly Heading[], release: Release): Map<number, string> {
  const isOwn = ({ text }: Heading) => namesRelease(text, release);
  const ranks = new Set(headings.filter(isOwn).map(({ depth }) => depth));
  const isFree = (heading: Heading) =>
    heading.text === '' ||
    isOwn(heading) ||
    isNeutral(heading.text) ||
    isOther(heading.text) ||
    isTitle(heading.text) ||
    'kind' in partOf([heading], release);
  const apart = [...claimsIn(headings, release).values()].flatMap((paths) => {
    const shared = sharedDepth(paths);
    return paths.flatMap((path) => path.slice(shared));
  });
  const doubtful = [...apart, ...headings.filter(({ depth }) => ranks.has(depth))].filter((one) => !isFree(one));
  return new Map(doubtful.map(({ from, text }) => [from, `"${plain(text, 60)}" over it may be about another release`]));
}

/** By stage or check, what stands over each heading that names it, outermost first. */
function claimsIn(headings: readonly Heading[], release: Release): Map<string, Heading[][]> {
  const claims = new Map<string, Heading[][]>();
  for (const [index, heading] of headings.entries()) {
    const part = partOf([heading], release);
    if (!('kind' in part)) continue;
    const over = pathTo(headings, index).slice(0, -1);
    claims.set(nameOf(part), [...(claims.get(nameOf(part)) ?? []), over]);
  }
  return claims;
}

/** How many of the headings over all of them are the same ones. */
function sharedDepth(paths: readonly Heading[][]): number {
  const [first] = paths;
  const differs = first!.findIndex((heading, depth) => paths.some((path) => path[depth] !== heading));
  return differs < 0 ? first!.length : differs;
}

/** What words say beside which release they are about: "Payments on mobile" for the release Payments is of a part. */
export const withoutRelease = (text: string, release: Release): string =>
  ownNames(release).reduce((words, own) => words.replaceAll(` ${own} `, ' '), ` ${plainWords(text)} `);

const ownNames = ({ name, title, toggles }: Release): string[] =>
  [title, name, ...toggles.map((toggle) => toggle.name)].map(plainWords).filter((own) => own !== '');

/** Whether words say which release they are about: its name, its title or a toggle of it. */
const namesRelease = (text: string, release: Release): boolean =>
  ownNames(release).some((own) => ` ${plainWords(text)} `.includes(` ${own} `));

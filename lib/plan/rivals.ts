import { plain } from '../domain/format';
import type { Release } from '../domain/release';
import { isNeutral, isOther, isTitle } from './labels';
import { type Heading, pathTo } from './outline';
import { nameOf, partOf } from './part-of';
import { plainWords } from './words';

interface Claim {
  heading: Heading;
  /** The headings over it, outermost first. */
  over: Heading[];
}

/**
 * The headings that name a stage or a check of the release, and may be another's: a plan can be about two features, with
 * a "Stage A" each. Those whose own headings say nothing but "Results" and the like, or name this release, are its own.
 *
 * @returns by offset, why nobody can tell
 */
export function rivalsIn(headings: readonly Heading[], release: Release): Map<number, string> {
  const rivals = new Map<number, string>();
  const isOwn = (text: string) => namesRelease(text, release);
  const isFree = ({ text }: Heading) =>
    text === '' ||
    isOwn(text) ||
    isNeutral(text) ||
    isOther(text) ||
    isTitle(text) ||
    'kind' in partOf([{ text }], release);
  const claims = claimsIn(headings, release);
  const home = [...claims.values()].flat().flatMap(({ over }) => over.filter(({ text }) => isOwn(text)))[0];
  const foreign = new Set<Heading>();
  for (const same of claims.values()) {
    const shared = sharedDepth(same.map(({ over }) => over));
    for (const { over } of same) for (const one of over.slice(shared)) if (!isFree(one)) foreign.add(one);
  }
  for (const { heading, over } of [...claims.values()].flat()) {
    const other = over.find((one) => foreign.has(one) || (one.depth === home?.depth && !isFree(one)));
    if (other) rivals.set(heading.from, `"${plain(other.text, 60)}" over it may be about another release`);
  }
  return rivals;
}

/** The headings that name a part by themselves, by the part. */
function claimsIn(headings: readonly Heading[], release: Release): Map<string, Claim[]> {
  const claims = new Map<string, Claim[]>();
  for (const [index, heading] of headings.entries()) {
    const part = partOf([heading], release);
    if (!('kind' in part)) continue;
    const claim = { heading, over: pathTo(headings, index).slice(0, -1) };
    claims.set(nameOf(part), [...(claims.get(nameOf(part)) ?? []), claim]);
  }
  return claims;
}

/** How many of the headings over all of them are the same ones. */
function sharedDepth(paths: readonly Heading[][]): number {
  const [first] = paths;
  const differs = first!.findIndex((heading, depth) => paths.some((path) => path[depth] !== heading));
  return differs < 0 ? first!.length : differs;
}

/** Whether words say which release they are about: its name, its title or a toggle of it. */
export const namesRelease = (text: string, { name, title, toggles }: Release): boolean =>
  [name, title, ...toggles.map((toggle) => toggle.name)]
    .map(plainWords)
    .some((own) => own !== '' && ` ${plainWords(text)} `.includes(` ${own} `));

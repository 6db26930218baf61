import { tallyOf } from '../facts/counts';
import { count, plain } from '../facts/format';
import { hourText } from '../facts/hour';
import type { WindowClasses, WindowCounts } from '../facts/window';
import type { Release } from '../release/schema';
import { ERRORS_TO_TELL, hasRisen, isEnough } from './risen';
import type { RisenClass, RisenClasses } from './verdict';

/** A finding has so many at most. */
const KEPT = 10;
/** A sentence names so many, each in so many characters. */
const NAMED = 2;
const LONGEST_NAME = 60;

/**
 * Which error classes rose in a window against the time before the launch, by the rule for statuses. An error without a
 * class, and any of an hour whose classes nobody knows, may be of every class that its status has: what rose, rose even if
 * all of these are counted to the time before. Undefined where that tells nothing.
 *
 * @param now what was counted in the window, by status and by class
 * @param before the same of the time before the launch
 */
export function risenClasses(
  now: WindowCounts & WindowClasses,
  before: WindowCounts & WindowClasses,
  endpoint: string,
  release: Release,
): RisenClasses | undefined {
  if (!isEnough(now.tally) || !isEnough(before.tally)) return undefined;
  const withoutClass = (status: string): number => {
    if (tallyOf(new Map([[status, 1]]), release).errors === 0) return 0;
    const all = before.statuses.find((one) => one.status === status)?.requests ?? 0;
    return Math.max(0, all - sum(before.classes.filter((one) => one.status === status)));
  };
  const isNew = before.classes.length === 0 && before.tally.errors > 0;
  const rose = [...new Set(now.classes.map(({ name }) => name))]
    .map((name) => {
      const mine = now.classes.filter((one) => one.name === name);
      const unknown = mine.reduce((total, { status }) => total + withoutClass(status), 0);
      const most = sum(before.classes.filter((one) => one.name === name)) + unknown;
      return { name, errors: sum(mine), most };
    })
    .filter(({ errors, most }) =>
      isNew
        ? errors >= ERRORS_TO_TELL
        : hasRisen({ ...now.tally, errors }, { ...before.tally, errors: most }, endpoint, release),
    )
    .toSorted((a, b) => b.errors - a.errors || (a.name < b.name ? -1 : 1))
    .slice(0, KEPT)
    .map(({ name, errors, most }): RisenClass => {
      const usual = (most / before.tally.requests) * now.tally.requests;
      return { name, errors, ...(!(isNew && most > 0) && { usual }) };
    });
  if (rose.length === 0) return undefined;
  const withClass = sum(now.classes);
  // The classes are asked for an instant later.
  const errors = Math.max(now.tally.errors, withClass);
  return { rose, errors, withClass, ...(isNew && now.since !== undefined && { since: now.since }) };
}

const sum = (some: readonly { errors: number }[]): number => some.reduce((total, { errors }) => total + errors, 0);

/**
 * The classes that rose, in a line; their names are text from outside. Nothing where none is known to have risen.
 *
 * @example classesText({ rose: [{ name: 'faraday::timeouterror', errors: 212, usual: 0 }], errors: 230, withClass: 230 })
 *   // 'faraday::timeouterror 212 of 230 errors (none before)'
 */
export function classesText(classes: RisenClasses | undefined): string {
  if (!classes) return '';
  const { rose, errors, withClass, since } = classes;
  const named = rose.slice(0, NAMED).map((one, index) => {
    const share = index === 0 ? `${count(one.errors)} of ${count(errors)} errors` : count(one.errors);
    return `${plain(one.name, LONGEST_NAME)} ${share}${usualText(one)}`;
  });
  const more = rose.length > NAMED ? ['and more'] : [];
  return [
    [...named, ...more].join(', '),
    ...(withClass < errors ? [`${count(withClass)} of ${count(errors)} errors have a class`] : []),
    ...(since === undefined ? [] : [`classes are counted since ${hourText(since)}`]),
  ].join('; ');
}

function usualText({ usual }: RisenClass): string {
  if (usual === undefined) return '';
  return usual === 0 ? ' (none before)' : ` (usually at most ${count(Math.ceil(usual))})`;
}

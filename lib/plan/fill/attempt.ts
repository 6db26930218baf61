import { plural } from '../../facts/format';
import { type StageEvent, stays } from '../../facts/stage';
import type { ResultWindow } from '../../results/results';
import { type Heading, pathTo } from '../markdown/outline';
import type { Known } from './known';
import { nameOf, type Part, type Passage, partOf, withoutName } from './part-of';

const NTH = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];
const COUNTED = ['one', 'two', 'three', 'four', 'five', 'six'];
const TRY = '(?:attempt|try|run|round|entry|go|iteration|roll-? ?out|launch)';
const NUMBERED = new RegExp(
  `\\b(?:(${NTH.join('|')}|[1-9](?:st|nd|rd|th))[\\s-]+(?:re-?)?${TRY}|(?:attempt|try|run|round|entry|take|iteration)\\s*(?:no\\.?|number)?\\s*#?(${COUNTED.join('|')}|[1-9]))\\b`,
  'i',
);
/** Says that there is more than one, and not which. */
const AGAIN = new RegExp(
  `\\b(?:again|re-?(?:try|tried|run|launch(?:ed)?|entry|entered|start(?:ed)?|opened|do)|(?:last|latest|final|new|another|previous|other|repeat(?:ed)?)[\\s-]+${TRY})\\b`,
  'i',
);

/** Which entry of a stage words are about, from 1; 'unclear' where they say that there are several and not which. */
export type Attempt = number | 'unclear' | undefined;

/** @example attemptIn('25% of users - second attempt') === 2 */
export function attemptIn(text: string): Attempt {
  const [, nth, counted] = NUMBERED.exec(text)?.map((word) => word?.toLowerCase()) ?? [];
  const word = nth ?? counted;
  if (word !== undefined) return /^\d/.test(word) ? Number(word[0]) : (nth ? NTH : COUNTED).indexOf(word) + 1;
  if (AGAIN.test(text)) return 'unclear';
  const bare = /^\W*#?(\d)[^\w%]*$/.exec(text)?.[1];
  return bare === undefined ? undefined : Number(bare);
}

/** Words without what they say of an attempt. */
export const withoutAttempt = (text: string): string => text.replace(NUMBERED, ' ').trim();

/** The attempt that the places of a blank say, from the one that names its part inward; two of them say nothing clear. */
export function attemptAt(places: readonly Passage[], part: Part, release: Known['release']): Attempt {
  const at = places.findLastIndex((place) => 'kind' in partOf([place], release));
  const said = places
    .slice(Math.max(0, at))
    .flatMap(({ text }, index) => attemptIn(index === 0 ? withoutName(text, part) : text) ?? []);
  return new Set(said).size > 1 ? 'unclear' : said[0];
}

/** The stages and checks of which a heading of the plan names an attempt: what names none is then not the last one. */
export function attemptedIn(headings: readonly Heading[], release: Known['release']): Set<string> {
  const found = headings.flatMap((_, index) => {
    const path = pathTo(headings, index);
    const part = partOf(path, release);
    return 'kind' in part && attemptAt(path, part, release) !== undefined ? [nameOf(part)] : [];
  });
  return new Set(found);
}

/**
 * The window of an attempt: the entry of its number, counted in the whole log; the last one where none is said.
 *
 * @param attempted whether the plan names an attempt of this part somewhere
 */
export function windowOf(
  part: Part,
  attempt: Attempt,
  attempted: boolean,
  known: Known,
): { window: ResultWindow } | { open: string } {
  const name = nameOf(part);
  const { windows, log, release } = known;
  const entries = windows.filter((one) => one.name === name);
  const stage = part.kind === 'stage' ? part.name : release.stages.at(-1)!.name;
  const all = entriesOf(log, stage);
  const last = entries.at(-1);
  if (attempt === undefined && !attempted) return last ? { window: last } : { open: `${name} has not begun` };
  if (typeof attempt !== 'number')
    return {
      open: `the plan tells attempts apart, and this one does not say which; stage ${stage} was entered ${plural(all, 'time')}`,
    };
  const window = entries[attempt - 1 - (all - entries.length)];
  if (window) return { window };
  return {
    open:
      attempt > all
        ? `stage ${stage} was entered ${plural(all, 'time')}, not ${attempt}`
        : `only the last entry of stage ${stage} has results of its own here`,
  };
}

const entriesOf = (log: readonly StageEvent[], stage: string): number =>
  stays(log).filter((stay) => stay.stage === stage && stay.exposure > 0).length;

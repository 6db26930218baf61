import type { CountRules } from '../../facts/counts';
import { HOURS_PER_WEEK, type Hour } from '../../facts/hour';
import { scopeName } from '../../facts/series';
import type { Snapshot, Snapshots } from '../../facts/snapshot';
import { BASELINE_WEEKS } from '../../facts/usual';
import { isPartOfScope } from '../../release/measure/like-measures';
import type { Release } from '../../release/schema';
import type { Reference } from '../../statistics/traffic/day-block';
import { looksAt } from '../hour-counts';

/** Control endpoints measure the traffic of an endpoint that has at most as many requests. */
const CONTROLS_AT_LEAST = 1;
/** The rest of the scope measures it when it has five times as many: then no endpoint of the release moves it much. */
const SCOPE_AT_LEAST = 5;
const BASELINE_HOURS = BASELINE_WEEKS * HOURS_PER_WEEK;
const NOTHING: ReadonlyMap<Hour, Snapshot> = new Map();

/**
 * Requests outside the release from hour `first` on, to tell an endpoint's loss from a holiday, the best measure first:
 * those of the whole scope without the release's own endpoints, then those of its controls. Endpoints under the same
 * toggle are no measure: they lose their requests together.
 */
export function referencesOf(
  { endpoints, controls, ...rules }: Pick<Release, 'endpoints' | 'controls'> & CountRules,
  snapshots: Snapshots,
  first: Hour,
  newest: Hour,
): Reference[] {
  const length = Math.max(0, newest + 1 - first);
  const seenOf = (all: readonly { name: string }[]) =>
    summed(
      all.map(({ name }) => snapshots.get(name)),
      first,
      length,
      rules,
    );
  const found: Reference[] = [];
  if (snapshots.has(scopeName)) {
    const own = seenOf(endpoints.filter(isPartOfScope));
    const rest = seenOf([{ name: scopeName }]).map((all, index) => {
      const part = own[index];
      return all === undefined || part === undefined || part > all ? undefined : all - part;
    });
    found.push({ hours: rest, atLeast: SCOPE_AT_LEAST });
  }
  if (controls.length > 0) found.push({ hours: seenOf(controls), atLeast: CONTROLS_AT_LEAST });
  return found;
}

/** The requests of some series together, hour by hour; unknown where one of them is. */
function summed(
  series: readonly (ReadonlyMap<Hour, Snapshot> | undefined)[],
  first: Hour,
  length: number,
  rules: CountRules,
): (number | undefined)[] {
  const sums = new Array<number | undefined>(length).fill(0);
  for (const known of series) {
    const look = looksAt(known ?? NOTHING, rules);
    for (let index = 0; index < length; index++) {
      const sum = sums[index];
      if (sum === undefined) continue;
      const { parts } = look(first + index);
      sums[index] = parts && sum + parts.seen;
    }
  }
  return sums;
}

/** The first of them that had enough requests before the launch to measure an endpoint by. */
export function measureOf(
  references: readonly Reference[],
  own: Reference['hours'],
  launch: number,
): Reference | undefined {
  return references.find(({ hours, atLeast }) => {
    let [sum, all] = [0, 0];
    for (let index = Math.max(0, launch - BASELINE_HOURS); index < launch; index++) {
      const [mine, theirs] = [own[index], hours[index]];
      if (mine === undefined || theirs === undefined) continue;
      sum += mine;
      all += theirs;
    }
    return all > 0 && all >= atLeast * sum;
  });
}

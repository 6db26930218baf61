import type { CountRules } from '../../facts/counts';
import { HOURS_PER_WEEK, type Hour } from '../../facts/hour';
import { looksAt, restsOf } from '../../facts/packed/look';
import { scopeName } from '../../facts/series';
import type { Snapshot, Snapshots } from '../../facts/snapshot';
import { BASELINE_WEEKS } from '../../facts/usual';
import type { Window } from '../../facts/window';
import { isPartOfScope } from '../../release/measure/like-measures';
import { type Memories, noMemory } from '../../release/memory';
import type { Release } from '../../release/schema';
import type { Reference } from '../../statistics/traffic/day-block';
import type { Hourly } from '../../statistics/traffic/hourly';

/** Control endpoints measure the traffic of an endpoint that has at most as many requests. */
const CONTROLS_AT_LEAST = 1;
/** The rest of the scope measures it when it has five times as many: then no endpoint of the release moves it much. */
const SCOPE_AT_LEAST = 5;
const BASELINE_HOURS = BASELINE_WEEKS * HOURS_PER_WEEK;
const NOTHING: ReadonlyMap<Hour, Snapshot> = new Map();

/**
 * Requests outside the release from hour `first` to `newest`, to tell an endpoint's loss from a holiday, the best measure
 * first: those of the whole scope without the release's own endpoints, then those of its controls. Endpoints under the
 * same toggle are no measure: they lose their requests together.
 */
export function referencesOf(
  { endpoints, controls, ...rules }: Pick<Release, 'endpoints' | 'controls'> & CountRules,
  snapshots: Snapshots,
  { first, launch, newest }: { first: Hour; launch: Hour; newest: Hour },
  { memory = noMemory, hourMemory = noMemory }: Memories = {},
): Reference[] {
  type Series = readonly ReadonlyMap<Hour, Snapshot>[];
  const seriesOf = (all: readonly { name: string }[]): Series => all.map(({ name }) => snapshots.get(name) ?? NOTHING);
  const end = Math.max(first, newest + 1);
  const earlier = { from: first, to: Math.min(launch, end) };
  const reference = (
    name: string,
    series: Series,
    atLeast: number,
    hoursIn: (window: Pick<Window, 'from' | 'to'>) => Hourly,
  ): Reference => {
    const rests = () => series.flatMap((one) => restsOf(one, earlier, rules));
    const past = hourMemory(`reference by ${name}`, rests, () => hoursIn(earlier));
    const before = memory(
      `reference by ${name}, its hours`,
      () => past,
      () => ({}),
    );
    return { hours: past.concat(hoursIn({ from: earlier.to, to: end })), before, atLeast };
  };
  const found: Reference[] = [];
  if (snapshots.has(scopeName)) {
    const [all, own] = [seriesOf([{ name: scopeName }]), seriesOf(endpoints.filter(isPartOfScope))];
    found.push(
      reference('the scope', [...all, ...own], SCOPE_AT_LEAST, (window) => {
        const parts = summed(own, window, rules);
        return summed(all, window, rules).map((whole, index) => {
          const part = parts[index];
          return whole === undefined || part === undefined || part > whole ? undefined : whole - part;
        });
      }),
    );
  }
  if (controls.length > 0) {
    const series = seriesOf(controls);
    found.push(reference('controls', series, CONTROLS_AT_LEAST, (window) => summed(series, window, rules)));
  }
  return found;
}

/** The requests of some series together, hour by hour; unknown where one of them is. */
function summed(
  series: readonly ReadonlyMap<Hour, Snapshot>[],
  { from, to }: Pick<Window, 'from' | 'to'>,
  rules: CountRules,
): (number | undefined)[] {
  const sums = new Array<number | undefined>(to - from).fill(0);
  for (const known of series) {
    const look = looksAt(known, rules);
    for (let index = 0; index < sums.length; index++) {
      const sum = sums[index];
      if (sum === undefined) continue;
      const { parts } = look(from + index);
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

import { tallyOf } from '../../facts/counts';
import { count, plain, plural } from '../../facts/format';
import { HOURS_PER_WEEK, type Hour } from '../../facts/hour';
import { ratioOf } from '../../release/measure/ratio-of';
import type { Release } from '../../release/schema';
import { seriesOf } from '../../release/series-of';
import { hasClasses } from '../../release/source-section';
import { batchesOf, questionParts } from '../../sources/datadog/batches';
import { type Count, groupTagsOf, isMeasured, questionOf } from '../../sources/datadog/question';
import { type Check, ok, skipped, unproven, wrong } from '../check';
import type { Ask } from './beside';
import { type Counted, NO_TAG, type Points, sumOf } from './counts';

/** More names than this in four weeks are no classes: each is a message, or has a number in it. */
const MOST_CLASSES = 100;
/** An endpoint with fewer errors may have had none that raises anything. */
const ERRORS_TO_TELL = 10;

/** The errors of an endpoint, how many of them have a class, and how many classes there are. */
export interface SeenClasses {
  /** Such as "#show (error classes)". */
  series: string;
  errors: number;
  withClass: number;
  names: number;
}

/** Whether the errors of [from, to) have a class, and one that is a class; no check for a release that asks for none. */
export async function classChecks(release: Release, from: Hour, to: Hour, ask: Ask): Promise<Check[]> {
  if (!hasClasses(release)) return [];
  const { datadog } = release;
  const batches = batchesOf(
    datadog,
    seriesOf(release).filter(({ classes }) => classes),
  );
  const seen: SeenClasses[] = [];
  for (const part of batches.flatMap((one) => questionParts(datadog, one))) {
    const counts = questionOf(datadog, part).flatMap(({ text, count: of }) =>
      of ? [{ text, of, by: groupTagsOf(of) }] : [],
    );
    const weeks: Counted[][] = [];
    for (let week = from; week < to; week += HOURS_PER_WEEK)
      weeks.push(await ask(counts, week, Math.min(week + HOURS_PER_WEEK, to), 'error classes'));
    for (const one of part.filter(isMeasured)) {
      const values = ratioOf(datadog, one).tags.map(([, value]) => value);
      const groups = counts.flatMap(({ of }, index) =>
        of.of.includes(one)
          ? weeks.flatMap((week) => [...week[index]!].map(([key, points]) => ({ key, points, of })))
          : [],
      );
      seen.push({ series: one.name, ...seenIn(groups, values, release) });
    }
  }
  return [classCheck(datadog.classTag!, seen)];
}

function seenIn(
  groups: readonly { key: string; points: Points; of: Count }[],
  values: readonly string[],
  release: Release,
) {
  const names = new Set<string>();
  let [errors, withClass] = [0, 0];
  for (const { key, points, of } of groups) {
    const found = JSON.parse(key) as string[];
    const name = found.at(-1)!;
    if (values.some((value, index) => value !== found[index])) continue;
    const status = of.statusTag === undefined ? 'failed' : found.at(-2)!;
    const sum = tallyOf(new Map([[status, 1]]), release).errors * sumOf(points);
    errors += sum;
    if (sum === 0 || name === NO_TAG || name === '') continue;
    withClass += sum;
    names.add(name);
  }
  return { errors, withClass, names: names.size };
}

/** What the errors of the endpoints say of a tag. */
export function classCheck(tag: string, seen: readonly SeenClasses[]): Check {
  const what = `datadog.classTag - got`;
  const sum = (of: 'errors' | 'withClass') => seen.reduce((total, one) => total + one[of], 0);
  const [errors, withClass] = [sum('errors'), sum('withClass')];
  const many = seen.filter(({ names }) => names > MOST_CLASSES);
  const without = seen.filter((one) => one.withClass === 0 && one.errors >= ERRORS_TO_TELL);
  if (errors === 0) return skipped('classes', 'no endpoint had an error in 28 days');
  if (withClass === 0)
    return wrong(
      'classes',
      `${what} none of ${plural(errors, 'error')} in 28 days with ${tag}, expected the class of what failed; check its spelling, and whether the metric has that tag (Metrics Summary); those of APM have none`,
    );
  if (many.length > 0)
    return wrong(
      'classes',
      `${what} ${many.map(({ series, names }) => `${count(names)} names of ${plain(series, 80)}`).join(', ')} in ${tag}, expected at most ${MOST_CLASSES}; is it a message, or has it a number in it?`,
    );
  const share = `${count(withClass)} of ${plural(errors, 'error')} in 28 days have a class in ${tag}`;
  if (without.length > 0)
    return unproven(
      'classes',
      `${what} ${share}, and none of ${without.map(({ series, errors: some }) => `${plain(series, 80)} (${count(some)})`).join(', ')}, expected some of each endpoint; do these count by the same code?`,
    );
  return ok('classes', share);
}

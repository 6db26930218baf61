import { SETTLE_MINUTES } from '../facts/due';
import { HOUR_MS, HOURS_PER_WEEK, type Hour, hourFrom, hourOf } from '../facts/hour';
import { launchOf, type StageEvent, stays } from '../facts/stage';
import type { Window } from '../facts/window';
import { checksOf, stageLength } from '../release/schedule';
import type { Release } from '../release/schema';
import { eventQueriesOf, type UsersOf } from '../release/source-section';

/** A window is asked for so long after its end; a source that fails for longer has lost it. */
const ASKED_FOR_HOURS = HOURS_PER_WEEK;
/** Of fewer of its hours' events a number of users would be silently too small. */
const KEPT_AT_LEAST = 0.99;

/** What one query over the events is asked; `name` is that of one for the users of a page. */
export type ToCount = Pick<Window, 'from' | 'to'> & Asked;

/** Whether two ask the same of the same hours; what was counted is what was asked. */
export const isSameCount = (one: ToCount, other: ToCount): boolean =>
  one.kind === other.kind &&
  one.from === other.from &&
  one.to === other.to &&
  (one.kind !== 'usersOf' || (other.kind === 'usersOf' && one.name === other.name));

type Asked = { kind: 'users' | 'errorClasses' } | { kind: 'usersOf'; name: string };

/**
 * What the events have to be asked as of `newest`, the windows that ended last first: each stay that exposed users and
 * each check since the launch, once it is over, and a stage up to its planned end while it goes on. Only for a week after
 * the end, and only as long as Datadog keeps the events of 99 % of the window. Nothing where the release file has no query.
 *
 * @param newest the newest settled hour
 */
export function windowsToCount(release: Release, log: readonly StageEvent[], newest: Hour): ToCount[] {
  const end = newest + 1;
  const { users, usersOf, errorClasses } = eventQueriesOf(release);
  const queries: [Asked, { kept: number } | undefined][] = [
    [{ kind: 'users' }, users],
    ...usersOf.map((one): [Asked, UsersOf] => [{ kind: 'usersOf', name: one.name }, one]),
    [{ kind: 'errorClasses' }, errorClasses],
  ];
  const ended = endedWindows(release, log, end).filter(({ to }) => end - to <= ASKED_FOR_HOURS);
  return ended
    .toSorted((a, b) => b.to - a.to)
    .flatMap((window) =>
      queries.filter(([, query]) => isKept(window, query, end)).map(([asked]) => ({ ...asked, ...window })),
    );
}

/** Whether Datadog still has a window's events when the hour that ends at `end` has settled; false without a query. */
export function isKept(
  { from, to }: Pick<Window, 'from' | 'to'>,
  query: { kept: number } | undefined,
  end: Hour,
): boolean {
  if (!query) return false;
  const lost = Math.max(0, end + SETTLE_MINUTES / 60 - query.kept - from);
  return (to - from - lost) / (to - from) >= KEPT_AT_LEAST;
}

function endedWindows(release: Release, wholeLog: readonly StageEvent[], end: Hour): Pick<Window, 'from' | 'to'>[] {
  const log = wholeLog.filter(({ at }) => hourOf(at) <= end);
  const launch = launchOf(log);
  if (!launch) return [];
  const exposed = stays(log).filter(({ at, exposure }) => at >= launch.at && exposure > 0);
  const lastEnds = checksOf(release, log).flatMap(({ stay, end: at, complete }) =>
    complete ? [{ from: stay.from, to: hourOf(at) }] : [],
  );
  // A last stage that has checks ends with them.
  const checked = release.checks.length > 0 ? release.stages.at(-1)!.name : undefined;
  const plannedEnds = exposed
    // One that was left within the hour after `newest` goes on for the verdict, whose check-in is about its planned end.
    .filter(({ stage, to }) => to >= end && stage !== checked)
    .flatMap(({ stage, at, from }) => {
      const length = stageLength(release, stage);
      return length === undefined ? [] : [{ from, to: hourFrom(at + length * HOUR_MS) }];
    });
  const all = [...exposed.map(({ from, to }) => ({ from, to })), ...lastEnds, ...plannedEnds];
  return [
    ...new Map(
      all.filter(({ from, to }) => from < to && to <= end).map((one) => [`${one.from} ${one.to}`, one]),
    ).values(),
  ];
}

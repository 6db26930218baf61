import { type LeftOut, leftOutIn, leftOutOfAll } from '../facts/exclusion';
import { type Hour, hourOf } from '../facts/hour';
import { classesName } from '../facts/series';
import type { Snapshot } from '../facts/snapshot';
import { changedHours, hoursOfNoBaseline, launchOf, type StageEvent, type Stay, stays } from '../facts/stage';
import { BASELINE_WEEKS } from '../facts/usual';
import type { Tally, Window, WindowClasses } from '../facts/window';
import { countClasses, countWindow } from '../facts/window';
import { usualHour } from '../judge/case';
import { baselineOf } from '../judge/course';
import { hourCounts } from '../judge/hour-counts';
import { baselineFrom } from '../judge/rollout';
import { criterionOf } from '../release/criteria';
import { checksOf } from '../release/schedule';
import type { Endpoint, Release } from '../release/schema';
import type { Baseline } from '../statistics/baseline';
import type { HourCount } from '../statistics/hour-count';
import { RHO_WITHOUT_BASELINE, requestsNeeded } from '../statistics/threshold';

/** One endpoint in one window. */
export interface Result {
  endpoint: string;
  tally: Tally;
  /** Requests by status, most first. */
  statuses: { status: string; requests: number }[];
  /** Its errors by class, where these are counted. */
  ofClasses?: WindowClasses;
  /**
   * Requests that it takes to say that the rate is below its limit; absent where there is no limit, and where so many
   * were seen that the rate speaks for itself.
   */
  needed?: number;
}

/** Who is exposed, and whether a toggle says so. */
type Exposure = Pick<Stay, 'exposure' | 'share' | 'byToggle'>;

const exposureOf = ({ exposure, share, byToggle }: Exposure): Exposure => ({
  exposure,
  ...(byToggle && { byToggle, ...(share !== undefined && { share }) }),
});

/** What happened in one window of the release: the baseline, since launch, each entry of a stage, each check. */
export interface ResultWindow extends Window, Exposure {
  /** False while the window still grows, or when its stage ended before the check's planned end. */
  complete: boolean;
  results: Result[];
  /** The same of the control endpoints, which have no limit. */
  controls: Result[];
  /** Hours that do not count, where there are any. */
  leftOut?: LeftOut[];
}

/** The numbers of the plan's Results, from the facts up to and including `newest`; empty before the launch. */
export function resultsOf(
  release: Release,
  log: readonly StageEvent[],
  snapshots: ReadonlyMap<string, ReadonlyMap<Hour, Snapshot>>,
  newest: Hour,
): ResultWindow[] {
  const launchEvent = launchOf(log);
  if (!launchEvent) return [];
  const launch = hourOf(launchEvent.at);
  const end = newest + 1;
  const since = stays(log).filter((stay) => stay.at >= launchEvent.at && stay.from < end);
  const entered = since.filter((stay) => stay.exposure > 0);
  const exposure = since.at(-1)?.exposure ?? 0;
  const windows: Omit<ResultWindow, 'results' | 'controls'>[] = [
    {
      name: `${BASELINE_WEEKS} weeks before launch`,
      from: baselineFrom(launch),
      to: launch,
      exposure: 0,
      complete: true,
    },
    { name: 'since launch', from: launch, to: end, exposure, complete: false },
    ...entered.map((stay) => ({
      name: `stage ${stay.stage}`,
      from: stay.from,
      to: Math.min(stay.to, end),
      ...exposureOf(stay),
      complete: stay.to <= end,
    })),
    ...checksOf(release, log)
      .filter(({ stay }) => stay.from < end)
      .map((check) => {
        const to = Math.min(hourOf(check.end), check.stay.to);
        return {
          name: `${check.name} check`,
          from: check.stay.from,
          to: Math.min(to, end),
          ...exposureOf(check.stay),
          complete: check.complete && to <= end,
        };
      }),
  ];
  const changed = changedHours(log);
  const noBaseline = hoursOfNoBaseline(log, windows[0]!);
  // The judge's baseline and that of the plan are the same hours.
  const skippedIn = ({ to }: Pick<Window, 'to'>) => (to <= launch ? noBaseline : changed);
  const fitted = new Map<string, Baseline | undefined>();
  const factsIn = (window: Pick<Window, 'from' | 'to'>, endpoint: string): Result => {
    const known = snapshots.get(endpoint) ?? new Map<Hour, Snapshot>();
    const classes = snapshots.get(classesName(endpoint));
    const skipped = skippedIn(window);
    return {
      endpoint,
      ...countWindow(known, window, release, skipped),
      ...(classes && { ofClasses: countClasses(classes, window, release, skipped, baselineFrom(launch)) }),
    };
  };
  const resultIn = (window: Pick<Window, 'from' | 'to'>, endpoint: Endpoint): Result => {
    const facts = factsIn(window, endpoint.name);
    const limit = criterionOf(endpoint, 'below');
    if (!limit) return facts;
    const known = snapshots.get(endpoint.name) ?? new Map<Hour, Snapshot>();
    if (!fitted.has(endpoint.name)) fitted.set(endpoint.name, baselineOf(release, { log, launch }, known));
    const baseline = fitted.get(endpoint.name);
    const hours = hourCounts(known, window, release, (hour) => !skippedIn(window).has(hour));
    const neededAfter = (seen: readonly HourCount[]) =>
      requestsNeeded(seen, limit.below, baseline?.rho ?? RHO_WITHOUT_BASELINE, usualHour(baseline));
    const thin = facts.tally.requests < (neededAfter([]) ?? Number.POSITIVE_INFINITY);
    return { ...facts, ...(thin && { needed: neededAfter(hours) }) };
  };
  const leftOutOf = (window: Pick<Window, 'from' | 'to'>) =>
    leftOutOfAll(
      new Map(release.endpoints.map(({ name }) => [name, leftOutIn(snapshots.get(name) ?? new Map(), window)])),
    );
  return windows.map((window) => {
    const leftOut = leftOutOf(window);
    return {
      ...window,
      ...(leftOut.length > 0 && { leftOut }),
      results: release.endpoints.map((endpoint) => resultIn(window, endpoint)),
      controls: release.controls.map(({ name }) => factsIn(window, name)),
    };
  });
}

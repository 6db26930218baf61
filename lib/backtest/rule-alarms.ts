import { HOURS_PER_WEEK, type Hour } from '../facts/hour';
import type { Snapshots } from '../facts/snapshot';
import { changedHours, type StageEvent } from '../facts/stage';
import { hourCounts } from '../judge/hour-counts';
import { baselineFrom } from '../judge/rollout';
import { hourlyFrom, limitOf } from '../release/criteria';
import type { Release } from '../release/schema';
import type { HourCount } from '../statistics/hour-count';
import { hourlyEpisodes } from '../statistics/hourly-limit';
import type { Backtest } from './backtest';
import { PEER_RULES } from './peer-rules';

/** When one rule began to fire, by endpoint. */
export interface RuleAlarms {
  name: string;
  source: string;
  /** The hour at which it began to fire, oldest first. */
  alarms: { endpoint: string; hour: Hour }[];
  alarmsAWeek: number;
}

/**
 * This judge's alarms, and below them what the rules that people use elsewhere would have said of the very same hours.
 * An alarm is the hour in which a rule begins to fire on an endpoint; an hour in which the exposure changed is left out
 * for all of them. Notices and repeats count for nobody.
 */
export function ruleAlarms(
  release: Release,
  log: readonly StageEvent[],
  snapshots: Snapshots,
  { judge, from, to, messages }: Backtest,
): RuleAlarms[] {
  const changed = changedHours(log);
  const facts = release.endpoints.map((endpoint) => {
    const hoursOf = (window: { from: Hour; to: Hour }) =>
      hourCounts(snapshots.get(endpoint.name) ?? new Map(), window, release, (hour) => !changed.has(hour));
    const [hours, baseline] = [hoursOf({ from, to }), hoursOf({ from: baselineFrom(from), to: from })];
    return {
      endpoint: endpoint.name,
      hours,
      baseline,
      limit: limitOf(release, endpoint),
      hourly: hourlyFrom(endpoint),
    };
  });
  const ours = messages.flatMap(({ hour, lines }) =>
    lines.flatMap(({ endpoint, change }) =>
      endpoint !== undefined && change === 'firing' ? [{ endpoint, hour }] : [],
    ),
  );
  const peers = PEER_RULES.map(({ name, source, alarms }) => ({
    name,
    source,
    alarms: facts
      .flatMap(({ endpoint, hours, baseline, limit }) =>
        alarms(hours, baseline, limit).map((index) => ({ endpoint, hour: from + index })),
      )
      .sort((a, b) => a.hour - b.hour),
  }));
  const weeks = (to - from) / HOURS_PER_WEEK;
  return [
    { name: 'Stagewatch', source: `judge ${judge}`, alarms: ours, weeks },
    ...hourlyAlarms(facts, from, weeks),
    ...peers.map((peer) => ({ ...peer, weeks })),
  ].map(({ weeks: counted, ...rule }) => ({ ...rule, alarmsAWeek: rule.alarms.length / counted }));
}

interface Watched {
  endpoint: string;
  hours: readonly HourCount[];
  baseline: readonly HourCount[];
  limit: number;
  hourly: number | undefined;
}

/** The plain rule of those endpoints that have it: since the launch, and in the hours with requests before it. */
function hourlyAlarms(watched: readonly Watched[], from: Hour, weeks: number) {
  const asked = watched.flatMap(({ hourly, ...one }) =>
    hourly === undefined ? [] : [{ ...one, minRequests: hourly }],
  );
  if (asked.length === 0) return [];
  const alarmsIn = (which: 'hours' | 'baseline', first: Hour) =>
    asked
      .flatMap((one) =>
        hourlyEpisodes(one[which], one).map((broken) => ({ endpoint: one.endpoint, hour: first + broken.from })),
      )
      .sort((a, b) => a.hour - b.hour);
  const rule = { name: 'alarm: hourly', source: 'the release file: below with alarm: hourly' };
  const since = { ...rule, alarms: alarmsIn('hours', from), weeks };
  const known = Math.max(...asked.map(({ baseline }) => baseline.filter(({ n }) => n > 0).length));
  if (known === 0) return [since];
  const name = `${rule.name}, before the launch`;
  return [since, { ...rule, name, alarms: alarmsIn('baseline', baselineFrom(from)), weeks: known / HOURS_PER_WEEK }];
}

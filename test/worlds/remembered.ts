import type { AlertRecord } from '../../lib/alert/record';
import type { Hour, Instant } from '../../lib/facts/hour';
import { scopeName } from '../../lib/facts/series';
import type { Counts, Sample } from '../../lib/facts/snapshot';
import type { MetricSource, ToggleService } from '../../lib/ports';
import type { Release } from '../../lib/release/schema';
import { type RunReport, run, type Watch } from '../../lib/run';
import { fill, firstHour, loadSnapshots } from '../../lib/sampling';
import { byStatus } from './by-status';
import { emptyTable, memoryHistory } from './memory-history';
import { tickOf } from './moments';

/** What #show, or whatever the release watches, did in an hour; undefined while the source has nothing. */
export type Script = (hour: Hour, endpoint: string) => Counts | undefined;

/** A release that is watched without any network: a history in memory, a source that says what a test says, messages kept. */
export function remembered(release: Release, script: Script, toggles?: ToggleService) {
  let now: Instant = 0;
  const table = emptyTable();
  const history = memoryHistory(table, () => now);
  const published: AlertRecord[] = [];
  const sample: MetricSource['sample'] = async (series, from, to) =>
    series.flatMap(({ name }) =>
      Array.from({ length: to - from }, (_, index): Sample => {
        const at = from + index;
        const counts = world.script(at, name);
        if (!counts) return { endpoint: name, hour: at, kind: 'unknown', reason: 'Datadog has no data' };
        const all = [...counts.values()].reduce((sum, one) => sum + one, 0);
        return {
          endpoint: name,
          hour: at,
          kind: 'counted',
          counts: name === scopeName ? byStatus({ any: all }) : counts,
        };
      }),
    );
  const watch = (): Watch => ({
    release: world.release,
    history,
    source: { sample },
    ...(toggles && { toggles }),
    sink: { publish: async (alert) => void published.push(alert) },
  });
  const world = {
    history,
    table,
    published,
    release,
    script,
    /** A run whose newest settled hour is `hour`. */
    async run(hour: Hour): Promise<RunReport> {
      now = tickOf(hour);
      return run(watch(), now);
    },
    /** What `backfill` does as of an hour. */
    async fill(hour: Hour, again: boolean) {
      now = tickOf(hour);
      const log = await history.stages();
      const from = firstHour(world.release, log, now);
      return fill(
        watch(),
        await loadSnapshots(history, world.release, from, hour + 1),
        log,
        now,
        {},
        { again, judgedUpTo: (await history.lastVerdict())?.hour },
      );
    },
    /** Runs of [from, to). */
    async runs(from: Hour, to: Hour): Promise<RunReport> {
      for (let hour = from; hour < to - 1; hour++) await world.run(hour);
      return world.run(to - 1);
    },
    /** What was told: each page's change and each notice's kind. */
    told: () =>
      published.flatMap(({ change, notices }) => (change === 'notice' ? notices.map(({ kind }) => kind) : [change])),
  };
  return world;
}

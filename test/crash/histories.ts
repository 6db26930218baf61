import { type Hour, startOf } from '../../lib/facts/hour';
import type { Release } from '../../lib/release/schema';
import { run } from '../../lib/run';
import { copyOf, emptyTable, type Table } from '../worlds/memory-history';
import { entered, LAUNCH, tickOf } from '../worlds/moments';

import {
  LAGGING,
  LATE_ZEROS,
  LESS_BY_EXPOSURE,
  LOOSENED,
  memoryWatch,
  ONE_ENDPOINT,
  RELEASE,
  type Traffic,
} from './neighbours';

/** A state of the table, and the hour whose run is disturbed. */
export interface Scene {
  name: string;
  release: Release;
  traffic?: Traffic;
  /** Whether what the source says of an hour depends on when it is asked. */
  moves?: true;
  before: Table;
  hour: Hour;
  /** The short form takes one in so many cases: a catch-up writes hundreds of like items. */
  oneIn: number;
  /** Two where the long form heals each fault in one of the two ways only. */
  longOneIn: 1 | 2;
}

/** The table as undisturbed hourly runs of the eventful day and a half leave it before the run of hour `LAUNCH + after`. */
async function tablesOf(hours: number, traffic?: Traffic): Promise<Map<number, Table>> {
  const tables = new Map<number, Table>();
  const table = emptyTable();
  let now = 0;
  const watch = memoryWatch(table, { traffic, told: [], clock: () => now });
  for (let after = -1; after < hours; after++) {
    tables.set(after, copyOf(table));
    now = tickOf(LAUNCH + after);
    await run(watch, now);
    if (after === -1) await watch.history.enterStage(entered(LAUNCH));
  }
  return tables;
}

/** The hour `after` the launch whose run could not publish, as the next run finds it. */
async function withPending(tables: ReadonlyMap<number, Table>, after: number): Promise<Table> {
  const table = copyOf(tables.get(after)!);
  const now = tickOf(LAUNCH + after);
  const watch = memoryWatch(table, { told: [], clock: () => now });
  const sink = { publish: () => Promise.reject(new Error('SNS is out of order')) };
  await run({ ...watch, sink }, now).catch(() => {});
  return table;
}

/** The hour `after` the launch as its run finds it when a silence was said, up to the hour `until`. */
function silenced(tables: ReadonlyMap<number, Table>, after: number, until: number): Table {
  const table = copyOf(tables.get(after)!);
  const at = startOf(LAUNCH + after) + 1;
  table.onCall.set(at, { kind: 'silence', at, until: startOf(LAUNCH + until), by: 'Ada', reason: 'upgrade' });
  return table;
}

/** An hour in which the release was taken back by mistake, and entered again two minutes later. */
async function offAndOn(tables: ReadonlyMap<number, Table>, after: number): Promise<Table> {
  const table = copyOf(tables.get(after)!);
  const { history } = memoryWatch(table, { told: [], clock: () => tickOf(LAUNCH + after) });
  const at = startOf(LAUNCH + after) + 30 * 60_000;
  await history.enterStage({ at, stage: 'off', exposure: 0, by: 'test' });
  await history.enterStage({ ...entered(LAUNCH), at: at + 120_000 });
  return table;
}

/** What a run by a clock far ahead left behind in version 0.1.0: a verdict of an hour that has not come. */
async function withVerdictToCome(tables: ReadonlyMap<number, Table>, after: number): Promise<Table> {
  const table = copyOf(tables.get(after)!);
  const { history } = memoryWatch(table, { told: [], clock: () => tickOf(LAUNCH + after) });
  await history.recordVerdict({ ...(await history.lastVerdict())!, hour: LAUNCH + after + 500 });
  return table;
}

/** A page that could not be published; then somebody silenced it. */
async function pendingUnderSilence(tables: ReadonlyMap<number, Table>): Promise<Table> {
  const table = await withPending(tables, 4);
  const at = startOf(LAUNCH + 5) + 30 * 60_000;
  table.onCall.set(at, { kind: 'silence', at, until: startOf(LAUNCH + 40), by: 'Ada', reason: 'upgrade' });
  return table;
}

/** A table as the undisturbed runs of the hours [from, to) after the launch leave it. */
async function afterRuns(table: Table, from: number, to: number): Promise<Table> {
  let now = 0;
  const watch = memoryWatch(table, { told: [], clock: () => now });
  for (let after = from; after < to; after++) {
    now = tickOf(LAUNCH + after);
    await run(watch, now);
  }
  return table;
}

/** The histories that a disturbed run may meet; what each run has to say is asserted by the test of the scenes. */
export async function scenes(): Promise<Scene[]> {
  const tables = await tablesOf(42);
  const [lagging, zeros, fewer] = await Promise.all([
    tablesOf(13, LAGGING),
    tablesOf(35, LATE_ZEROS),
    tablesOf(9, LESS_BY_EXPOSURE),
  ]);
  const at = (name: string, after: number): Scene => ({
    name,
    release: RELEASE,
    before: tables.get(after)!,
    hour: LAUNCH + after,
    oneIn: 61,
    longOneIn: 1,
  });
  const untouched = emptyTable();
  untouched.stages.set(entered(LAUNCH).at, [entered(LAUNCH)]);
  return [
    { name: 'first run', release: ONE_ENDPOINT, before: untouched, hour: LAUNCH, oneIn: 1811, longOneIn: 2 },
    at('first hour', 0),
    at('steady hour', 2),
    at('page due', 4),
    at('open alert', 5),
    at('worse', 6),
    at('resolving', 9),
    at('blind', 16),
    at('data back', 24),
    at('notice due', 23),
    { ...at('pending left over', 5), before: await withPending(tables, 4) },
    { ...at('pending resolution left over', 10), before: await withPending(tables, 9) },
    { ...at('page due, silenced', 4), before: silenced(tables, 4, 20) },
    { ...at('silence over, page held back', 7), before: await afterRuns(silenced(tables, 4, 8), 4, 7) },
    { ...at('another edition, alert open', 6), release: LOOSENED },
    { ...at('off and on again, alert open', 6), before: await offAndOn(tables, 6) },
    { ...at('verdict to come, page due', 4), before: await withVerdictToCome(tables, 4) },
    { ...at('pending left over, silenced since', 5), before: await pendingUnderSilence(tables) },
    ...[7, 8, 9, 12].map((after) => ({
      ...at(`source that lags, hour ${after}`, after),
      before: lagging.get(after)!,
      traffic: LAGGING,
      moves: true as const,
    })),
    ...[24, 30, 34].map((after) => ({
      ...at(`late zeros, hour ${after}`, after),
      before: zeros.get(after)!,
      traffic: LATE_ZEROS,
      moves: true as const,
    })),
    ...[3, 8].map((after) => ({
      ...at(`fewer requests by exposure, hour ${after}`, after),
      before: fewer.get(after)!,
      traffic: LESS_BY_EXPOSURE,
    })),
    { ...at('36 h catch-up', 38), before: tables.get(2)!, oneIn: 421, longOneIn: 2 },
    { ...at('36 h catch-up, alert open', 41), before: tables.get(5)!, oneIn: 421, longOneIn: 2 },
  ];
}

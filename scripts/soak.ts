import { parseArgs } from 'node:util';
import { HOURS_PER_WEEK, type Hour, hourOf, type Instant, startOf } from '../lib/facts/hour';
import { anyStatus, scopeName } from '../lib/facts/series';
import type { Sample } from '../lib/facts/snapshot';
import { openDynamo } from '../lib/history/client';
import { dynamoHistory } from '../lib/history/dynamodb';
import { useLocalCloud } from '../lib/local/cloud';
import type { MetricSource } from '../lib/ports';
import { parseRelease } from '../lib/release/parse';
import { type RunReport, run, type Watch } from '../lib/run';
import { releaseFile, requestsOf } from './bench/large-release';
import { startTableProcess, type TableState } from './bench/table-process';

/**
 * Months of hourly runs, one after another in one process and on one table. Each month a release of three endpoints is
 * launched, staged for three weeks and finished; the one before it is started every hour, too, as its schedule does. Prints
 * a line a month, and fails if a month of the second half adds more to the table, reads more, or leaves more memory taken
 * than each of the first half did, or if a finished release writes anything. `-- --months 3` to try it.
 */
const { values } = parseArgs({ options: { months: { type: 'string', default: '13' } } });
const MONTHS = Number(values.months);

const HOURS_PER_MONTH = 730;
const START = hourOf(Date.parse('2026-01-01T00:00:00Z'));
const ENDPOINTS = 3;
/** How much more than the first half a later month may take, as a share: months begin on other weekdays and hours. */
const TOLERANCE = 0.03;
/** Megabytes by which what is still held after a month may differ. */
const SLACK_MB = 8;
const TICK_MS = 80 * 60_000;

const FILE = {
  ...releaseFile(ENDPOINTS),
  stages: [
    { name: 'A', exposure: '25%', length: '1 week' },
    { name: 'B', exposure: '50%', length: '1 week' },
    { name: 'C', exposure: '100%' },
  ],
  checks: [{ name: '1-week', length: '1 week' }],
};

const source: MetricSource = {
  async sample(series, from, to) {
    return series.flatMap(({ name }, index) =>
      Array.from({ length: to - from }, (_, at): Sample => {
        const counts = name === scopeName ? new Map([[anyStatus, 1e9]]) : requestsOf(index, from + at);
        return { endpoint: name, hour: from + at, kind: 'counted', counts };
      }),
    );
  },
};

/** A release that is watched; each call of `run` is the run of one hour. */
function watched(month: number) {
  const name = `month-${String(month).padStart(2, '0')}`;
  const parsed = parseRelease(name, FILE);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  const { release } = parsed;
  let now: Instant = 0;
  const history = dynamoHistory({ client, table: 'stagewatch', release: name, classify: release, clock: () => now });
  const watch: Watch = { release, source, history, sink: { publish: async () => {} } };
  const launch = START + month * HOURS_PER_MONTH + 2;
  return {
    async run(hour: Hour): Promise<RunReport> {
      now = startOf(hour) + TICK_MS;
      for (const [index, { name: stage, exposure }] of release.stages.entries())
        if (hour === launch + index * HOURS_PER_WEEK)
          await history.enterStage({ at: startOf(hour), stage, exposure, by: 'soak' });
      return run(watch, now);
    },
  };
}

useLocalCloud(process.env, { key: 'bench' });
let client: ReturnType<typeof openDynamo>;

interface Month {
  /** Of a run before the release is finished. */
  milliseconds: number;
  heapMegabytes: number;
  table: TableState;
  /** Of a run of a release that is finished. */
  finishedReads: number;
  finishedWrites: number;
}

async function main() {
  const table = await startTableProcess();
  process.env.AWS_ENDPOINT_URL_DYNAMODB = table.url;
  client = openDynamo();
  const months: Month[] = [];
  let before: ReturnType<typeof watched> | undefined;
  let held = { items: 0, bytes: 0 };
  console.log('month  a run  memory  items added  kB added  read units  write units  finished: read, write an hour');
  for (let month = 0; month < MONTHS; month++) {
    const present = watched(month);
    await table.state();
    let [spent, runs] = [0, 0];
    for (let hour = START + month * HOURS_PER_MONTH; hour < START + (month + 1) * HOURS_PER_MONTH; hour++) {
      const start = process.cpuUsage();
      const { finished, failure } = await present.run(hour);
      if (failure) throw failure;
      if (finished) continue;
      const { user, system } = process.cpuUsage(start);
      spent += (user + system) / 1000;
      runs++;
    }
    const added = await table.state();
    let finishedRuns = 0;
    for (let hour = START + month * HOURS_PER_MONTH; before && hour < START + (month + 1) * HOURS_PER_MONTH; hour++) {
      if (!(await before.run(hour)).finished) throw new Error(`a release of month ${month} is not finished at ${hour}`);
      finishedRuns++;
    }
    const finished = await table.state();
    globalThis.gc!();
    months.push({
      milliseconds: spent / runs,
      heapMegabytes: process.memoryUsage().heapUsed / 1e6,
      table: { ...added, items: added.items - held.items, bytes: added.bytes - held.bytes },
      finishedReads: finished.readUnits / Math.max(1, finishedRuns),
      finishedWrites: finished.writeUnits,
    });
    held = finished;
    before = present;
    console.log(lineOf(month + 1, months.at(-1)!));
  }
  table.close();
  client.destroy();
  const half = Math.ceil(MONTHS / 2);
  const problems = months.slice(half).flatMap((one, index) => growth(half + index + 1, one, months.slice(0, half)));
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? 'flat' : 'not flat');
  if (problems.length > 0) process.exitCode = 1;
}

function lineOf(month: number, { milliseconds, heapMegabytes, table, finishedReads, finishedWrites }: Month): string {
  const cells = [
    [month, 5],
    [`${milliseconds.toFixed(0)} ms`, 7],
    [`${heapMegabytes.toFixed(0)} MB`, 8],
    [table.items, 13],
    [Math.round(table.bytes / 1000), 10],
    [Math.round(table.readUnits), 12],
    [table.writeUnits, 13],
    [`${finishedReads.toFixed(1)}, ${finishedWrites}`, 32],
  ] as const;
  return cells.map(([value, width]) => String(value).padStart(width)).join('');
}

/** What a month took more than each of those before, or what a finished release wrote. */
function growth(month: number, one: Month, before: readonly Month[]): string[] {
  const more = (what: string, of: (month: Month) => number, slack = TOLERANCE * Math.max(...before.map(of))) => {
    const most = Math.max(...before.map(of));
    return of(one) > most + slack ? [`month ${month}: ${what} - got ${of(one)}, expected at most ${most}`] : [];
  };
  return [
    ...more('items', ({ table }) => table.items),
    ...more('bytes', ({ table }) => table.bytes),
    ...more('read units', ({ table }) => table.readUnits),
    ...more('write units', ({ table }) => table.writeUnits),
    ...more('megabytes', ({ heapMegabytes }) => heapMegabytes, SLACK_MB),
    ...more('read units of a finished release', ({ finishedReads }) => finishedReads),
    ...(one.finishedWrites > 0
      ? [`month ${month}: a finished release wrote ${one.finishedWrites} units, expected 0`]
      : []),
  ];
}

void main();

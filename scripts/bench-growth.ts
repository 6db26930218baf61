import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SETTLE_MINUTES } from '../lib/facts/due';
import { HOUR_MS, HOURS_PER_WEEK, instantText, newestSettledHour, startOf } from '../lib/facts/hour';
import { dayOf, hoursOfDay } from '../lib/facts/packed/packed-day';
import { packedUpdates, type Update } from '../lib/facts/packed/update';
import { anyStatus, scopeName } from '../lib/facts/series';
import { openDynamo } from '../lib/history/client';
import { dynamoHistory } from '../lib/history/dynamodb';
import { SPREAD_WEEKS } from '../lib/judge/rollout';
import { type Growth, growthPicture } from './bench/growth-picture';
import { parsedRelease, releaseFile, requestsOf } from './bench/large-release';
import { startNeighbours } from './bench/neighbours';
import { runSampler } from './bench/sampler-process';

/**
 * How an hour's cost grows with endpoints, weeks and statuses: read units, and processor time and memory of the built
 * function, cold. `--write` puts the table into docs/cost.md, and the picture beside it.
 */
const { values } = parseArgs({ options: { write: { type: 'boolean' } } });
const DOCS = path.join(__dirname, '..', 'docs');
const START = '<!-- bench:growth -->';
const END = '<!-- /bench:growth -->';
/** One after another is let grow; the rest is as in the usual case. */
const USUAL = { endpoints: 100, weeks: 13, statuses: 6 };
/** The largest release, of which four weeks before the launch are read. */
const MOST = { endpoints: 1000, weeks: 5 };
const CASES = [
  ...[3, 30, 100, 300].map((endpoints) => ({ ...USUAL, endpoints })),
  { ...USUAL, ...MOST },
  ...[16, 20].map((weeks) => ({ ...USUAL, weeks })),
  ...[2, 15].map((statuses) => ({ ...USUAL, statuses })),
];
const FINAL_HOURS = 6;
/** Longer than any case lasts. */
const STAGE = { name: 'A', exposure: '25%', length: '12 weeks' };

type Case = typeof USUAL;

/** What an endpoint had in an hour, by up to so many statuses; those beyond six are as likely as the others. */
const countsOf = (endpoint: number, hour: number, statuses: number) => {
  const more = [10, 20].flatMap((further) =>
    [...requestsOf(endpoint + 500 * further, hour)]
      .slice(1)
      .map(([status, count]) => [String(Number(status) + further), count] as const),
  );
  return new Map([...requestsOf(endpoint, hour), ...more].slice(0, statuses));
};

async function measure({ endpoints, weeks, statuses }: Case): Promise<Growth> {
  const neighbours = await startNeighbours();
  Object.assign(process.env, neighbours.env);
  const client = openDynamo();
  const file = { ...releaseFile(endpoints), stages: [STAGE] };
  const release = parsedRelease('growth', file);
  const history = dynamoHistory({ client, table: 'stagewatch', release: 'growth', classify: release });
  const now = Date.now();
  const newest = newestSettledHour(now, SETTLE_MINUTES) - 1;
  const before = Math.min(SPREAD_WEEKS, weeks - 1);
  const launch = newest - (weeks - before) * HOURS_PER_WEEK;
  await history.enterStage({ at: startOf(launch), stage: 'A', exposure: 0.25, by: 'bench' });
  const last = newest - FINAL_HOURS;
  for (let day = dayOf(launch - before * HOURS_PER_WEEK); day <= dayOf(newest - 1); day++) {
    const series = [...release.endpoints.map(({ name }) => name), scopeName];
    const updates = series.flatMap((endpoint, index) =>
      hoursOfDay(day)
        .filter((hour) => hour < newest)
        .map((hour): Update => {
          const counts = endpoint === scopeName ? new Map([[anyStatus, 1e9]]) : countsOf(index, hour, statuses);
          return { next: { endpoint, hour, kind: 'counted', counts, revision: 1, final: hour < last } };
        }),
    );
    const { days, hours } = packedUpdates(updates);
    for (const one of days) await history.recordDay(one);
    for (const [hour, some] of hours) await history.recordHour(hour, some);
  }
  const runAt = (at: number) =>
    runSampler([{ release: { name: 'growth', file }, scheduledTime: instantText(at) }], neighbours.env);
  // The first run packs, and finds nothing of 0.1.0.
  await runAt(now - HOUR_MS);
  neighbours.takeCalls();
  const { cpuSeconds, megabytes } = await runAt(now);
  const { 'read units': readUnits = 0, 'write units': writeUnits = 0 } = neighbours.takeCalls();
  client.destroy();
  await neighbours.close();
  return { endpoints, weeks, statuses, readUnits, writeUnits, cpuSeconds, megabytes };
}

const tableOf = (all: readonly Growth[]) =>
  [
    '| endpoints | weeks of hours | statuses | read units | write units | processor time | memory |',
    '|---|---|---|---|---|---|---|',
    ...all.map(
      (one) =>
        `| ${one.endpoints} | ${one.weeks} | ${one.statuses} | ${Math.round(one.readUnits)} | ${one.writeUnits} | ${one.cpuSeconds.toFixed(1)} s | ${Math.round(one.megabytes)} MB |`,
    ),
  ].join('\n');

async function main() {
  const all: Growth[] = [];
  for (const one of CASES) {
    all.push(await measure(one));
    console.error(all.at(-1));
  }
  const table = tableOf(all);
  console.log(table);
  if (!values.write) return;
  const page = path.join(DOCS, 'cost.md');
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(START), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${page} - got no ${START} ... ${END}, expected both; add the two lines`);
  writeFileSync(page, `${text.slice(0, from)}${START}\n${table}\n${text.slice(to)}`);
  writeFileSync(path.join(DOCS, 'cost-growth.svg'), growthPicture(all));
}

void main();

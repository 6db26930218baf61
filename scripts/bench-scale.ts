import { parseArgs } from 'node:util';
import { SETTLE_MINUTES } from '../lib/facts/due';
import { HOURS_PER_WEEK, instantText, newestSettledHour } from '../lib/facts/hour';
import { parsedRelease, releaseFile } from './bench/large-release';
import { type Reads, startNeighbours } from './bench/neighbours';
import { runSampler, type Took } from './bench/sampler-process';

/**
 * What a run of many endpoints takes: the built function, cold, with as much heap as on a machine of 512 MB, beside
 * servers on this machine. `-- --endpoints 100` to try it, `-- --weeks 5` for a shorter past.
 */
const { values } = parseArgs({
  options: { endpoints: { type: 'string', default: '1000' }, weeks: { type: 'string', default: '13' } },
});
const endpoints = Number(values.endpoints);
const weeks = Number(values.weeks);

/** Of one hour's run of 1,000 endpoints. */
const GOAL = { seconds: 60, megabytes: 512 };
/** The newest counted hours are read again for so long and are due until then. */
const NOT_FINAL = 6;

const now = Date.now();
const newest = newestSettledHour(now, SETTLE_MINUTES);
const past = { weeks, launch: newest - HOURS_PER_WEEK, newest };
const eventOf = (name: string, file: ReturnType<typeof releaseFile>) => ({
  release: { name, file },
  scheduledTime: instantText(now),
});

function show(what: string, { seconds, cpuSeconds, megabytes }: Took, calls: Record<string, number>) {
  const numbers = `${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of a processor, ${megabytes.toFixed(0)} MB`;
  const called = Object.entries(calls).map(([name, count]) => `${count} ${name}`);
  console.log(`${what}: ${numbers}; ${called.join(', ')}`);
}

const readText = ({ queries, items, bytes, units }: Reads) =>
  `${queries} queries, ${items} items, ${Math.round(bytes / 1000)} kB, ${units} read units`;

async function oneHour() {
  const neighbours = await startNeighbours();
  const file = releaseFile(endpoints);
  console.error(`writing ${weeks} weeks of ${endpoints} endpoints`);
  neighbours.remember(parsedRelease('large', file), past);
  console.error('running');
  const moving = await runSampler([eventOf('large', file)], neighbours.env);
  show(`the run that moves ${weeks} weeks as 0.1.0 kept them into days`, moving, neighbours.takeCalls());
  const { before } = neighbours.takeReads();
  const took = await runSampler([eventOf('large', file)], neighbours.env);
  show(`one hour of ${endpoints} endpoints`, took, neighbours.takeCalls());
  console.log(`  hours read as 0.1.0 kept them: ${readText(before)}`);
  console.log(`  all that a run reads now: ${readText(neighbours.takeReads().now)}`);
  const met = took.seconds <= GOAL.seconds && took.megabytes <= GOAL.megabytes;
  console.log(`  goal: ${GOAL.seconds} s and ${GOAL.megabytes} MB, ${met ? 'met' : 'missed'}`);
  if (!met) process.exitCode = 1;
  await neighbours.close();
}

/** Every run is a process of its own; at the end all of the baseline's hours are there. */
async function firstRuns() {
  const neighbours = await startNeighbours();
  const event = eventOf('new', releaseFile(endpoints));
  const runs: Took[] = [];
  do {
    runs.push(await runSampler([event], neighbours.env));
    console.error(`run ${runs.length}: ${runs.at(-1)!.seconds.toFixed(0)} s, ${runs.at(-1)!.stillDue} hours are due`);
  } while (runs.at(-1)!.stillDue[0]! > NOT_FINAL);
  const most = (of: 'seconds' | 'megabytes') => Math.max(...runs.map((one) => one[of]));
  console.log(
    `the baseline of ${endpoints} endpoints: ${runs.length} runs, at most ${most('seconds').toFixed(1)} s and ${most('megabytes').toFixed(0)} MB each`,
  );
  await neighbours.close();
}

/** One after another in one process: a warm function has seen them all. */
async function manyReleases() {
  const neighbours = await startNeighbours();
  const file = releaseFile(10);
  const names = Array.from({ length: Math.ceil(endpoints / 10) }, (_, index) => `release-${index}`);
  for (const name of names) neighbours.remember(parsedRelease(name, file), past);
  const took = await runSampler(
    names.map((name) => eventOf(name, file)),
    neighbours.env,
  );
  show(`one hour of ${names.length} releases of 10 endpoints`, took, neighbours.takeCalls());
  await neighbours.close();
}

async function main() {
  await oneHour();
  await manyReleases();
  await firstRuns();
}

void main();

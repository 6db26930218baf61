import { type Hour, hourOf } from '../lib/facts/hour';
import { dayOf, packDay } from '../lib/facts/packed/packed-day';
import { packedSnapshots } from '../lib/facts/packed/packed-snapshots';
import type { Snapshot, Snapshots } from '../lib/facts/snapshot';
import type { StageEvent } from '../lib/facts/stage';
import { judge } from '../lib/judge/judge';
import { SCENARIOS } from '../lib/local/scenario';
import { trafficOf } from '../lib/local/traffic';
import { readRelease } from '../lib/release/read';
import type { Release } from '../lib/release/schema';

/**
 * How long judging takes: twelve weeks before the launch and three weeks of stages, by the number of endpoints. Hours lie in
 * packed days, as a run reads them. It is bundled as the functions are; compiled file by file, each call into another file takes longer.
 */

const LAUNCH = Date.parse('2026-02-11T16:00:00Z');
const DAY_MS = 86_400_000;
const BASELINE_HOURS = 2016;
const STAGE_HOURS = 504;
/** Each size is judged so many times, or so many endpoints if that takes more; the median counts. */
const RUNS = 5;
const ENDPOINTS = 100;
/** Endpoints judged before the clock starts, so that the code is compiled. */
const WARM_UP = 100;

const log: StageEvent[] = [
  { at: LAUNCH, stage: 'A', exposure: 0.25, by: 'bench' },
  { at: LAUNCH + 7 * DAY_MS, stage: 'B', exposure: 0.5, by: 'bench' },
];
const newest = hourOf(LAUNCH) + STAGE_HOURS - 1;
const { release } = readRelease('releases/document-status');
const quiet = SCENARIOS.find((scenario) => scenario.name === 'as-it-was')!;

function endpointHours(endpoint: string, seed: number): Map<Hour, Snapshot> {
  const traffic = trafficOf(quiet, seed, log);
  const hours = new Map<Hour, Snapshot>();
  for (let hour = hourOf(LAUNCH) - BASELINE_HOURS; hour <= newest; hour++) {
    const counts = traffic.counts('#show', hour);
    hours.set(hour, { endpoint, hour, kind: 'counted', counts, revision: 1, final: true });
  }
  return hours;
}

/** A release of `size` endpoints like #show, each with traffic of its own, as a run reads it: in packed days. */
function releaseOf(size: number): { release: Release; snapshots: Snapshots } {
  const show = release.endpoints.find((endpoint) => endpoint.name === '#show')!;
  const names = Array.from({ length: size }, (_, index) => `#show-${index}`);
  const drawn = new Map(names.map((name, seed) => [name, endpointHours(name, seed)]));
  const snapshots = new Map(names.map((name) => [name, packedSnapshots(name)]));
  for (let day = dayOf(hourOf(LAUNCH) - BASELINE_HOURS); day <= dayOf(newest); day++) {
    const packed = packDay(day, drawn);
    for (const name of names) snapshots.get(name)!.add(packed);
  }
  return { release: { ...release, endpoints: names.map((name) => ({ ...show, name, tag: name })) }, snapshots };
}

function milliseconds(size: number, work: () => unknown): number {
  const times = Array.from({ length: Math.max(RUNS, Math.ceil(ENDPOINTS / size)) }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

console.log('endpoints   a verdict   each endpoint   with proven level   memory');
for (const size of (process.argv[2] ?? '1,3,100').split(',').map(Number)) {
  const facts = releaseOf(size);
  for (let warm = 0; warm < WARM_UP / size; warm++)
    judge(facts.release, log, facts.snapshots, newest, { proven: true });
  const plain = milliseconds(size, () => judge(facts.release, log, facts.snapshots, newest, { proven: false }));
  const proven = milliseconds(size, () => judge(facts.release, log, facts.snapshots, newest, { proven: true }));
  const megabytes = process.memoryUsage().rss / 1e6;
  const column = (text: string, width: number) => text.padStart(width);
  console.log(
    column(String(size), 9) +
      column(`${plain.toFixed(1)} ms`, 12) +
      column(`${(plain / size).toFixed(2)} ms`, 16) +
      column(`${proven.toFixed(1)} ms`, 20) +
      column(`${megabytes.toFixed(0)} MB`, 9),
  );
}

import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { SETTLE_MINUTES } from '../lib/facts/due';
import { HOURS_PER_WEEK, instantText, newestSettledHour } from '../lib/facts/hour';
import { parsedRelease, releaseFile } from './bench/large-release';
import { startNeighbours } from './bench/neighbours';
import { FUNCTION, runSampler } from './bench/sampler-process';
import { SETTINGS } from './bundle-settings.mjs';

/**
 * How large the built function is and how it starts, beside one that imports its clients as their documentation does, and
 * what a usual hour of three endpoints calls.
 */
const PROCESSES = 10;
const GOAL = { megabytes: 0.6, shareOfNaive: 1 / 8, datadog: 1 };

const NAIVE = `
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { client, v1, v2 } from '@datadog/datadog-api-client';
export const handler = () => {
  const configuration = client.createConfiguration();
  return [
    new DynamoDBClient(), new SecretsManagerClient(), new SNSClient(),
    new v1.MetricsApi(configuration), new v2.MetricsApi(configuration),
  ];
};
`;

async function buildNaive(): Promise<string> {
  const file = path.join(__dirname, '..', 'dist', 'bench-start', 'naive.js');
  const { outputFiles } = await build({ ...SETTINGS, stdin: { contents: NAIVE, resolveDir: __dirname } });
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, outputFiles[0]!.contents);
  return file;
}

const CHILD = `
const start = performance.now();
require(process.argv[1]);
const ms = performance.now() - start;
console.log(JSON.stringify({ ms, megabytes: process.memoryUsage().rss / 1e6 }));
`;

const start = (file: string): { ms: number; megabytes: number } =>
  JSON.parse(execFileSync(process.execPath, ['-e', CHILD, file], { encoding: 'utf8' }));
const median = (numbers: number[]) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

function judged(what: string, met: boolean) {
  console.log(`  goal: ${what}, ${met ? 'met' : 'missed'}`);
  if (!met) process.exitCode = 1;
}

async function starts() {
  const files = { built: FUNCTION, naive: await buildNaive() };
  // In turn, so that both meet the same machine.
  const runs = Array.from({ length: PROCESSES }, () => ({ built: start(files.built), naive: start(files.naive) }));
  const of = (which: 'built' | 'naive') => ({
    size: statSync(files[which]).size / 1e6,
    ms: median(runs.map((run) => run[which].ms)),
    megabytes: median(runs.map((run) => run[which].megabytes)),
  });
  const [built, naive] = [of('built'), of('naive')];
  const line = (what: string, key: keyof typeof built, unit: string, digits: number) =>
    console.log(
      `${what}: ${built[key].toFixed(digits)} ${unit}, naive ${naive[key].toFixed(digits)} ${unit}, 1/${(naive[key] / built[key]).toFixed(1)}`,
    );
  line('bundle', 'size', 'MB', 2);
  judged(`at most ${GOAL.megabytes} MB`, built.size <= GOAL.megabytes);
  line(`loading it, median of ${PROCESSES}`, 'ms', 'ms', 0);
  judged('at most 1/8 of the naive one', built.ms <= naive.ms * GOAL.shareOfNaive);
  line('memory then', 'megabytes', 'MB', 0);
}

async function usualHour() {
  const neighbours = await startNeighbours();
  const now = Date.now();
  const newest = newestSettledHour(now, SETTLE_MINUTES);
  const file = releaseFile(3);
  neighbours.remember(parsedRelease('usual', file), { weeks: 5, launch: newest - HOURS_PER_WEEK, newest });
  const event = { release: { name: 'usual', file }, scheduledTime: instantText(now) };
  const { seconds, megabytes } = await runSampler([event], neighbours.env);
  await neighbours.close();
  const calls = neighbours.takeCalls();
  const called = Object.entries(calls).map(([name, count]) => `${count} ${name}`);
  console.log(
    `a usual hour of 3 endpoints, cold: ${(seconds * 1000).toFixed(0)} ms, ${megabytes.toFixed(0)} MB; ${called.join(', ')}`,
  );
  judged(`${GOAL.datadog} request to Datadog`, calls.Datadog === GOAL.datadog);
}

async function main() {
  await starts();
  await usualHour();
}

void main();

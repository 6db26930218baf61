import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { count, plural } from '../lib/facts/format';
import { writeTable } from './bench/page';
import { goalsOf, goalTable, isReached, shortTable, tablesOf } from './bench/table';
import { FULL, jobsOf, type Part, QUICK, type Results, resultsOf } from './bench/trials';

/**
 * Tries the judge and the rules in use elsewhere on the same simulated traffic, on all processors. `--full` takes
 * seventeen times as many rollouts, and says how long that takes. `--json` prints every cell, `--write` puts the tables
 * into docs/judging.md and docs/judging/benchmark.md. STAGEWATCH_BENCH_SEED, any text, draws other traffic of the same
 * kinds: constants are chosen on such, and the tables made without.
 */

/** No constant was chosen on its traffic; whoever tries others names seeds of their own. */
const SEED_OF_THE_TABLE = 'table';
const PROGRESS_MS = 2_000;

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    worker: { type: 'boolean', default: false },
  },
});

const seeds = values.full ? FULL : QUICK;
const jobs = jobsOf(seeds);

if (values.worker) process.on('message', (index: number) => process.send!([index, jobs[index]!.run()]));
else void everything();

/** Runs the jobs on the processors that there are, each with the next one as soon as it is free, and says how long it will take. */
async function everything(): Promise<void> {
  const workers = Math.min(availableParallelism(), jobs.length);
  const whole = jobs.reduce((sum, { rollouts }) => sum + rollouts, 0);
  process.stderr.write(`${count(whole)} rollouts on ${plural(workers, 'processor')}\n`);
  const started = Date.now();
  const parts = new Array<Part>(jobs.length);
  const queue = mixed();
  let done = 0;
  // Before that, most of the time was that of starting.
  let said = started + 2 * PROGRESS_MS;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const child = fork(__filename, ['--worker', ...(values.full ? ['--full'] : [])], {
        serialization: 'advanced',
        execArgv: ['--import', 'tsx'],
        env: { STAGEWATCH_BENCH_SEED: SEED_OF_THE_TABLE, ...process.env },
      });
      const next = () => {
        const index = queue.pop();
        if (index === undefined) child.disconnect();
        else child.send(index);
      };
      child.on('message', ([index, found]: [number, Part]) => {
        parts[index] = found;
        done += jobs[index]!.rollouts;
        next();
        if (Date.now() - said < PROGRESS_MS) return;
        said = Date.now();
        const seconds = (said - started) / 1000;
        const left = Math.ceil((seconds * (whole - done)) / done / 60);
        process.stderr.write(
          `${Math.round(seconds)} s, ${Math.round((100 * done) / whole)} %, about ${plural(left, 'more minute')}: ${jobs[index]!.name}\n`,
        );
      });
      child.on('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`a part of the benchmark ended with ${code}`)),
      );
      next();
    });
  await Promise.all(Array.from({ length: workers }, work));
  process.stderr.write(`${Math.round((Date.now() - started) / 1000)} s\n`);
  tell(resultsOf(seeds, parts));
}

/** The jobs in an order that mixes their kinds, so that the first ones tell how long all will take. */
function mixed(): number[] {
  const place = (index: number) => createHash('sha1').update(`${index}`).digest('hex');
  const places = new Map(jobs.map((_, index) => [index, place(index)]));
  return [...places.keys()].sort((a, b) => (places.get(a)! < places.get(b)! ? -1 : 1));
}

function tell(results: Results): void {
  const goals = goalsOf(results);
  const rollouts = jobs.reduce((sum, job) => sum + job.rollouts, 0);
  const command = `npm run bench:judge -- ${values.full ? '--full ' : ''}--write`;
  const made = `Of ${count(rollouts)} rollouts, by \`${command}\`.`;
  const whole = `${made}\n\n${goalTable(goals)}\n\n${tablesOf(results)}`;
  if (values.json) {
    console.log(JSON.stringify({ goals: goals.map((goal) => ({ ...goal, reached: isReached(goal) })), ...results }));
  } else {
    console.log(whole);
  }
  if (values.write) {
    writeTable('judging/benchmark.md', 'bench:judge', whole);
    writeTable('judging.md', 'bench:judge', shortTable(results));
  }
}

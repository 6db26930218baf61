import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { count, plural } from '../lib/facts/format';
import { goalLines, goalsOf, isReached, tablesOf } from './bench/table';
import { FULL, jobsOf, type Part, QUICK, type Results, resultsOf } from './bench/trials';

/**
 * Tries the judge and the rules in use elsewhere on the same simulated traffic, on all processors. `--full` takes long and
 * says how long, `--json` prints every cell, `--write` puts the tables into docs/judging.md. STAGEWATCH_BENCH_SEED, any
 * text, draws other traffic of the same kinds: constants are chosen on such, and the tables made without.
 */

const PAGE = path.join(__dirname, '..', 'docs', 'judging.md');
const START = '<!-- bench:judge -->';
const END = '<!-- /bench:judge -->';
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
  const goalText = goalLines(goals)
    .map((line) => `- ${line}`)
    .join('\n');
  if (values.json) {
    console.log(JSON.stringify({ goals: goals.map((goal) => ({ ...goal, reached: isReached(goal) })), ...results }));
  } else {
    console.log(`${tablesOf(results)}\n\n${goalText}`);
  }
  if (values.write) {
    const page = readFileSync(PAGE, 'utf8');
    const from = page.indexOf(START);
    const to = page.indexOf(END);
    if (from < 0 || to < from)
      throw new Error(`${PAGE} - got no ${START} ... ${END}, expected both; add the two lines`);
    const made = `${START}\n${tablesOf(results)}\n\n${goalText}\n`;
    writeFileSync(PAGE, page.slice(0, from) + made + page.slice(to));
  }
}

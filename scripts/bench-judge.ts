import { fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
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
    part: { type: 'string' },
    of: { type: 'string' },
  },
});

const seeds = values.full ? FULL : QUICK;
const jobs = jobsOf(seeds);

if (values.part === undefined) void everything();
else
  for (let index = Number(values.part); index < jobs.length; index += Number(values.of))
    process.send!([index, jobs[index]!.run()]);

/** Runs the jobs on the processors that there are, and says how long it will take. */
async function everything(): Promise<void> {
  const workers = Math.min(availableParallelism(), jobs.length);
  const whole = jobs.reduce((sum, { rollouts }) => sum + rollouts, 0);
  const started = Date.now();
  const parts = new Array<Part>(jobs.length);
  let done = 0;
  let said = started;
  const work = (part: number) =>
    new Promise<void>((resolve, reject) => {
      const options = ['--part', String(part), '--of', String(workers), ...(values.full ? ['--full'] : [])];
      const child = fork(__filename, options, {
        serialization: 'advanced',
        execArgv: ['--import', 'tsx'],
        env: { STAGEWATCH_BENCH_SEED: SEED_OF_THE_TABLE, ...process.env },
      });
      child.on('message', ([index, found]: [number, Part]) => {
        parts[index] = found;
        done += jobs[index]!.rollouts;
        if (Date.now() - said < PROGRESS_MS) return;
        said = Date.now();
        const seconds = (said - started) / 1000;
        const left = Math.ceil((seconds * (whole - done)) / done / 60);
        process.stderr.write(
          `${Math.round(seconds)} s, ${Math.round((100 * done) / whole)} %, about ${left} more minutes on ${workers} processors: ${jobs[index]!.name}\n`,
        );
      });
      child.on('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`a part of the benchmark ended with ${code}`)),
      );
    });
  await Promise.all(Array.from({ length: workers }, (_, part) => work(part)));
  process.stderr.write(`${Math.round((Date.now() - started) / 1000)} s\n`);
  tell(resultsOf(seeds, parts));
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

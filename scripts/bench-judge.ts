import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { goalLines, goalsOf, isReached, tablesOf } from './bench/table';
import { FULL, QUICK, runAll } from './bench/trials';

/**
 * Tries the judge and the rules in use elsewhere on the same simulated traffic. `--full` takes minutes, `--json` prints
 * every cell, `--write` puts the tables into docs/judging.md. STAGEWATCH_BENCH_SEED, any text, draws other traffic of the
 * same kinds.
 */

const PAGE = path.join(__dirname, '..', 'docs', 'judging.md');
const START = '<!-- bench:judge -->';
const END = '<!-- /bench:judge -->';
const PROGRESS_MS = 2_000;

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const started = Date.now();
let cells = 0;
let said = 0;
const results = runAll(values.full ? FULL : QUICK, (name) => {
  cells++;
  if (Date.now() - said < PROGRESS_MS) return;
  said = Date.now();
  process.stderr.write(`${Math.round((said - started) / 1000)} s, ${cells} cells: ${name}\n`);
});
process.stderr.write(`${Math.round((Date.now() - started) / 1000)} s\n`);

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
  if (from < 0 || to < from) throw new Error(`${PAGE} - got no ${START} ... ${END}, expected both; add the two lines`);
  const made = `${START}\n${tablesOf(results)}\n\n${goalText}\n`;
  writeFileSync(PAGE, page.slice(0, from) + made + page.slice(to));
}

import { parseArgs } from 'node:util';
import { writeTable } from './bench/page';
import { LOSS, rolloutIn, type Told, WORLDS } from './bench/visits';

/**
 * How often healthy traffic is held, paged or noticed for its requests alone, and how often a loss is held: three weeks of stages at 25 and 50 %, with
 * nothing beside the endpoint and with a control endpoint ten times as large. `--rollouts` says how many of each, `--write`
 * puts the table into docs/judging/benchmark.md.
 */

const PER_HOUR = 60;

const { values } = parseArgs({
  options: { rollouts: { type: 'string', default: '20' }, write: { type: 'boolean', default: false } },
});
const rollouts = Number(values.rollouts);

const cell = (told: readonly Told[]) => {
  const notices = told.filter((one) => one.notices.length > 0).length;
  return [told.filter(({ held }) => held.length > 0).length, told.filter(({ pages }) => pages > 0).length, notices];
};
const rows = [...WORLDS, LOSS].map((world) => {
  const cells = [false, true].map((isBeside) => {
    const seeds = Array.from({ length: rollouts }, (_, seed) => seed);
    return cell(seeds.map((seed) => rolloutIn(world, PER_HOUR, seed, isBeside))).join(' / ');
  });
  process.stderr.write(`${world.name}: ${cells.join(' | ')}\n`);
  return `| ${world.name} | ${cells.join(' | ')} |`;
});
const table = [
  `| held / paged / noticed, of ${rollouts} rollouts | alone | beside a control endpoint |`,
  '| --- | --- | --- |',
  ...rows,
].join('\n');
console.log(table);
if (values.write) writeTable('judging/benchmark.md', 'bench:traffic', table);

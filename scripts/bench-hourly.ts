import { randomBeta, randomBinomial } from 'd3-random';
import { count, percent } from '../lib/facts/format';
import { randomness } from '../lib/local/randomness';
import { hourlyEpisodes } from '../lib/statistics/hourly-limit';
import { writeTable } from './bench/page';

/**
 * How often `alarm: hourly` with a limit of 5 % alarms in a month in which nothing is wrong: hours of so many requests, all
 * of which count. `--write` puts the table into docs/judging/method.md.
 */

const LIMIT = 0.05;
const RATES = [0.01, 0.02, 0.04] as const;
const REQUESTS = [20, 50, 200] as const;
/** How much rates differ from hour to hour; what 5xx usually show. */
const RHO = 0.0006;
const MONTH_HOURS = 30 * 24;
const MONTHS = 40;

/** Alarms of a month in the mean of some. */
function alarmsAMonth(rate: number, requests: number): number {
  const random = randomness(`hourly/${rate}/${requests}`);
  const beta = randomBeta.source(random)(rate * (1 / RHO - 1), (1 - rate) * (1 / RHO - 1));
  const binomial = randomBinomial.source(random);
  const hours = Array.from({ length: MONTHS * MONTH_HOURS }, () => ({
    n: requests,
    x: binomial(requests, beta())(),
    cell: 0,
  }));
  return hourlyEpisodes(hours, { limit: LIMIT, minRequests: requests }).length / MONTHS;
}

export function hourlyTable(): string {
  const alarms = (value: number) => (value >= 10 ? count(value) : String(Number(value.toPrecision(2))));
  return [
    `| false alarms in 30 days, limit ${percent(LIMIT)} | ${REQUESTS.map((n) => `${n} requests an hour`).join(' | ')} |`,
    '| --- | --- | --- | --- |',
    ...RATES.map(
      (rate) =>
        `| an endpoint that fails in ${percent(rate)} | ${REQUESTS.map((n) => alarms(alarmsAMonth(rate, n))).join(' | ')} |`,
    ),
  ].join('\n');
}

if (require.main === module) {
  const table = hourlyTable();
  console.log(table);
  if (process.argv.includes('--write')) writeTable('judging/method.md', 'bench:hourly', table);
}

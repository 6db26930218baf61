import { type Command, Option } from 'commander';
import { type Backtest, backtest } from '../backtest/backtest';
import { backtestJson } from '../backtest/backtest-json';
import { backtestText } from '../backtest/backtest-text';
import type { Judging } from '../backtest/judging';
import { ruleAlarms } from '../backtest/rule-alarms';
import { lasting } from '../facts/format';
import { type Hour, hourOf, type Instant, instantText, startOf } from '../facts/hour';
import type { Snapshots } from '../facts/snapshot';
import { launchOf, type StageEvent } from '../facts/stage';
import { JUDGE_VERSION } from '../judge/judge';
import { baselineFrom } from '../judge/rollout';
import type { Release } from '../release/schema';
import { instantFor, jsonOption, problemsIn } from './arguments';
import { breathe, countsFromFile, countsFromSource, LONG_MS, load, rangeOf } from './backtest-counts';
import { chooseRelease } from './book';
import { type Io, UsageError } from './io';
import { progressOn } from './progress';
import { readStages } from './stage-entry';

interface BacktestOptions {
  csv?: string;
  fromDatadog?: boolean;
  since?: Instant;
  stage?: string[];
  until?: Instant;
  rules?: boolean;
  judge?: string;
  json?: boolean;
}

export function backtestCommand(program: Command, io: Io): void {
  program
    .command('backtest')
    .argument('<release>', 'a release or its folder')
    .description('replay past hours: every alert that would have been sent, and the verdict at the end of each stage')
    .option('--csv <file>', 'request counts with the header hour,endpoint,status,count')
    .option('--from-datadog', 'read the counts from Datadog instead')
    .option(
      '--since <instant>',
      'first instant to read from Datadog; best twelve weeks before the launch',
      instantFor('--since'),
    )
    .option(
      '--stage <entry>',
      'STAGE@INSTANT=EXPOSURE or off@INSTANT; repeat it for each change of exposure',
      collected,
    )
    .option(
      '--until <instant>',
      'end of the replay (default: where the counts end, at most 8 weeks or the planned time after the last stage)',
      instantFor('--until'),
    )
    .option('--rules', 'compare with rules that other tools use')
    .addOption(
      new Option('--judge <version>', 'let a former judge judge: 3, which version 0.1.0 had').choices([
        FORMER_JUDGE,
        JUDGE_VERSION,
      ]),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
The CSV has a row for each hour, endpoint and status, in any order:
  hour,endpoint,status,count
  2024-02-05T00:00Z,#show,200,812
An hour without any row is unknown. If an hour has rows of other endpoints only, this endpoint had no requests.
Without =EXPOSURE, a stage has its exposure from the release file. It is what each toggle is set to; of several toggles,
"exposed" in the release file says how many users that are. What the toggles said in the past is left out.
--from-datadog needs DD_API_KEY and DD_APP_KEY.

Examples:
  $ stagewatch backtest document-status --csv counts.csv --stage 'A@2024-02-05T00:00Z=25%' --stage 'B@2024-02-12T00:00Z=50%'
  $ stagewatch backtest releases/document-status --csv counts.csv --stage A@2024-02-05T00:00Z --rules --json
  $ DD_API_KEY=... DD_APP_KEY=... stagewatch backtest document-status --from-datadog --since 2024-01-08T00:00Z \\
      --stage A@2024-02-05T00:00Z --until 2024-02-26T00:00Z`,
    )
    .action(async (wanted: string, options: BacktestOptions) => {
      const { name, release } = chooseRelease(wanted);
      const log = plannedLog(release, options);
      if (release.toggleService)
        io.err('the toggles are left out: users are exposed as --stage says, and nothing holds because of a toggle');
      try {
        const { snapshots, to } = await factsOf(release, log, options, io);
        const replayed = await replay(release, log, snapshots, to, options.judge, io);
        const rules = options.rules ? ruleAlarms(release, log, snapshots, replayed) : undefined;
        if (options.json) io.out(JSON.stringify(backtestJson(name, replayed, rules), null, 2));
        else for (const line of backtestText(replayed, release, rules)) io.out(line);
      } catch (error) {
        throw io.signal.aborted ? new Error('stopped before the end; a part of a backtest says nothing') : error;
      }
    });
}

const collected = (text: string, before: string[] = []) => [...before, text];

/** @throws UsageError with all that is wrong with the options */
function plannedLog(release: Release, options: BacktestOptions): StageEvent[] {
  const { csv, fromDatadog, since, stage = [], until } = options;
  const { log, problems } = readStages(stage, release);
  problems.push(...problemsIn(options));
  const launch = launchOf(log)?.at;
  if (launch === undefined && problems.length === 0)
    problems.push('--stage - got no stage, expected one at least, such as A@2024-02-05T00:00Z=25%');
  if ((csv === undefined) === (fromDatadog === undefined))
    problems.push(`--csv and --from-datadog - got ${csv === undefined ? 'neither' : 'both'}, expected one of them`);
  if (fromDatadog && since === undefined)
    problems.push('--since - got nothing, expected where the counts of Datadog begin, such as 2024-01-08T00:00Z');
  if (!fromDatadog && since !== undefined)
    problems.push('--since - got an instant beside --csv, expected none; the file begins where it begins');
  if (until !== undefined && launch !== undefined && hourOf(until) <= hourOf(launch))
    problems.push(`--until - got ${instantText(until)}, expected an hour or more after the launch`);
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return log;
}

/** The hours to replay and their baseline; the source and what it holds are not needed any more after this. */
async function factsOf(release: Release, log: readonly StageEvent[], { csv, since, until }: BacktestOptions, io: Io) {
  const counts = csv === undefined ? countsFromSource(release, since!, io) : await countsFromFile(release, csv, io);
  const launch = hourOf(launchOf(log)!.at);
  const range = rangeOf(release, counts, log, until);
  if (range.from > baselineFrom(launch))
    io.err(`the counts begin ${lasting(launch - range.from)} before the launch; a whole baseline is four weeks`);
  if (until === undefined && range.to < counts.to)
    io.err(`the replay ends at ${instantText(startOf(range.to))}, the counts do not: --until goes further`);
  return { snapshots: await load(counts.source, release, range, io), to: range.to };
}

const FORMER_JUDGE = '3';

/** A former judge is loaded only when it is asked for. */
const judgingOf = async (version: string | undefined): Promise<Judging | undefined> =>
  version === FORMER_JUDGE ? (await import('../backtest/judge-3/judge-3')).judging3() : undefined;

async function replay(
  release: Release,
  log: readonly StageEvent[],
  snapshots: Snapshots,
  to: Hour,
  version: string | undefined,
  io: Io,
): Promise<Backtest> {
  const progress = progressOn(io, 'replaying', LONG_MS);
  const from = hourOf(launchOf(log)!.at);
  const hours = backtest(release, log, snapshots, to, await judgingOf(version));
  try {
    for (;;) {
      const next = hours.next();
      if (next.done) return next.value;
      progress.at(next.value.hour + 1 - from, to - from);
      await breathe(io);
    }
  } finally {
    progress.stop();
  }
}

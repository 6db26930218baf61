import { once } from 'node:events';
import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import type { AlertRecord } from '../alert/record';
import { clock, percent, plural } from '../facts/format';
import { startOf } from '../facts/hour';
import type { Verdict } from '../judge/verdict';
import { withUsers } from '../local/datadog/users';
import { PLAYED_TOGGLES, type PlayOptions, play } from '../local/play';
import { SCENARIOS, scenarioRelease } from '../local/scenario';
import { notSimulated } from '../local/simulated';
import { readSimulation, type Simulation, simulationText } from '../local/simulation';
import { emailParts } from '../messages/email';
import { bulletinFor } from '../receivers/courier';
import { slackMessage } from '../receivers/slack/slack-message';
import { slackArticle, slackPage } from '../receivers/slack/slack-page';
import type { Home } from '../release/command-text';
import type { ReadRelease } from '../release/read';
import type { Release } from '../release/schema';
import { findingLines } from '../text/verdict-text';
import { oneOf, problemsIn, seedFor, textFor } from './arguments';
import { chooseRelease } from './book';
import { colors } from './colors';
import { type Io, UsageError } from './io';
import { type PageChoice, pageOptions, withPage } from './live-page';
import { type Progress, progressOn } from './progress';

interface SimulateOptions extends PageChoice {
  release?: string;
  data: string;
  scenario?: string;
  seed?: number;
  byHand?: boolean;
  resume?: boolean;
}

/** A play keeps some 60 MB. V8 would let what it throws away grow until the process has 450 MB. */
const SMALL_HEAP = '--heap-growing-percent=125 --semi-space-growth-factor=1';

/** A simulated hour takes far less. */
const PAGE_SECONDS = 1;

const DEFAULT = { scenario: 'regression', seed: 1 };

export function simulateCommand(program: Command, io: Io): void {
  const names = SCENARIOS.map((scenario) => scenario.name);
  const command = program
    .command('simulate')
    .description('simulate a whole rollout on this machine with the code that runs in the cloud')
    .option('-r, --release <name>', 'the release, a folder of releases/ (default: the only one)')
    .option('--data <dir>', 'folder of the local history', textFor('--data'), '.stagewatch')
    .option('--scenario <name>', `what happens (default: ${DEFAULT.scenario})`, oneOf(names)('--scenario'))
    .option('--seed <number>', `seed of the simulated traffic (default: ${DEFAULT.seed})`, seedFor('--seed'))
    .option('--by-hand', 'the owner enters each stage, instead of setting the toggles')
    .option('--resume', 'continue the simulation that was stopped')
    .addHelpText(
      'after',
      `
Scenarios:
${SCENARIOS.map((scenario) => `  ${scenario.name.padEnd(12)} ${scenario.description}`).join('\n')}

The traffic comes from one made-up service. A release can be simulated if it has the metric, scope, tags and endpoint tags
of releases/document-status, or what is counted in docs/examples/kinds; names, stages, criteria and checks are free. Users are @usr.id in rum, error classes
@error.type in logs and spans; search for example env:eks-prod. The users of its pages are counted, unless the release
says itself what counts them.

The owner of the play sets the release's toggles in a toggle service of its own; Stagewatch reads them and enters the
stages by itself. A release without toggles is played by hand.

Afterwards the other commands answer from the simulated history, and slack.html beside it shows the messages as Slack would. You can stop a simulation at any time and --resume it.
On a terminal, its live page stays until Ctrl-C.

Examples:
  $ npm start
  $ npm start -- --scenario outage --seed 7
  $ npm start -- --scenario kinds
  $ npm start -- --resume
  $ stagewatch simulate --scenario as-it-was --data /tmp/rollout`,
    )
    .action(async (options: SimulateOptions) => {
      setFlagsFromString(SMALL_HEAP);
      const release = options.release ?? playedRelease(options);
      const read = withUsers(chooseRelease(release));
      const foreign = notSimulated(read.release);
      if (foreign.length > 0)
        throw new UsageError(
          [
            ...foreign,
            `simulate plays the traffic of one made-up service; see what ${read.name} would have said of its own past with: stagewatch backtest ${read.name} --from-datadog`,
          ].join('\n'),
        );
      const simulation = simulationFor(options, read);
      const scenario = SCENARIOS.find((one) => one.name === simulation.scenario)!;
      const before = options.resume ? undefined : readSimulation(options.data);
      if (before && simulationText(before) !== simulationText(simulation))
        io.err(`${simulationText(before)}, which was in ${options.data}, is gone: this one begins anew`);
      io.err(`${read.release.title}, scenario ${scenario.name}: ${scenario.description} (seed ${simulation.seed})`);
      const note = simulationText(simulation);
      await withPage(options, io, { everySeconds: PAGE_SECONDS, note }, async (page) => {
        const finished = await playOn({ ...options, release }, io, {
          release: read,
          scenario,
          seed: simulation.seed,
          toggles: !simulation.byHand,
          page,
          note,
        });
        if (!page || !finished || !io.terminal || io.signal.aborted) return;
        io.err(`live page, as it ended: ${page.url} (Ctrl-C ends it)`);
        await once(io.signal, 'abort');
      });
    });
  for (const option of pageOptions()) command.addOption(option);
}

/** Plays and prints; whether it went on to the end. */
async function playOn(
  options: SimulateOptions,
  io: Io,
  what: Pick<PlayOptions, 'release' | 'scenario' | 'seed' | 'toggles' | 'page'> & { note: string },
): Promise<boolean> {
  const asked = what.toggles && { toggleService: PLAYED_TOGGLES };
  const release = { ...what.release.release, ...asked, home: homeOf(options) };
  const progress = progressOn(io, 'playing');
  const place = placeOf(options);
  const started = io.now();
  const slack = path.join(options.data, 'slack.html');
  if (!options.resume) rmSync(slack, { force: true });
  let pages = 0;
  try {
    const played = await play({
      ...what,
      dir: options.data,
      resume: options.resume === true,
      signal: io.signal,
      onProgress: (done, total, verdict) => progress.at(Math.max(0, done), total, where(verdict, release)),
      onPublish: ({ subject }, alert, at) => {
        if (alert.severity === 'page') pages++;
        if (!existsSync(slack))
          writeFileSync(slack, slackPage(`${release.title}: ${what.note}, as Slack would show it`));
        appendFileSync(slack, slackArticle(slackMessage(bulletinFor(alert, release)), clock(at, release.timeZone)));
        const line = `${clock(at, release.timeZone)}  ${paintOf(alert)(subject!)}`;
        for (const each of ['', line, ...toldBy(alert, release)]) progress.print(each);
      },
      onStage: ({ at, stage, exposure, byToggle, by }) =>
        progress.print(
          `${clock(at, release.timeZone)}  stage ${stage} entered, ${percent(exposure)} of users${byToggle ? `, by ${by}` : ''}`,
        ),
      onStageEnd: (verdict) => printStageEnd(verdict, release, progress),
      onUncounted: (failure) => progress.print(`not counted: ${failure}`),
    });
    progress.stop();
    const { findings } = played.verdict;
    const endpoint = findings.find(({ outcome }) => outcome === 'breach')?.endpoint ?? release.endpoints[0]!.name;
    const seconds = Math.round((io.now() - started) / 1000);
    io.out('');
    io.out(
      `${played.finished ? 'Played' : 'Stopped after'} ${plural(played.hours, 'hour')} in ${seconds} s: ${plural(pages, 'page')} published, last verdict ${colors.bold(played.verdict.recommendation)}.`,
    );
    if (existsSync(slack)) io.out(`As Slack would show the messages: ${slack}`);
    io.out(
      played.finished
        ? `Look closer: npx --no-install stagewatch check${place} (or results, or history '${endpoint}' --last 24h)`
        : `Go on with: npx --no-install stagewatch simulate --resume${place}`,
    );
    return played.finished;
  } finally {
    progress.stop();
  }
}

/** The release that a scenario is about, also that of the simulation to go on with; undefined for one about any. */
function playedRelease({ scenario, resume, data }: SimulateOptions): string | undefined {
  const name = scenario ?? (resume ? readSimulation(data)?.scenario : undefined);
  return name === undefined ? undefined : scenarioRelease(name);
}

/** What to play: what was asked for, or what is in the folder already. */
function simulationFor(options: SimulateOptions, { name: release, release: { toggles } }: ReadRelease): Simulation {
  const { data, scenario, seed, byHand, resume } = options;
  const problems = problemsIn(options);
  const kept = readSimulation(data);
  if (!kept && existsSync(path.join(data, 'dynamodb')))
    problems.push(
      `--data - got a history of real data in ${data}, expected none or a simulated one; choose another folder`,
    );
  else if (resume && !kept)
    problems.push(`--resume - got no simulation in ${data}, expected one; start it without --resume`);
  const isByHand = byHand === true || toggles.length === 0;
  const asked = {
    release,
    scenario: scenario ?? DEFAULT.scenario,
    seed: seed ?? DEFAULT.seed,
    ...(isByHand && { byHand: true }),
  };
  const differs = [
    kept?.release !== release ? `release ${kept?.release}` : '',
    scenario !== undefined && scenario !== kept?.scenario ? `scenario ${kept?.scenario}` : '',
    seed !== undefined && seed !== kept?.seed ? `seed ${kept?.seed}` : '',
    byHand && !kept?.byHand ? 'by toggles' : '',
  ].filter(Boolean);
  if (resume && kept && problems.length === 0 && differs.length > 0)
    problems.push(
      `--resume - got another simulation in ${data} (${differs.join(', ')}); leave these options out, or start anew without --resume`,
    );
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return resume ? kept! : asked;
}

const homeOf = ({ release, data }: SimulateOptions): Home => ({ data, ...(release !== undefined && { release }) });

/** The options that find this simulation again. */
const placeOf = ({ release, data }: SimulateOptions) =>
  `${release === undefined ? '' : ` --release ${release}`}${data === '.stagewatch' ? '' : ` --data ${data}`}`;

const where = ({ stage, hour }: Verdict, { timeZone }: Release) =>
  `${stage ? `stage ${stage.name}` : 'nobody is exposed'}, ${clock(startOf(hour + 1), timeZone)}`;

const paintOf = ({ severity, change }: AlertRecord) =>
  severity === 'notice' ? colors.cyan : change === 'resolved' ? colors.green : colors.red;

/** A page in full when it opens, worsens or closes; of a repeat what is open and what changed, of a notice its lines. */
function toldBy(alert: AlertRecord, release: Release): string[] {
  const { body, changed, rest, addresses, name } = emailParts(alert, release);
  if (alert.severity === 'notice') return indented(body);
  if (alert.change === 'repeat') return indented([...body, ...changed]);
  return indented([...body, '', ...changed, ...rest, ...addresses.map(({ line }) => line), ...name]);
}

const indented = (lines: readonly string[]) => lines.map((line) => (line === '' ? '' : `  ${line}`));

function printStageEnd(verdict: Verdict, release: Release, progress: Progress): void {
  progress.print('');
  progress.print(
    colors.bold(`Stage ${verdict.stage!.name} has lasted as planned: ${verdict.recommendation.toUpperCase()}`),
  );
  for (const line of findingLines(verdict, release)) progress.print(line);
  progress.print('');
}

import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { ReleaseError } from '../release/parse';
import { CsvError } from '../sources/csv/source';
import { ackCommand } from './ack';
import { backfillCommand } from './backfill';
import { backtestCommand } from './backtest';
import { checkCommand } from './check';
import { doctorCommand } from './doctor';
import { excludeCommand } from './exclude';
import { fillCommand } from './fill';
import { historyCommand } from './history';
import { initCommand } from './init';
import { EXIT, type Io, UsageError } from './io';
import { proposeCommand } from './propose';
import { reportCommand } from './report';
import { resultsCommand } from './results';
import { runCommand } from './run';
import { silenceCommand } from './silence';
import { simulateCommand } from './simulate';
import { stackOption } from './stack';
import { stageCommand } from './stage';
import { statusCommand } from './status';
import { testAlertCommand } from './test-alert';
import { validateCommand } from './validate';
import { watchCommand } from './watch';

/** Runs one command line and returns its exit code; nothing is thrown. */
export async function main(args: readonly string[], world: Io): Promise<number> {
  const io = visibly(world);
  let code: number = EXIT.ok;
  const program = new Command('stagewatch')
    .description('Guards a staged rollout: samples error rates, judges them, alerts, and says whether to advance.')
    .version(version, '--version', 'print the version')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text.trimEnd()) })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(see --help)')
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 64 wrong use (arguments, release file, environment), 70 failure. check, doctor and fill have more.

Examples:
  $ stagewatch simulate --scenario regression
  $ stagewatch check
  $ stagewatch history '#show' --last 24h
  $ stagewatch --stack Stagewatch check`,
    );
  stackOption(program, io);
  initCommand(program, io);
  validateCommand(program, io);
  doctorCommand(program, io, (exit) => {
    code = exit;
  });
  stageCommand(program, io);
  backfillCommand(program, io);
  runCommand(program, io);
  watchCommand(program, io);
  // A line of CSV ends in CR LF, and what comes from outside is plain in it.
  historyCommand(program, io, world.out);
  checkCommand(program, io, (exit) => {
    code = exit;
  });
  ackCommand(program, io);
  silenceCommand(program, io);
  excludeCommand(program, io);
  testAlertCommand(program, io);
  resultsCommand(program, io);
  reportCommand(program, io);
  fillCommand(program, io, (exit) => {
    code = exit;
  });
  proposeCommand(program, io);
  backtestCommand(program, io);
  // They colour their own words, and what comes from outside is plain there.
  statusCommand(program, io, world.out);
  simulateCommand(program, world);
  inherit(program, program.commands);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const unset = /^(Region is missing|Could not load credentials)/.test((error as Error).message);
    const usage = unset || [UsageError, ReleaseError, CsvError].some((kind) => error instanceof kind);
    io.err(
      `error: ${(error as Error).message}${unset ? '; set AWS_REGION and credentials, or leave --stack and STAGEWATCH_TABLE out for the local history' : ''}`,
    );
    if (!usage && io.env.STAGEWATCH_DEBUG) io.err((error as Error).stack ?? '');
    return usage ? EXIT.usage : EXIT.failure;
  }
}

/**
 * Nothing gets out that a terminal would obey or a reader not see, wherever it came from. It is written as JSON writes it,
 * so that JSON stays what it was.
 */
function visibly(io: Io): Io {
  const visible = (text: string) =>
    text.replace(/[^\n\P{Cc}]|[\p{Cf}\p{Cs}\u2028\u2029]/gu, (found) =>
      Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
        '',
      ),
    );
  return { ...io, out: (line) => io.out(visible(line)), err: (line) => io.err(visible(line)) };
}

function inherit(parent: Command, commands: readonly Command[]): void {
  for (const command of commands) {
    command.copyInheritedSettings(parent);
    inherit(parent, command.commands);
  }
}

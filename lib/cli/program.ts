import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { ActionError } from '../actions/action';
import { ReleaseError } from '../release/parse';
import { CsvError } from '../sources/csv/source';
import { EXIT, type Io, UsageError } from './io';
import { stackOption } from './stack';

/** What a command is added to: the program, how it speaks, how it sets the exit code, and the world as it is. */
interface Place {
  program: Command;
  io: Io;
  world: Io;
  exit(code: number): void;
}

/** How each command is added. Its file, with all that it needs, is loaded only if the command line may mean it. */
const COMMANDS: Record<string, (place: Place) => Promise<void>> = {
  init: async ({ program, io }) => (await import('./init')).initCommand(program, io),
  validate: async ({ program, io }) => (await import('./validate')).validateCommand(program, io),
  doctor: async ({ program, io, exit }) => (await import('./doctor')).doctorCommand(program, io, exit),
  stage: async ({ program, io }) => (await import('./stage')).stageCommand(program, io),
  backfill: async ({ program, io }) => (await import('./backfill')).backfillCommand(program, io),
  run: async ({ program, io }) => (await import('./run')).runCommand(program, io),
  watch: async ({ program, io }) => (await import('./watch')).watchCommand(program, io),
  // A line of CSV ends in CR LF, and what comes from outside is plain in it.
  history: async ({ program, io, world }) => (await import('./history')).historyCommand(program, io, world.out),
  check: async ({ program, io, exit }) => (await import('./check')).checkCommand(program, io, exit),
  ack: async ({ program, io }) => (await import('./ack')).ackCommand(program, io),
  silence: async ({ program, io }) => (await import('./silence')).silenceCommand(program, io),
  exclude: async ({ program, io }) => (await import('./exclude')).excludeCommand(program, io),
  'test-alert': async ({ program, io }) => (await import('./test-alert')).testAlertCommand(program, io),
  results: async ({ program, io }) => (await import('./results')).resultsCommand(program, io),
  report: async ({ program, io }) => (await import('./report')).reportCommand(program, io),
  fill: async ({ program, io, exit }) => (await import('./fill')).fillCommand(program, io, exit),
  propose: async ({ program, io }) => (await import('./propose')).proposeCommand(program, io),
  backtest: async ({ program, io }) => (await import('./backtest')).backtestCommand(program, io),
  // They colour their own words, and what comes from outside is plain there.
  status: async ({ program, io, world }) => (await import('./status')).statusCommand(program, io, world.out),
  simulate: async ({ program, world }) => (await import('./simulate')).simulateCommand(program, world),
};

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
  const exit = (to: number) => {
    code = to;
  };
  const names = Object.keys(COMMANDS);
  const named = names.filter((name) => args.includes(name));
  // All of them, where none is named: for the list of them, and for the name that was meant.
  const meant = named.length > 0 || args.includes('--version') ? named : names;
  for (const name of meant) await COMMANDS[name]!({ program, io, world, exit });
  inherit(program, program.commands);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const unset = /^(Region is missing|Could not load credentials)/.test((error as Error).message);
    const usage = unset || [UsageError, ActionError, ReleaseError, CsvError].some((kind) => error instanceof kind);
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

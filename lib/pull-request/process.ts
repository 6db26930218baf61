import { type ExecFileException, execFile } from 'node:child_process';
import { plain } from '../facts/format';

/** A program that is missing or failed, and what it printed before. */
export class ProcessError extends Error {
  override readonly name = 'ProcessError';
  constructor(
    message: string,
    readonly printed: string,
  ) {
    super(message);
  }
}

/**
 * Runs a program without a shell, and gives what it printed.
 *
 * @throws ProcessError with what it said, when it is missing, fails, or takes five minutes
 */
export type Run = (program: 'git' | 'gh', args: readonly string[], input?: string | Buffer) => Promise<Buffer>;

const MOST_BYTES = 64 * 1024 * 1024;
const MOST_MS = 5 * 60_000;
/** Nobody is there to answer. */
const UNATTENDED = { GIT_TERMINAL_PROMPT: '0', GH_PROMPT_DISABLED: '1', GH_NO_UPDATE_NOTIFIER: '1' };

export const processes =
  (env: NodeJS.ProcessEnv, signal: AbortSignal): Run =>
  (program, args, input) =>
    new Promise((resolve, reject) => {
      const options = { encoding: 'buffer', maxBuffer: MOST_BYTES, timeout: MOST_MS, signal } as const;
      const child = execFile(program, args, { ...options, env: { ...env, ...UNATTENDED } }, (error, out, said) => {
        if (!error) return resolve(out);
        reject(new ProcessError(`${program} - ${whyOf(error, said.toString())}`, out.toString()));
      });
      // A program that ends before it has read everything says why by itself.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
    });

function whyOf(error: ExecFileException, said: string): string {
  if (error.code === 'ENOENT') return 'not found; install it';
  if (error.killed && error.signal === 'SIGTERM') return `got no end within ${MOST_MS / 60_000} minutes`;
  return plain(said.trim().replace(/^gh: /, '') || error.message, 1000);
}

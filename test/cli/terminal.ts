import { main } from '../../lib/cli/program';

/** One command line in this process, as bin/stagewatch.ts runs it: exit code, and what it printed. */
export async function stagewatch(
  args: readonly string[],
  { env = {}, now = Date.now(), signal = new AbortController().signal }: Partial<Surroundings> = {},
) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    terminal: false,
    env,
    now: () => now,
    signal,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

interface Surroundings {
  env: NodeJS.ProcessEnv;
  now: number;
  signal: AbortSignal;
}

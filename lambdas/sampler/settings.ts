import { loopbackUrl } from '../../lib/facts/loopback.cjs';
import type { Home } from '../../lib/release/command-text';

/** Where the sampler works; all of it comes from the environment. */
export interface Settings {
  table: string;
  topic: string;
  secret: string;
  /** Where marks are published, if a receiver of the stack shows them. */
  marks?: string;
  /** The stack that it belongs to, for the commands in messages. */
  home?: Home;
}

/** @throws Error that names every variable that is missing or empty; an empty one is never taken for a default */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const missing = ['STAGEWATCH_TABLE', 'STAGEWATCH_TOPIC', 'STAGEWATCH_SECRET'].filter((name) => !env[name]?.trim());
  const problems = missing.map(
    (name) => `${name} - got ${env[name] === undefined ? 'nothing' : 'empty text'}, expected a name or ARN`,
  );
  if (env.STAGEWATCH_DATADOG_URL !== undefined && !loopbackUrl(env.STAGEWATCH_DATADOG_URL)) {
    problems.push('STAGEWATCH_DATADOG_URL - expected http://127.0.0.1:PORT or nothing; it is for tests on one machine');
  }
  if (problems.length > 0) throw new Error(`environment - ${problems.join('; ')}`);
  // Lambda sets the region. A stack of an older version does not say its name.
  const { STAGEWATCH_STACK: stack, AWS_REGION: region, STAGEWATCH_MARKS_TOPIC: marks } = env;
  return {
    table: env.STAGEWATCH_TABLE!,
    topic: env.STAGEWATCH_TOPIC!,
    secret: env.STAGEWATCH_SECRET!,
    ...(marks && { marks }),
    ...(stack && { home: { stack, ...(region && { region }) } }),
  };
}

/** Where the sampler works; all of it comes from the environment. */
export interface Settings {
  table: string;
  topic: string;
  secret: string;
  datadogUrl: string | undefined;
}

/** @throws Error that names every variable that is missing or empty; an empty one is never taken for a default */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const missing = ['STAGEWATCH_TABLE', 'STAGEWATCH_TOPIC', 'STAGEWATCH_SECRET'].filter((name) => !env[name]?.trim());
  const problems = missing.map(
    (name) => `${name} - got ${env[name] === undefined ? 'nothing' : 'empty text'}, expected a name or ARN`,
  );
  if (env.STAGEWATCH_DATADOG_URL !== undefined && !isLoopback(env.STAGEWATCH_DATADOG_URL)) {
    problems.push('STAGEWATCH_DATADOG_URL - expected http://127.0.0.1:PORT or nothing; it is for tests on one machine');
  }
  if (problems.length > 0) throw new Error(`environment - ${problems.join('; ')}`);
  return {
    table: env.STAGEWATCH_TABLE!,
    topic: env.STAGEWATCH_TOPIC!,
    secret: env.STAGEWATCH_SECRET!,
    datadogUrl: env.STAGEWATCH_DATADOG_URL,
  };
}

function isLoopback(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname) && !username && !password;
}

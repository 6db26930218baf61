import { loopbackUrl } from '../../lib/facts/loopback.cjs';
import type { Receiver, ReceiverPlace } from '../../lib/receivers/receiver';
import { RECEIVER_NAMES, RECEIVERS, type ReceiverName } from '../../lib/receivers/receivers';

/** Whom the notifier tells, and where it works; all of it comes from the environment. */
export interface NotifierSettings {
  name: ReceiverName;
  place: ReceiverPlace;
  table: string;
  secret: string;
}

/** @throws Error that names every variable that is missing or wrong; an empty one is never taken for a default */
export function readNotifierSettings(env: NodeJS.ProcessEnv): NotifierSettings {
  const { STAGEWATCH_RECEIVER: name = '', STAGEWATCH_RECEIVER_HOST: host = '', STAGEWATCH_RECEIVER_URL: local } = env;
  const receiver: Receiver | undefined = Object.hasOwn(RECEIVERS, name) ? RECEIVERS[name as ReceiverName] : undefined;
  const url = local === undefined ? undefined : loopbackUrl(local);
  const problems = ['STAGEWATCH_TABLE', 'STAGEWATCH_SECRET']
    .filter((variable) => !env[variable]?.trim())
    .map(
      (variable) =>
        `${variable} - got ${env[variable] === undefined ? 'nothing' : 'empty text'}, expected a name or ARN`,
    );
  if (!receiver)
    problems.push(`STAGEWATCH_RECEIVER - got ${JSON.stringify(name)}, expected ${RECEIVER_NAMES.join(', ')}`);
  else if (!receiver.hosts.includes(host))
    problems.push(`STAGEWATCH_RECEIVER_HOST - got ${JSON.stringify(host)}, expected ${receiver.hosts.join(', ')}`);
  if (local !== undefined && !url)
    problems.push(
      'STAGEWATCH_RECEIVER_URL - expected http://127.0.0.1:PORT or nothing; it is for tests on one machine',
    );
  if (problems.length > 0) throw new Error(`environment - ${problems.join('; ')}`);
  return {
    name: name as ReceiverName,
    place: { host, ...(url && { url }) },
    table: env.STAGEWATCH_TABLE!,
    secret: env.STAGEWATCH_SECRET!,
  };
}

import { existsSync, readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { loopbackUrl } from '../facts/loopback.cjs';
import { notifySchema } from '../receivers/notify';
import type { Receiver, Tell } from '../receivers/receiver';
import { RECEIVER_NAMES, RECEIVERS, type ReceiverName } from '../receivers/receivers';
import { pathText, problemsOf } from '../release/parse';
import { UsageError } from './io';

const SETTINGS = 'stagewatch.yaml';

/** A receiver that a command tells itself. */
export interface Connected {
  name: ReceiverName;
  tell: Tell;
  /** {@link Receiver.prove}, where it has such a question. */
  prove?: () => Promise<string>;
}

/** @example credentialVariable('pagerDuty') === 'STAGEWATCH_NOTIFY_PAGER_DUTY' */
export const credentialVariable = (name: ReceiverName): string =>
  `STAGEWATCH_NOTIFY_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/**
 * The receivers that a command on one machine tells itself: those of `notify` in stagewatch.yaml, as the stack would tell
 * them. Each has its credential in a variable, in the form in which a stack has it in its secret.
 *
 * @throws UsageError that lists every problem, and repeats no credential
 */
export function receiversToTell(env: NodeJS.ProcessEnv): Connected[] {
  const content = existsSync(SETTINGS) ? contentOf(readFileSync(SETTINGS, 'utf8')) : {};
  const { notify } = Object(content) as { notify?: unknown };
  const parsed = notifySchema.safeParse(notify);
  if (!parsed.success)
    throw new UsageError(
      problemsOf(notify, parsed.error.issues)
        .map(({ path, message }) => `${SETTINGS}: ${pathText(['notify', ...path])} - ${message}`)
        .join('\n'),
    );
  const problems: string[] = [];
  const all = RECEIVER_NAMES.flatMap((name) => {
    const asked = parsed.data?.[name];
    if (!asked) return [];
    try {
      return [connected(name, asked.host, env)];
    } catch (error) {
      problems.push((error as Error).message);
      return [];
    }
  });
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return all;
}

function connected(name: ReceiverName, host: string, env: NodeJS.ProcessEnv): Connected {
  const variable = credentialVariable(name);
  const { [variable]: credential, [`${variable}_URL`]: standIn } = env;
  const url = standIn === undefined ? undefined : loopbackUrl(standIn);
  if (standIn !== undefined && !url)
    throw new Error(`${variable}_URL - expected http://127.0.0.1:PORT or nothing; it is for tests on one machine`);
  const receiver: Receiver = RECEIVERS[name];
  if (!credential?.trim())
    throw new Error(
      `${variable} - got ${credential === undefined ? 'nothing' : 'empty text'}, expected ${receiver.secret}: ${SETTINGS} asks for ${receiver.title} in notify`,
    );
  try {
    const [held, place] = [jsonIn(credential), { host, ...(url && { url }) }];
    const tell = receiver.connect(held, place);
    return { name, tell, ...(receiver.prove && { prove: () => receiver.prove!(held, place) }) };
  } catch (error) {
    throw new Error(`${variable} - ${(error as Error).message.replaceAll('put it into the secret', 'put it there')}`);
  }
}

/** Whatever is no JSON is no credential of any form; what a parser says of it quotes it. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function contentOf(text: string): unknown {
  const document = parseDocument(text, { logLevel: 'error' });
  const [error] = document.errors;
  if (error) throw new UsageError(`${SETTINGS} cannot be read - got ${error.message.split('\n')[0]}, expected YAML`);
  return JSON.parse(JSON.stringify(document.toJS() ?? {}));
}

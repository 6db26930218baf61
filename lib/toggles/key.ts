import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import type { Instant } from '../facts/hour';

/** Where a toggle service's key is: an environment or, in the cloud, the secret that has the source's keys. */
export interface TogglePlace {
  env: NodeJS.ProcessEnv;
  secret?: { client: SecretsManagerClient; id: string };
}

/** Gives the key; `forget` makes the next `get` ask anew, after a refusal. */
export interface ToggleKey {
  get(): Promise<string>;
  forget(): void;
}

const KEPT_MS = 5 * 60_000;
/** What a header can hold. */
const secretShape = z.object({ toggleKey: z.string().check(z.regex(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/)) });
const EXPECTED = 'expected {"toggleKey": "..."} beside the keys of the source; put it there';

/**
 * The key of a toggle service, as its header sends it: `toggleKey` in the secret that has the source's keys, kept for at
 * most five minutes, or STAGEWATCH_TOGGLE_KEY. Errors say what is wrong, and never what is in it.
 *
 * @throws Error when there is no secret, and no variable
 */
export function toggleKey({ env, secret }: TogglePlace, clock: () => Instant = Date.now): ToggleKey {
  if (secret) return secretKey(secret, clock);
  const key = secretShape.safeParse({ toggleKey: env.STAGEWATCH_TOGGLE_KEY?.trim() });
  if (key.success) return { get: async () => key.data.toggleKey, forget() {} };
  const got = env.STAGEWATCH_TOGGLE_KEY === undefined ? 'nothing' : 'what no header can hold';
  throw new Error(`STAGEWATCH_TOGGLE_KEY - got ${got}, expected the key of the toggle service, as its header sends it`);
}

function secretKey({ client, id }: NonNullable<TogglePlace['secret']>, clock: () => Instant): ToggleKey {
  let kept: { key: string; until: Instant } | undefined;
  return {
    async get() {
      if (kept && clock() < kept.until) return kept.key;
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id })).catch((error) => {
        if (error instanceof ResourceNotFoundException) throw new Error(`secret - got no value, ${EXPECTED}`);
        // What a parser says of an answer quotes it.
        throw new Error(
          `secret - got ${error instanceof SyntaxError ? 'no JSON' : (error as Error).name}, ${EXPECTED}`,
        );
      });
      const found = secretShape.safeParse(parsed(SecretString));
      if (!found.success) throw new Error(`secret - got no toggleKey, ${EXPECTED}`);
      kept = { key: found.data.toggleKey, until: clock() + KEPT_MS };
      return kept.key;
    },
    forget() {
      kept = undefined;
    },
  };
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import type { Instant } from '../../facts/hour';

export interface DatadogKeys {
  apiKey: string;
  appKey: string;
}

/** A place to get the keys from; `forget` makes the next `get` ask anew, after a refusal. */
export interface KeySource {
  get(): Promise<DatadogKeys>;
  forget(): void;
}

const KEPT_MS = 5 * 60_000;

const key = z.string().check(z.minLength(1));
const secretShape = z.object({ apiKey: key, appKey: key });

/**
 * Datadog's keys from one Secrets Manager secret `{"apiKey": ..., "appKey": ...}`, kept for at most five minutes.
 * Errors say what is wrong with the secret and never what is in it.
 */
export function secretKeys(client: SecretsManagerClient, secretId: string, clock: () => Instant = Date.now): KeySource {
  let kept: { keys: DatadogKeys; until: Instant } | undefined;
  return {
    async get() {
      if (kept && clock() < kept.until) return kept.keys;
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId })).catch((error) => {
        // The stack makes the secret without a value, so that no deployment overwrites the keys.
        if (error instanceof ResourceNotFoundException) throw unusable('got no value', error);
        // What a parser says of an answer quotes it, and a part of the keys with it.
        if (error instanceof SyntaxError) throw unusable('got an answer that is no JSON');
        throw error;
      });
      const keys = secretShape.safeParse(parsed(SecretString));
      if (!keys.success) {
        throw unusable('got another shape');
      }
      kept = { keys: keys.data, until: clock() + KEPT_MS };
      return kept.keys;
    },
    forget() {
      kept = undefined;
    },
  };
}

/** Datadog's keys from DD_API_KEY and DD_APP_KEY; what is missing goes to `problems`. */
export function environmentKeys(env: NodeJS.ProcessEnv, problems: string[]): KeySource {
  const needed = (name: string, what: string) => {
    const value = env[name]?.trim();
    if (!value) problems.push(`${name} - got ${env[name] === undefined ? 'nothing' : 'empty text'}, expected ${what}`);
    return value ?? '';
  };
  const apiKey = needed('DD_API_KEY', "Datadog's API key");
  const appKey = needed('DD_APP_KEY', "Datadog's application key, with the scope timeseries_query");
  return { get: async () => ({ apiKey, appKey }), forget() {} };
}

const unusable = (got: string, cause?: Error) =>
  new Error(
    `datadog secret - ${got}, expected {"apiKey": "...", "appKey": "..."}; put both keys into it, as the stack's output FillSecret says`,
    { cause },
  );

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

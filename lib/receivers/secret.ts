import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Instant } from '../facts/hour';

const KEPT_MS = 5 * 60_000;

/**
 * The JSON of a receiver's secret, kept for at most five minutes; `forget` makes the next call read it anew. Errors say what
 * is wrong with the secret, and never what is in it.
 *
 * @param form what it should hold, as an example
 */
export function receiverSecret(
  client: SecretsManagerClient,
  id: string,
  form: string,
  clock: () => Instant = Date.now,
) {
  let kept: { content: unknown; until: Instant } | undefined;
  const unusable = (got: string) => new Error(`the receiver's secret - got ${got}, expected ${form}; put it there`);
  return {
    async get(): Promise<unknown> {
      if (kept && clock() < kept.until) return kept.content;
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id })).catch((error) => {
        // The stack makes the secret without a value, so that no deployment overwrites it.
        if (error instanceof ResourceNotFoundException) throw unusable('no value');
        // What a parser says of an answer quotes it.
        if (error instanceof SyntaxError) throw unusable('an answer that is no JSON');
        throw error;
      });
      try {
        kept = { content: JSON.parse(SecretString ?? ''), until: clock() + KEPT_MS };
      } catch {
        throw unusable('no JSON');
      }
      return kept.content;
    },
    forget() {
      kept = undefined;
    },
  };
}

import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { EventSource, MetricSource } from '../ports';

/** Where a source is asked from: an environment and, in the cloud, the secret that has the source's keys. */
export interface Place {
  env: NodeJS.ProcessEnv;
  secret?: { client: SecretsManagerClient; id: string };
}

/** What a release's counts come from and, where the source has events, what they tell. */
export interface Sources {
  source: MetricSource;
  events?: EventSource;
}

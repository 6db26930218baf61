/** Addresses of the cloud's neighbours on this machine. */
export interface LocalAddresses {
  /** What they let in, as the access key id. */
  key: string;
  dynamodb?: string;
  sns?: string;
  secretsManager?: string;
}

/**
 * Points the AWS clients that are made from now on at this machine, through the SDK's own variables. Only the
 * access key id is looked at there; the secret key is any. What else a shell may say of AWS is taken back: a profile would overrule the
 * credentials, FIPS and dual-stack endpoints cannot be had here, and endpoints that are ignored lead to the real cloud.
 */
export function useLocalCloud(env: NodeJS.ProcessEnv, { key, dynamodb, sns, secretsManager }: LocalAddresses): void {
  Object.assign(env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: key,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_USE_FIPS_ENDPOINT: 'false',
    AWS_USE_DUALSTACK_ENDPOINT: 'false',
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
    ...(dynamodb && { AWS_ENDPOINT_URL_DYNAMODB: dynamodb }),
    ...(sns && { AWS_ENDPOINT_URL_SNS: sns }),
    ...(secretsManager && { AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager }),
  });
  delete env.AWS_PROFILE;
  delete env.AWS_SESSION_TOKEN;
}

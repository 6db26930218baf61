/** Addresses of the cloud's neighbours on this machine. */
export interface LocalAddresses {
  dynamodb: string;
  sns?: string;
  secretsManager?: string;
}

/**
 * Points the AWS clients that are made from now on at this machine, through the SDK's own variables. The credentials are
 * not secret: nobody checks them here.
 */
export function useLocalCloud(env: NodeJS.ProcessEnv, { dynamodb, sns, secretsManager }: LocalAddresses): void {
  Object.assign(env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    ...(sns && { AWS_ENDPOINT_URL_SNS: sns }),
    ...(secretsManager && { AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager }),
  });
}

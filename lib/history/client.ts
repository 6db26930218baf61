import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * A DynamoDB client whose calls end: 2 s to connect, 5 s for a reply to begin, 5 s without a byte of it, three attempts. The
 * SDK has no time-outs of its own, and only warns of `requestTimeout` unless told to throw. Region, credentials and
 * `AWS_ENDPOINT_URL*` come from the environment.
 */
export function openDynamo(): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 2_000,
      requestTimeout: 5_000,
      socketTimeout: 5_000,
      throwOnRequestTimeout: true,
    },
  });
}

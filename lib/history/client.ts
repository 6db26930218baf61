import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/**
 * Makes every attempt of an AWS client end: 2 s to connect, 5 s for the whole, three attempts. The SDK has no time-outs of
 * its own, and only warns of `requestTimeout` unless told to throw.
 */
export const BOUNDED_CALLS = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    // For an answer that stops after its headers, which requestTimeout no longer covers.
    socketTimeout: 5_000,
    throwOnRequestTimeout: true,
  },
} satisfies DynamoDBClientConfig;

/** A DynamoDB client with bounded calls. Region, credentials and `AWS_ENDPOINT_URL*` come from the environment. */
export const openDynamo = (): DynamoDBClient => new DynamoDBClient(BOUNDED_CALLS);

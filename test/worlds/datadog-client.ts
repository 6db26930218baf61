/** What dist/test/datadog-client.js is made of. */
export { client, v2 } from '@datadog/datadog-api-client';

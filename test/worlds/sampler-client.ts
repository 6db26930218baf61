/**
 * Makes the Datadog client of a test file the one that is in the sampler's bundle. The whole client has 7,000 files, and
 * each test file would load them anew, which takes longer than its tests. The suites of lib/sources/datadog themselves
 * run with both.
 */
jest.mock('@datadog/datadog-api-client', () => jest.requireActual('../../dist/test/datadog-client'));

import { BOUNDED_CALLS, WHOLE_CALL } from '../../../lib/history/client';

// The sampler as it is, but for the time it gives a call of AWS: seconds are too long for a test of every way to be slow.
const MS = 250;
Object.assign(BOUNDED_CALLS, { maxAttempts: 2 });
Object.assign(BOUNDED_CALLS.requestHandler, { connectionTimeout: MS, requestTimeout: MS, socketTimeout: MS });

Object.assign(WHOLE_CALL, { ms: 6 * MS });

export { handler } from '../../../lambdas/sampler/handler';

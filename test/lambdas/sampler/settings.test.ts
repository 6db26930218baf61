import { readSettings } from '../../../lambdas/sampler/settings';

const ENV = { STAGEWATCH_TABLE: 'table', STAGEWATCH_TOPIC: 'arn:aws:sns:x:0:topic', STAGEWATCH_SECRET: 'secret' };

test('the settings are the environment', () => {
  expect(readSettings(ENV)).toEqual({
    table: 'table',
    topic: 'arn:aws:sns:x:0:topic',
    secret: 'secret',
  });
});

test('the stack that set them is known by its name, and by the region that Lambda says', () => {
  const stack = { ...ENV, STAGEWATCH_STACK: 'Guard' };
  expect(readSettings(stack).home).toEqual({ stack: 'Guard' });
  expect(readSettings({ ...stack, AWS_REGION: 'us-gov-west-1' }).home).toEqual({
    stack: 'Guard',
    region: 'us-gov-west-1',
  });
  // Set by a stack of an older version.
  expect(readSettings({ ...ENV, AWS_REGION: 'us-gov-west-1' }).home).toBeUndefined();
});

test('marks are published where the stack says, and nowhere else', () => {
  expect(readSettings({ ...ENV, STAGEWATCH_MARKS_TOPIC: 'arn:aws:sns:x:0:marks' }).marks).toBe('arn:aws:sns:x:0:marks');
  expect(readSettings({ ...ENV, STAGEWATCH_MARKS_TOPIC: '' })).not.toHaveProperty('marks');
});

test('whatever is missing or empty is named in one error', () => {
  expect(() => readSettings({ STAGEWATCH_TOPIC: '', STAGEWATCH_SECRET: ' \t', STAGEWATCH_DATADOG_URL: '' })).toThrow(
    'environment - STAGEWATCH_TABLE - got nothing, expected a name or ARN; ' +
      'STAGEWATCH_TOPIC - got empty text, expected a name or ARN; ' +
      'STAGEWATCH_SECRET - got empty text, expected a name or ARN; ' +
      'STAGEWATCH_DATADOG_URL - expected http://127.0.0.1:PORT or nothing; it is for tests on one machine',
  );
});

test.each(['http://127.0.0.1:8126', 'http://localhost:8126', 'http://[::1]:8126'])(
  'a stand-in at %s is taken',
  (url) => {
    expect(readSettings({ ...ENV, STAGEWATCH_DATADOG_URL: url })).toEqual(readSettings(ENV));
  },
);

test.each([
  'https://127.0.0.1:8126',
  'https://api.ddog-gov.com',
  'http://api.ddog-gov.com',
  'http://10.0.0.1:8126',
  'http://127.0.0.1.example.org',
  'http://localhost.example.org',
  'http://localhost@example.org',
  'http://user:hunter2@127.0.0.1:8126',
  'http://0.0.0.0:8126',
  'http://2130706433.example.org',
  'ftp://127.0.0.1',
  '127.0.0.1:8126',
  'none',
  ' ',
])('keys go nowhere but to this machine: %j is refused, and not repeated', (url) => {
  const read = () => readSettings({ ...ENV, STAGEWATCH_DATADOG_URL: url });
  expect(read).toThrow('STAGEWATCH_DATADOG_URL - expected');
  expect(read).not.toThrow('hunter2');
});

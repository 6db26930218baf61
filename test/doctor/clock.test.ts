import { clockCheck, readingOf } from '../../lib/doctor/clock';

const DATE = 'Wed, 11 Feb 2026 16:00:00 GMT';
const at = (seconds: number) => readingOf('Datadog', DATE, Date.parse(DATE) + seconds * 1000)!;

test.each([
  [-61, 'wrong'],
  [-60, 'ok'],
  [0, 'ok'],
  [60, 'ok'],
  [61, 'wrong'],
])('%d seconds off is %s', (seconds, outcome) => {
  expect(clockCheck([at(seconds)]).outcome).toBe(outcome);
});

test('one server is enough to be wrong by, and it is named', () => {
  const reading = { ...at(-90), server: 'DynamoDB' };
  expect(clockCheck([at(0), reading])).toMatchObject({
    outcome: 'wrong',
    text: expect.stringContaining('got 90 seconds behind DynamoDB,'),
  });
});

test('a clock that nothing was compared with is not ok', () => {
  expect(clockCheck([]).outcome).toBe('skipped');
  for (const date of [undefined, null, '', 'yesterday']) expect(readingOf('Datadog', date, 0)).toBeUndefined();
});

import { oddWeek } from '../../../lib/statistics/traffic/odd-week';

const WEEK = 168;
/** Four weeks of hours with these requests and error rates, oldest first; undefined is a week that nobody knows. */
const series = (weeks: ([requests: number, rate: number] | undefined)[]) => ({
  requests: weeks.flatMap((week) => new Array<number | undefined>(WEEK).fill(week?.[0])),
  errors: weeks.flatMap((week) => new Array<number | undefined>(WEEK).fill(week && week[0] * week[1])),
});
const odd = (...weeks: ([number, number] | undefined)[]) => {
  const { requests, errors } = series(weeks);
  return oddWeek(requests, errors, requests.length);
};
const usual: [number, number] = [1000, 0.01];

test('the week whose rate is 1.5 times as far off as any other is found, up and down, and not at just 1.5 times', () => {
  expect(odd(usual, [1000, 0.0151], usual, usual)).toEqual({
    from: WEEK,
    what: 'errors',
    value: expect.closeTo(0.0151),
    nearest: 0.01,
  });
  expect(odd(usual, usual, [1000, 0.006], usual)).toMatchObject({ from: 2 * WEEK, what: 'errors', nearest: 0.01 });
  expect(odd(usual, [1000, 0.015], usual, usual)).toBeUndefined();
  expect(odd(usual, usual, usual, usual)).toBeUndefined();
});

test('so is one whose requests are', () => {
  expect(odd(usual, usual, usual, [1600, 0.01])).toMatchObject({
    from: 3 * WEEK,
    what: 'requests',
    value: 38_400,
    nearest: 24_000,
  });
  expect(odd([600, 0.01], usual, usual, usual)).toMatchObject({ from: 0, what: 'requests', nearest: 24_000 });
});

test('two weeks that are alike are no odd one, two alone tell nothing, and a week that nobody knows is none', () => {
  expect(odd(usual, [1000, 0.03], usual, [1000, 0.03])).toBeUndefined();
  expect(odd(usual, [1000, 0.03])).toBeUndefined();
  expect(odd(undefined, usual, [1000, 0.03], undefined)).toBeUndefined();
  expect(odd(undefined, usual, [1000, 0.03], usual)).toMatchObject({ from: 2 * WEEK });
});

test('few errors and few requests differ by chance', () => {
  expect(odd([1, 0.01], [1, 0.1], [1, 0.01], [1, 0.01])).toBeUndefined();
  expect(odd([2, 0], [4, 0], [2, 0], [2, 0])).toBeUndefined();
});

test('an outage of two days makes no odd week, one of four does', () => {
  const { requests, errors } = series([usual, usual, usual, usual]);
  const outage = (hours: number) =>
    oddWeek(
      requests,
      errors.map((one, at) => (at >= 200 && at < 200 + hours ? 500 : one)),
      4 * WEEK,
    );
  expect(outage(36)).toBeUndefined();
  expect(outage(96)).toMatchObject({ from: WEEK });
});

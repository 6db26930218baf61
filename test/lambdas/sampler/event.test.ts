import { parseTick } from '../../../lambdas/sampler/event';
import { ReleaseError } from '../../../lib/release/parse';
import { fileOf } from '../../worlds/small-release';

const NOW = Date.parse('2026-02-11T16:20:05Z');
const release = { name: 'small', file: fileOf() };

test('a tick is a release file under its name, and the time that the schedule meant', () => {
  expect(parseTick({ release, scheduledTime: '2026-02-11T16:20:00Z' }, NOW)).toMatchObject({
    release: { name: 'small', title: 'Small', ceiling: 0.05 },
    scheduledTime: Date.parse('2026-02-11T16:20Z'),
  });
});

const problemsOf = (event: unknown): readonly string[] => {
  try {
    parseTick(event, NOW);
  } catch (error) {
    expect(error).toBeInstanceOf(ReleaseError);
    return (error as ReleaseError).problems;
  }
  throw new Error('the event was taken');
};

test('every problem of an event is listed at once', () => {
  const file = { ...fileOf({ ceiling: '0%', stages: [] }), colour: 'blue' };
  const problems = problemsOf({ release: { name: 'Not A Name', file }, scheduledTime: 'soon' });
  expect(problems).toEqual([
    expect.stringContaining('release name - got "Not A Name"'),
    expect.stringContaining('ceiling - got "0%"'),
    expect.stringContaining('stages - got []'),
    expect.stringContaining('colour - unknown key'),
    'scheduledTime - got "soon", expected an instant such as 2026-02-11T16:20:00Z',
  ]);
});

test('a time that has not come is refused, but for the difference between two clocks', () => {
  const at = (scheduledTime: string) => ({ release, scheduledTime });
  expect(parseTick(at('2026-02-11T16:25:05Z'), NOW).scheduledTime).toBe(NOW + 5 * 60_000);
  expect(problemsOf(at('2062-02-11T16:20:00Z'))).toEqual([
    'scheduledTime - got 2062-02-11T16:20Z, expected a time that has come; it is 2026-02-11T16:20:05Z',
  ]);
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['text', 'tick'],
  ['a number', 5],
  ['a list', []],
  ['an empty object', {}],
  ['a release that is null', { release: null, scheduledTime: null }],
  ['a file that is text', { release: { name: 'small', file: 'title: Small' }, scheduledTime: '2026-02-11T16:20:00Z' }],
])('%s is a list of problems, not a crash', (_, event) => {
  expect(problemsOf(event).length).toBeGreaterThan(0);
});

test.each([
  '2026-02-11T16:20:00',
  '2026-02-30T16:20:00Z',
  '<aws.scheduler.scheduled-time>',
  1_770_826_800_000,
  null,
  '',
])('a scheduled time of %j is no time', (scheduledTime) => {
  expect(problemsOf({ release, scheduledTime })).toEqual([expect.stringMatching(/^scheduledTime - got /)]);
});

test('a problem does not repeat what came from outside at length', () => {
  const long = 'x'.repeat(5_000);
  const problems = problemsOf({ release: { name: long, file: fileOf({ ceiling: long }) }, scheduledTime: long });
  expect(problems).toHaveLength(3);
  for (const problem of problems) expect(problem.length).toBeLessThan(300);
});

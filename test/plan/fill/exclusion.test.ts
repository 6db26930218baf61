import { withoutExclusion } from '../../../lib/plan/fill/exclusion';
import { fillPlan } from '../../../lib/plan/fill/fill';
import { letters } from '../../worlds/planned-rollout';

const known = letters();
const answered = (plan: string): string[] =>
  fillPlan(plan, known).blanks.map(({ answer }) => ('text' in answer ? 'answered' : answer.open));

const STAGE = '## Stage first\n';
const OTHER = expect.stringMatching(
  /^".*" asks for other requests than the release counts, which leaves out 401 and 403$/,
);

test.each([
  '(excluding 401/403)',
  'excl. 403 and 401',
  '- without 401s and 403s',
  '(excluding 401/403 authentication issues)',
])('what the release leaves out itself narrows nothing: %s', (words) => {
  expect(answered(`${STAGE}- #letters error rate ${words}: [FILL_IN]`)).toEqual(['answered']);
  expect(answered(`${STAGE}- Error rates ${words}:\n  - #letters: [FILL_IN]`)).toEqual(['answered']);
  expect(answered(`${STAGE}- Types of errors logged ${words}: [FILL_IN]`)).toEqual(['answered']);
});

test.each([
  '(excluding 404s)',
  '(without 5xx)',
  '(excl. bots)',
  '(excluding 401)',
  '(excluding 401/403/404)',
  '(except for timeouts)',
  ', not counting health checks',
  'w/o retries',
  '(excludes 401 and 403 on mobile)',
])('other requests than the release counts are asked for: %s', (words) => {
  expect(answered(`${STAGE}- #letters error rate ${words}: [FILL_IN]`)).toEqual([OTHER]);
  expect(answered(`${STAGE}- Error rates ${words}:\n  - #letters: [FILL_IN]`)).toEqual([OTHER]);
  expect(answered(`${STAGE}- Types of errors logged ${words}: [FILL_IN]`)).toEqual([OTHER]);
  expect(answered(`${STAGE}| Endpoint | Error rate ${words} |\n|---|---|\n| #letters | [FILL_IN] |`)).toEqual([OTHER]);
});

test('of a release that leaves out nothing every exclusion asks for something else', () => {
  expect(withoutExclusion('#a (excluding 401)', { excludedStatuses: [] })).toEqual({
    unfit: '"excluding 401" asks for other requests than the release counts, which leaves out nothing',
  });
  expect(withoutExclusion('#a', { excludedStatuses: [] })).toEqual({ text: '#a' });
});

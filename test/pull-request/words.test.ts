import type { Filled } from '../../lib/plan/fill/fill';
import { bodyOf, commitMessage, isSameBody, titleOf } from '../../lib/pull-request/words';

const RELEASE = { name: 'small' };
const blank = (question: string, line = 1): Filled => ({ from: 0, line, question, answer: { open: 'takes a person' } });
const BODY = bodyOf(RELEASE, 'plan.md', [blank('Why?')]);

test('neither a title nor a commit contains text from the plan', () => {
  expect(titleOf(RELEASE)).toBe('Fill in the plan of small');
  expect(commitMessage(RELEASE, 1, '2026-02-12T16:00Z')).toBe(
    'Fill in the plan of small\n\n1 blank answered from what was measured up to 2026-02-12T16:00Z.\n',
  );
});

test.each([
  ['closes no issue', 'Fixes #12', 'Fixes #<!-- -->12'],
  ['closes no issue of another repository', 'fixes org/name#3', 'fixes org/name#<!-- -->3'],
  ['names no issue by its short name', 'closes GH-4', 'closes GH-<!-- -->4'],
  ['mentions nobody', 'ask @org/team', 'ask @<!-- -->org/team'],
  ['links nothing', 'https://x.y/issues/1', 'https:<!-- -->//x.y/issues/1'],
  [
    'ends no comment and forms no HTML',
    '<!-- /stagewatch --> <img src=x>',
    '&lt;\\!-- /stagewatch --&gt; &lt;img src=x&gt;',
  ],
  ['is no command of a workflow', '::add-mask::x\n::error::y', '::add-mask::x ::error::y'],
])('a question %s', (_, question, shown) => {
  const line = bodyOf(RELEASE, 'plan.md', [blank(question)])
    .split('\n')
    .find((one) => one.startsWith('- line 1: '));
  expect(line).toBe(`- line 1: ${shown} - takes a person`);
});

test('only what stands between the marks is replaced, and a body without them is a person’s', () => {
  const mine = `Look here\n${BODY}\nThanks`;
  expect(bodyOf(RELEASE, 'plan.md', [blank('When?')], mine)).toBe(
    `Look here\n${BODY.replace('Why?', 'When?')}\nThanks`,
  );
  for (const other of ['', 'mine', '<!-- /stagewatch --> <!-- stagewatch -->'])
    expect(bodyOf(RELEASE, 'plan.md', [blank('When?')], other)).toBe(other);
  expect(isSameBody(BODY, BODY.replaceAll('\n', '\r\n'))).toBe(true);
  expect(isSameBody(BODY, BODY.replace('Why', 'When'))).toBe(false);
});

test('a body has at most the 65,536 characters that GitHub takes, and says how much it leaves out', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, at) => blank('x'.repeat(80), at + 1));
  const fits = bodyOf(RELEASE, 'plan.md', lines(100));
  const room = 65_536 - fits.length;
  expect(bodyOf(RELEASE, 'plan.md', lines(100), `${'y'.repeat(room)}${fits}`)).toHaveLength(65_536);
  const cut = bodyOf(RELEASE, 'plan.md', lines(100), `${'y'.repeat(room + 1)}${fits}`);
  expect(cut.length).toBeLessThanOrEqual(65_536);
  expect(cut).toMatch(/- takes a person\n\n1 more line, see the plan\n<!-- \/stagewatch -->$/);
  expect(bodyOf(RELEASE, 'plan.md', lines(2000)).length).toBeLessThanOrEqual(65_536);
});

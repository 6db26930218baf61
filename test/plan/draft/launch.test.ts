import { draftOf } from '../../../lib/plan/draft/draft';
import { dayIn } from '../../../lib/plan/draft/launch';
import { releaseDraft } from '../../../lib/plan/draft/release-draft';

test.each([
  ['Tentatively February 2026', '2026-02-28'],
  ['February 2028', '2028-02-29'],
  ['February 11, 2026', '2026-02-11'],
  ['Feb. 3rd 2026 to the end of March', '2026-02-03'],
  ['February 11 - March 4, 2026', '2026-02-11'],
  ['December 28 - January 10, 2027', '2026-12-28'],
  ['11 February 2026', '2026-02-11'],
  ['week of 2026-02-09', '2026-02-09'],
  ['2/13/2026 - 3/4/2026', '2026-02-13'],
  ['13/2/2026', '2026-02-13'],
  ['3/3/2026', '2026-03-03'],
  ['2/3/2026', undefined],
  ['February 31, 2026', undefined],
  ['2026-02-30', undefined],
  ['in sprint 34', undefined],
  ['Q2 2026', undefined],
])('the day of "%s" is %s', (text, day) => {
  expect(dayIn(text)).toBe(day);
});

const drafted = (line: string) => {
  const draft = draftOf(`# Plan\n\n#### Rollout Planning\n\n${line}\n`);
  return {
    launch: draft.launch,
    file: releaseDraft(draft, { folder: 'releases/x', plan: 'plan.md', runbook: 'r.md' }),
  };
};

test('the draft has the planned day with its line, and none where the plan names none', () => {
  const { launch, file } = drafted('- Desired date range: _**Tentatively February 2026**_');
  expect(launch).toEqual({ value: '2026-02-28', line: 5 });
  expect(file).toContain('launch: "2026-02-28" # line 5');
  expect(drafted('- Desired date range: [FILL_IN]').file).not.toMatch(/launch:|Not read, line 5/);
  expect(drafted('- Launch date: 2026-02-11').launch).toEqual({ value: '2026-02-11', line: 5 });
});

test('a day that can be read in two ways is named, not guessed', () => {
  const { launch, file } = drafted('- Desired date range: 2/3/2026');
  expect(launch).toBeUndefined();
  expect(file).toContain('# Not read, line 5: "2/3/2026" names no day that can be read in one way');
});

import { fillPlan } from '../../lib/plan/fill/fill';
import { answersIn } from '../../lib/pull-request/answered';
import { letters } from '../worlds/planned-rollout';

const PLAN =
  '# Letters\n\n## Stage first\n- #letters: [FILL_IN]\n- #download: [FILL_IN]\n- Feedback? [FILL_IN]\n\n## 1-week results\n- #letters: [FILL_IN]\n';
const filled = () => fillPlan(PLAN, letters());
const questions = (text: string) => answersIn(text, filled()).map(({ line, question }) => `${line} ${question}`);

test('an answer stands in the plan while its line is there as it was written', () => {
  const { text } = filled();
  expect(answersIn(PLAN, filled())).toEqual([]);
  const lines = text.split('\n');
  const at = (start: string, nth = 0) =>
    lines.flatMap((line, index) => (line.startsWith(start) ? [index + 1] : []))[nth];
  expect(questions(text)).toEqual([
    `${at('- #letters: ')} #letters`,
    `${at('- #download: ')} #download`,
    `${at('- #letters: ', 1)} #letters`,
  ]);
});

test('what moved is found where it is now, and what a person put in other words is that person’s', () => {
  const { text } = filled();
  const moved = `Read this first.\r\n\r\n${text}`.replace(/- #download: .*/, '- #download: about as before');
  expect(questions(moved).map((one) => one.split(' ')[1])).toEqual(['#letters', '#letters']);
  expect(answersIn(moved, filled())[0]!.line).toBe(answersIn(text, filled())[0]!.line + 2);
});

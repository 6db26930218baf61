import { fillPlan } from '../../../lib/plan/fill/fill';
import type { Known } from '../../../lib/plan/fill/known';
import { timeOf } from '../../../lib/plan/fill/times';
import { payments } from '../../worlds/planned-rollout';

let known: Known;
beforeAll(() => {
  known = payments();
});

test.each([
  ['4 week avg before launch', 'before'],
  ['Four weeks before launch', 'before'],
  ['4-week baseline', 'before'],
  ['Since launch', 'since launch'],
  ['Since start of stage', 'own'],
  ['At this stage', 'own'],
  ['Since last stage', undefined],
  ['2 weeks before launch', undefined],
  ['Peak since launch', undefined],
])('"%s" asks for the time %s', (label, time) => {
  expect(timeOf(label)).toBe(time);
});

const became = (plan: string): string[] =>
  fillPlan(plan, known).blanks.map(({ answer }) => ('text' in answer ? answer.text : `open: ${answer.open}`));

test('a time under the name of an endpoint is answered for it, up to the end of the stage', () => {
  const [before, since, own] = became(
    '## Stage B\n- PUT /v0/payments/{id}:\n  - Before launch: [FILL_IN]\n  - Since launch: [FILL_IN]\n  - This stage: [FILL_IN]',
  );
  expect(before).toBe('0.2 % (1,344 of 672,000 requests) in the 4 weeks before launch');
  // Stage A had 2 errors in 1,000, stage B 3 in 1,001.
  expect(since).toMatch(
    /^0\.25 % \(240 of 96,048 requests\) since launch, 2026-02-11 11:00 EST - 2026-02-15 11:00 EST$/,
  );
  expect(own).toMatch(/^0\.3 % \(144 of 48,048 requests\), within the 0\.35 % that is tolerated\n {4}- stage B /);
});

test.each([
  ['- Since launch: [FILL_IN]', 'takes a person'],
  ['- Status tab\n  - Since launch: [FILL_IN]', 'takes a person'],
  ['- Frontend metrics\n  - GET /v0/payments\n    - Since launch: [FILL_IN]', '"Frontend metrics" over it may'],
  ['- GET /v0/payments\n  - Types of errors logged: [FILL_IN]', '"GET /v0/payments" over it may'],
  [
    '- Payments on the new service, mobile\n  - GET /v0/payments: [FILL_IN]',
    '"Payments on the new service, mobile" over',
  ],
])('%j stays open: %s', (list, why) => {
  expect(became(`## Stage B\n${list}`)).toEqual([expect.stringContaining(`open: ${why}`)]);
});

test('a row of blanks is answered, each for the time of its column', () => {
  const table = '| Endpoint | Before launch | Since launch | This stage |\n|---|---|---|---|\n';
  const row = '| GET /v0/payments | [FILL_IN] | [FILL_IN] | [FILL_IN] |';
  expect(became(`## Stage B\n\n${table}${row}`).map((answer) => answer.slice(0, 6))).toEqual([
    '0.2 % ',
    '0.25 %',
    '0.3 % ',
  ]);
});

test('a time in a table is not answered where its row says something else beside the endpoint', () => {
  const table = '| GET /v0/payments | Since launch |\n|---|---|\n| iOS | [FILL_IN] |';
  expect(became(`## Stage B\n\n${table}`)).toEqual(['open: takes a person']);
});

test.each([
  'Error rates:\n  - [FILL_IN]',
  'Metrics at this stage: [FILL_IN]',
  'Metrics at this stage (per your "success criteria"): [FILL_IN] a list that includes KPIs listed in the [Rollout Planning](#rollout-planning) section',
])('all endpoints are answered where error rates or all metrics are asked for: %j', (question) => {
  const rates =
    /^error rates in stage B [^:]*:00 EST - [^:]*:00 EST:\n +- GET \/v0\/payments 0\.3 % \(.*\), below its limit of 5 %; 0\.2 % .*\n +- PUT \/v0\/payments\/\{id\} 0\.3 % \(.*\), within the 0\.35 % that is tolerated; 0\.2 % .* in the 4 weeks before launch$/;
  expect(became(`## Stage B\n- ${question}`)).toEqual([expect.stringMatching(rates)]);
});

test('a choice about downstream services is drafted from what the controls show', () => {
  const { blanks } = fillPlan('## Stage B\n- Was any downstream service affected?: [PICK_ONE]: yes | no', known, {
    draft: true,
  });
  const [{ answer } = { answer: { text: '' } }] = blanks;
  expect(answer).toMatchObject({ open: 'takes a person' });
  expect('open' in answer && answer.draft?.()?.line).toMatch(
    /^no sign of it beside the feature in stage B .*; at the end of stage B: /,
  );
});

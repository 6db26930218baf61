import { type Part, partOf } from '../../../lib/plan/fill/part-of';
import { outlineOf, pathTo } from '../../../lib/plan/markdown/outline';

const RELEASE = {
  stages: [
    { name: 'A', exposure: 0.05, length: 24 },
    { name: 'Full', exposure: 0.5, length: 24 },
    { name: '100', exposure: 1 },
  ],
  checks: [
    { name: '1-week', length: 168 },
    { name: '1-month', length: 720 },
  ],
};

/** The part that text under the last heading of a plan belongs to. */
function partUnder(plan: string): string {
  const { headings } = outlineOf(plan);
  const part: Part | { unclear: string } = partOf(pathTo(headings, headings.length - 1), RELEASE);
  return 'unclear' in part ? part.unclear : `${part.kind} ${part.name}`;
}

test.each([
  ['## Stage A: 5% of users', 'stage A'],
  ['## Stage A: 5 % of Veterans\n### Results', 'stage A'],
  ['Stage A\n=======', 'stage A'],
  ['<h2>Stage <b>A</b></h2>', 'stage A'],
  ['## Phase A', 'stage A'],
  ['## Full', 'stage Full'],
  ['## Full: the second step', 'stage Full'],
  ['## Rollout to 50% of users', 'stage Full'],
  ['## 50%', 'stage Full'],
  ['## Canary\nPercentage of Users: 50%', 'stage Full'],
  ['## Stage A\n\n**Stage Full**', 'stage Full'],
  ['## Stage A\n\nStage Full:', 'stage Full'],
  ['## One-week check-in', 'check 1-week'],
  ['## Stage 100\n### 1 month results', 'check 1-month'],
  ['## Canary\nPercentage of Users: 5%\n## Canary\nPercentage of Users: 50%', 'stage Full'],
])('%j is about %s', (plan, part) => {
  expect(partUnder(plan)).toBe(part);
});

test.each([
  ['', 'no heading'],
  ['## Full list of errors', 'no heading'],
  ['## 100 things to know', 'no heading'],
  ['## Error rate below 5%', 'no heading'],
  ['## Rollout planning\nPercentage of Users: 50%', 'no heading'],
  ['## Stage A\n## Results', 'no heading'],
  ['## Stage A: 50% of users', 'another share of users'],
  ['## Stage A\nPercentage of users: 50%', 'another share of users'],
  ['## Stage A and stage Full', 'more than one'],
  ['## 1 week and 1 month', 'more than one'],
  ['## Stage A: 5% - 50% of users', 'more than one share of users'],
  ['## Stage A: 5% to 50% of users', 'more than one share of users'],
  ['## Rollout from 5% to 50% of users', 'no heading'],
  ['## Users: 50% and then 5%', 'no heading'],
  ['## Stage A\n### Stage B', 'is no stage of the release file'],
  ['## Stage A\n## Stage A', 'more than one section'],
  ['## Canary: 5% of users\n## Canary: 5% of users', 'more than one section'],
])('%j tells nothing: %s', (plan, why) => {
  expect(partUnder(plan)).toContain(why);
});

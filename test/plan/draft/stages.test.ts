import { draftOf } from '../../../lib/plan/draft/draft';

const stagesOf = (plan: string) =>
  draftOf(plan).stages.map(({ name, exposure, length }) => [
    name,
    'value' in exposure ? exposure.value : exposure.todo,
    length && ('value' in length ? length.value : length.todo),
  ]);

it('are not the phases that they stand under or beside', () => {
  const stage = '### Stage A: 5% of users\n- Length of time: 1 week\n### Stage B: 100% of users\n';
  for (const plan of [
    `## Phase I: testing\n## Phase II: Staged rollout\n${stage}`,
    `### Phase I: testing\n### Phase II: Staged rollout\n${stage}`,
  ])
    expect(stagesOf(plan)).toEqual([
      ['A', 0.05, '1 week'],
      ['B', 1, undefined],
    ]);
  expect(stagesOf('## Phase I: Canary (1%)\n- Length of time: 1 day\n## Phase II: 25% - 100%')).toEqual([
    ['I', 0.01, '1 day'],
    ['II', '"Phase II: 25% - 100%" names no one share of users', undefined],
  ]);
});

test.each([
  ['10% (500 users)', 0.1],
  ['\n  - 10%, about 65 users a day', 0.1],
  ['~10%', 0.1],
  ['10% of authenticated Veterans', 0.1],
  ['2% of Kafka messages', '"2% of Kafka messages" in line 2 is no share of users'],
  ['100% at two sites', '"100% at two sites" in line 2 is no share of users'],
  ['x% (select one that is at most 10%)', '"x% (select one that is at most 10%)" in line 2 is no share of users'],
  ['<10%', '"<10%" in line 2 is no share of users'],
  ['5%-10%', '"5%-10%" in line 2 is no share of users'],
])('"Percentage of Users (and roughly how many): %s" exposes %j', (words, exposure) => {
  expect(stagesOf(`### Stage A\n- Percentage of Users (and roughly how many): ${words}`)[0]![1]).toBe(exposure);
});

it('leave the exposure to a person where heading and line do not speak of the same', () => {
  expect(stagesOf('### Stage A: 25% of users\n- Percentage of Users: 25% of documents')[0]![1]).toBe(
    '"25% of documents" in line 2 is no share of users',
  );
});

it('take no words for a share from the head of a table', () => {
  expect(stagesOf('### Stage A: 5% of users\n\n| Percentage of users | Rate |\n|---|---|\n| 7% | 1% |')[0]![1]).toBe(
    0.05,
  );
});

it('have no length where the last one goes on', () => {
  const plan = '### Stage A\n- Length of time: Ongoing\n### Stage B\n- Length of time: Ongoing';
  expect(stagesOf(plan).map(([, , length]) => length)).toEqual([
    '"Ongoing" in line 2 is no number of hours, days or weeks',
    undefined,
  ]);
});

describe('in a table', () => {
  const launch = '| Launch % | Time Frame |\n|---|---|\n| Launch to 5% | 1 week |\n| Launch to 100% | |\n';

  it('are its rows, where no heading is one', () => {
    expect(stagesOf(launch)).toEqual([
      ['5', 0.05, '1 week'],
      ['100', 1, undefined],
    ]);
    expect(
      stagesOf('| Stage | Percentage of users | Duration |\n|---|---|---|\n| A | 5% | 1-2 days |\n| B | 100% | |'),
    ).toEqual([
      ['A', 0.05, '"1-2 days" in line 3 is no number of hours, days or weeks'],
      ['B', 1, undefined],
    ]);
    expect(stagesOf(`${launch}\n## Stage A: 10% of users`)).toEqual([['A', 0.1, undefined]]);
  });

  it('are none where rows are no shares of users', () => {
    for (const table of [
      '| Metric | Percentage |\n|---|---|\n| Bounces | 5% |\n| Clicks | 7% |',
      '| Stage | Percentage of messages |\n|---|---|\n| A | 5% |\n| B | 7% |',
      '| Stage | Share |\n|---|---|\n| A | 5% |\n| B | 5% |',
      '| Stage | Share |\n|---|---|\n| A | 5% |\n| B | all |',
    ])
      expect(stagesOf(table)).toEqual([]);
  });
});

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
  ['5% traffic', 0.05],
  ['25% of users, excluding Guard', '"25% of users, excluding Guard" in line 2 is no share of users'],
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
    for (const head of ['Stage', 'Rollout'])
      expect(stagesOf(`| ${head} | Duration |\n|---|---|\n| 1% | 1 day |\n| 2.5 % | 2 days |\n| 100% | |`)).toEqual([
        ['1', 0.01, '1 day'],
        ['2.5', 0.025, '2 days'],
        ['100', 1, undefined],
      ]);
    expect(stagesOf(`${launch}\n## Stage A: 10% of users`)).toEqual([['A', 0.1, undefined]]);
  });

  it.each(['Percentage of messages', '% of tenants', 'Requests', 'Sites'])(
    'have no share of users in a column "%s"',
    (head) => {
      expect(stagesOf(`| Stage | ${head} | Duration |\n|---|---|---|\n| A | 5% | 1 day |\n| B | 100 % | |`)).toEqual([
        ['A', `"${head}: 5%" in line 3 is no share of users`, '1 day'],
        ['B', `"${head}: 100 %" in line 4 is no share of users`, undefined],
      ]);
    },
  );

  it('have their shares of users in a column "Traffic", as canaries are usually spoken of', () => {
    expect(stagesOf('| Stage | Traffic | Duration |\n|---|---|---|\n| A | 5% | 1 day |\n| B | 100 % | |')).toEqual([
      ['A', 0.05, '1 day'],
      ['B', 1, undefined],
    ]);
    expect(
      stagesOf('### Stage 1: Team (5% traffic)\n- Duration: 1 day\n### Stage 2: All customers (100% traffic)'),
    ).toEqual([
      ['1', 0.05, '1 day'],
      ['2', 1, undefined],
    ]);
  });

  it('are missed aloud where a row has no share of its own, or another table has them', () => {
    const table = (last: string) => `| Stage | Users |\n|---|---|\n| A | 5% |\n| B | ${last} |\n`;
    for (const last of ['5%', '25 % of tenants', 'the rest'])
      expect(draftOf(table(last)).unread).toEqual([
        {
          line: 1,
          why: 'the table may be of stages: not each of its rows has one share of users, and another than the rest',
        },
      ]);
    expect(draftOf(`${table('100%')}\n${table('50%')}`).unread).toEqual([
      { line: 6, why: 'the stages are read from the table of line 1, and not from this one' },
    ]);
  });

  it('are none where rows are no shares of users', () => {
    for (const table of [
      '| Metric | Percentage |\n|---|---|\n| Bounces | 5% |\n| Clicks | 7% |',
      '| Stage | Share |\n|---|---|\n| A | 5% |\n| B | 5% |',
      '| Stage | Errors |\n|---|---|\n| 5% | 0.2% |\n| 1% | 0.1% |',
      '| Stage | Errors |\n|---|---|\n| 5% of messages | 0.2% |\n| 10% of messages | 0.1% |',
      '| Messages | Errors |\n|---|---|\n| 5% | 0.2% |\n| 10% | 0.1% |',
      '| Stage | Errors |\n|---|---|\n| 50% | |\n| 101% | |',
      '| Stage | Share |\n|---|---|\n| A | 5% |\n| B | all |',
    ])
      expect(stagesOf(table)).toEqual([]);
  });
});

describe('what is no stage', () => {
  const STAGES = '### Stage 1: 5% of users\n- Length of time: 1 day\n### Stage 2: 100% of users\n';
  const TWO = [
    ['1', 0.05, '1 day'],
    ['2', 1, undefined],
  ];

  it.each([
    ['the title', `# Canary Rollout Plan\n## Groups\n${STAGES}`],
    ['a group of stages', `# Plan\n## Canary rollout\n${STAGES}`],
    ['a trial', `### Stage 0: UAT\n### Stage 0: dry run at 1% of users\n${STAGES}`],
    ['what stands under a trial', `# Plan\n## User acceptance testing\n### Wave 1\n## Rollout\n${STAGES}`],
    ['a step of release day', `# Plan\n## Release day\n### Phase 1: turn on for 10% of users\n## Rollout\n${STAGES}`],
    ['a step of a checklist', `# Plan\n## Launch checklist\n### Stage the build\n## Rollout\n${STAGES}`],
  ])('%s', (_, plan) => {
    expect(stagesOf(plan)).toEqual(TWO);
  });

  it('is named as not read, but for the title', () => {
    expect(draftOf(`# Canary Rollout Plan\n${STAGES}`).unread).toEqual([]);
    expect(draftOf(`### Stage 0: UAT\n${STAGES}`).unread).toEqual([
      { line: 1, why: '"Stage 0: UAT" is a trial, and no stage' },
    ]);
    expect(draftOf(`# Plan\n## Release day\n### Step 1: 10% of users\n${STAGES}`).unread[0]).toEqual({
      line: 3,
      why: '"Step 1: 10% of users" is a step of "Release day"',
    });
  });
});

describe('"Go Live!"', () => {
  const canary = '### Stage A: Canary\nLength of time: 2 days\nPercentage of Users: 1%\n';

  it.each([
    'Go Live!',
    'General availability',
    'Full rollout',
    'Everyone',
    'Going live (100 %)',
    'Launch to all users',
  ])('is the stage at 100 %% of a plan that has no other: "%s"', (heading) => {
    const { stages, checks, lacks } = draftOf(`# Plan\n${canary}## ${heading}\n### 1-week results\n`);
    expect(stages.map(({ exposure }) => exposure)).toEqual([
      { value: 0.01, line: 4 },
      { value: 1, line: 5 },
    ]);
    expect(stages[1]!.length).toBeUndefined();
    expect([checks.map(({ name }) => name), lacks]).toEqual([['1-week'], []]);
  });

  it('is none where the stages have one, and where it stands before them', () => {
    expect(stagesOf(`${canary}### Stage B: 100% of users\n## Go live`).map(([name]) => name)).toEqual(['A', 'B']);
    expect(stagesOf(`## Go live\n${canary}`).map(([name]) => name)).toEqual(['A']);
  });

  it('is left to a person where it says another share', () => {
    expect(stagesOf(`${canary}## Go live\nPercentage of users: 50%`)[1]![1]).toBe(
      'the plan says 100% and 50% in lines 4 and 5',
    );
  });

  it('is missed aloud where there is none', () => {
    expect(draftOf(canary).lacks).toEqual(['no stage that was read is for 100% of users']);
    expect(draftOf('# Plan').lacks).toEqual([]);
  });
});

describe('a table beside the headings', () => {
  const table = (...rows: string[]) =>
    `| Phase | Duration | Users |\n|---|---|---|\n${rows.map((row) => `${row}\n`).join('')}\n`;
  const sections =
    '### Stage A\n- Length of time: 4 hours\n- Percentage of Users: 10%\n### Stage B: 100% of users\n- Length of time: 2 days\n';

  it('that says the same changes nothing, and says what they do not', () => {
    expect(stagesOf(`${table('| A | 4 hours | 10% of users |', '| B | 2 days | everyone |')}${sections}`)).toEqual([
      ['A', 0.1, '4 hours'],
      ['B', 1, '2 days'],
    ]);
    expect(stagesOf(`${table('| A | 4 hours | 10% |', '| B | | 100% |')}### Stage A\n### Stage B\n`)).toEqual([
      ['A', 0.1, '4 hours'],
      ['B', 1, undefined],
    ]);
  });

  it('that says something else is left to a person, with both lines', () => {
    expect(
      stagesOf(`${table('| A: Canary | 3 hours | 5% of users |', '| B | indefinite | 100% |')}${sections}`),
    ).toEqual([
      ['A', 'line 8 says 10%, line 3 5%', 'line 7 says 4 hours, line 3 3 hours'],
      ['B', 1, 'line 10 says 2 days, line 4 "indefinite"'],
    ]);
  });

  it('that has another stage is named as not read', () => {
    expect(
      draftOf(`${table('| A | 4 hours | 10% |', '| C | 1 day | 50% |', '| B | 2 days | 100% |')}${sections}`).unread,
    ).toEqual([{ line: 4, why: 'no heading is about the stage "C" of the table' }]);
    expect(draftOf(`${table('| x | 4 hours | 20% |', '| y | 1 day | 50% |')}${sections}`).unread).toEqual([
      { line: 1, why: 'the table has other stages than the headings' },
    ]);
  });

  it('alone may end with a stage that goes on', () => {
    expect(stagesOf(table('| A | 2 days (8/21-8/22) | 10% |', '| B | Ongoing | 100% |'))).toEqual([
      ['A', 0.1, '2 days'],
      ['B', 1, undefined],
    ]);
  });
});

describe('a length of time', () => {
  const length = (words: string) =>
    stagesOf(`### Stage A: 5% of users\n- Length of time: ${words}\n### Stage B: 100% of users`)[0]![2];

  it.each(['2 days (8/21-8/22)', '2 days, 8/21 - 8/23', '2 days: Aug 21 - Aug 22', '2 days from 2024-08-21'])(
    'has dates behind it: %s',
    (words) => {
      expect(length(words)).toBe('2 days');
    },
  );

  it('that its dates do not fit, or that is said twice in different ways, is left to a person', () => {
    expect(length('1 week (8/21-8/22)')).toBe('"1 week (8/21-8/22)" in line 2 names dates that are not 1 week apart');
    expect(length('2 days (actual: 7)')).toBe('"2 days (actual: 7)" in line 2 is no number of hours, days or weeks');
    expect(length('2 days\n- Duration: 2 days')).toBe('2 days');
    expect(length('2 days\n- Duration: 1 week')).toBe('line 2 says "2 days", line 3 "1 week"');
  });
});

it('are read from bold-italic lines and under the bullets of a word processor', () => {
  const plan =
    '***Stage A: 5% of users***\n\n•\tLength of time: 1 week\n\n_**Stage B**_\n\n· Percentage of Users: 100%\n';
  expect(stagesOf(plan)).toEqual([
    ['A', 0.05, '1 week'],
    ['B', 1, undefined],
  ]);
  const criteria = 'Your "success criteria"?:\n\n•\t`#a` below 5%\no\t`#b` below 1%\n';
  expect(draftOf(criteria).endpoints.map(({ name }) => name)).toEqual(['#a', '#b']);
});

test.each(['•\tLength of time:\n\no\t2 days', '•\tLength of time:\n\n\to\t2 days', '- Length of time:\n\n  - 2 days'])(
  'a length is read from the level below its label, with blank lines between: %j',
  (lines) => {
    expect(stagesOf(`## Stage A: 5% of users\n\n${lines}\n\n## Stage B: 100% of users`)[0]).toEqual([
      'A',
      0.05,
      '2 days',
    ]);
  },
);

test.each([
  ['25 %', 0.25],
  ['25\u00a0%', 0.25],
  ['0,5 %', 0.005],
  ['10,25 %', '"10,25 %" in line 2 is no share of users'],
])('the share "%s" is %j', (words, exposure) => {
  expect(stagesOf(`## Stage A\n- Percentage of users: ${words}`)[0]![1]).toBe(exposure);
});

test.each(['Length: 8 hours', '- **Length:** 8 hours', 'Time frame: 8 hours (3/1)', '- Planned duration: 8 hours'])(
  'a length is read behind %j',
  (line) => {
    expect(stagesOf(`## Stage A: 5% of users\n${line}\n## Stage B: 100% of users`)[0]).toEqual(['A', 0.05, '8 hours']);
  },
);

it('have reasons that are true of a plan whose words nobody knows', () => {
  expect(stagesOf('## Stage A\nFor one week, a twentieth of all.\n## Stage B: 100% of users')[0]).toEqual([
    'A',
    'no share of users was read for it',
    'no length of time was read for it',
  ]);
});

it('are missed aloud where a heading names a range of shares', () => {
  const plan = '## Rollout to 1% of users\n## Rollout to 5% - 10% of users\n## Error rate below 5% for all users\n';
  expect(draftOf(`${plan}## Rollout to 100% of users`).unread).toEqual([
    { line: 2, why: '"Rollout to 5% - 10% of users" names a share, and no stage that is known' },
    { line: 3, why: '"Error rate below 5% for all users" seems to say a limit' },
  ]);
});

it('that are planned twice under one name have a length only where both say the same', () => {
  const stage = (length: string) => `### Stage A: 10% of users\nLength of time: ${length}\n`;
  const last = '### Stage B: 100% of users';
  expect(stagesOf(stage('1 day') + stage('2 days') + last)[0]).toEqual(['A', 0.1, 'line 2 says 1 day, line 4 2 days']);
  expect(stagesOf(stage('24 hours') + stage('1 day') + last)[0]).toEqual(['A', 0.1, '24 hours']);
});

it.each(['1 month', '1 month, Mon - Tue', '30 days (Wednesday)'])('last %s', (length) => {
  const plan = `### Stage A: 10% of users\nLength of time: ${length}\n### Stage B: 100% of users`;
  expect(stagesOf(plan)[0]).toEqual(['A', 0.1, '30 days']);
});

describe('beside the rollout', () => {
  const STAGES = '## Stage 1: 5% of users\n- Length of time: 1 day\n## Stage 2: 100% of users\n';

  it.each([
    'Control group: 50% of users',
    'Holdback: 5% of users',
    'Dark launch (25% of users)',
    'A/B test: 50% of users',
    'Kill switch at 25% of users',
  ])('"%s" is no stage', (heading) => {
    const { stages, unread } = draftOf(`## ${heading}\n${STAGES}`);
    expect(stages.map(({ name }) => name)).toEqual(['1', '2']);
    expect(unread).toEqual([{ line: 1, why: `"${heading}" is a group or a test beside the stages` }]);
  });

  it.each(['25% of users in the west', '25% of users on iOS', '25% of users who opted in', '25% of users with a plan'])(
    '"%s" is no share of all users',
    (share) => {
      expect(stagesOf(`## Stage A\n- Percentage of users: ${share}`)[0]![1]).toBe(
        `"${share}" in line 2 is no share of users`,
      );
    },
  );

  it('is what goes back from a higher share', () => {
    const { stages } = draftOf(
      `# Two\n## Claims\n#${STAGES.replaceAll('\n##', '\n###')}## Appeals\n### Stage 3: 25% of users\n`,
    );
    expect(stages.map(({ exposure }) => exposure)).toEqual([
      { value: 0.05, line: 3 },
      { value: 1, line: 5 },
      { todo: '25% in line 7 follows 100% in line 5; the plan may be of more than one rollout' },
    ]);
  });
});

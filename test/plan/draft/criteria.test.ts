import { draftOf } from '../../../lib/plan/draft/draft';

test('what statuses are left out is never a default', () => {
  const excluded = (criteria: string) => draftOf(`## Plan\n- Your "success criteria":\n${criteria}`).excluded;
  expect(excluded('  - `#a` below 5% (excluding 401/403 issues)')).toEqual({ value: [401, 403], line: 3 });
  expect(excluded('  - `#a` below 5%')).toEqual({ value: [], line: 3 });
  expect(excluded('  - `#a` below 5%\n  - `#b` below 1%, excluding 404')).toHaveProperty('todo');
  expect(excluded('  - `#a` below 5%, excluding 4xx')).toEqual({
    todo: 'line 3 leaves something out, and no status by its number',
  });
  expect(excluded('  - users are happy')).toHaveProperty('todo');
});

test.each([
  ['error rate <5%', { below: '5%' }],
  ['under 0.3 % errors', { below: '0.3%' }],
  ['errors consistent with the previous pages', 'consistentWithBaseline'],
  ['at most 5%', undefined],
  ['<= 5%', undefined],
  ['consistent with before, and below 5%', undefined],
  ['low error rate', undefined],
  ['<0.3% error rate', { below: '0.3%' }],
  ['< 0,3\u00a0% error rate', { below: '0.3%' }],
  ['error rate increases less than 10%', undefined],
  ['below 1%, above 5% we roll back', undefined],
  ['not below 5%', undefined],
])('the criterion "%s" is %j', (words, criterion) => {
  const { endpoints } = draftOf(`- "success criteria":\n  - \`#a\`: ${words}`);
  expect(endpoints).toEqual([{ name: '#a', line: 2, ...(criterion && { criterion }) }]);
});

test.each([
  'p95 latency of `#a` below 2s',
  '`#a` abandonment rate below 20%',
  '`5xx` below 1%',
  'DataDog error rate increases less than 5%',
  'Front-end error rate below 5%',
  'Error rate below 5% on mobile',
  'Error rate: < 0%',
  'No increase in upstream error rates',
  'Complaints about downloads: less than 1%',
])('"%s" is no error rate of an endpoint, and is named as not read', (criterion) => {
  const { endpoints, unread } = draftOf(`- "success criteria":\n  - ${criterion}`);
  expect(endpoints).toEqual([]);
  expect(unread).toMatchObject([{ line: 2, why: expect.stringContaining("names no endpoint's error rate") }]);
});

test.each([
  ['Download error rate: < 0.3%', 'Download'],
  ['DataDog error rate for letter downloads remains below 0.3%', 'letter downloads'],
])('"%s" names an endpoint in words', (criterion, name) => {
  expect(draftOf(`- "success criteria":\n  - ${criterion}`).endpoints).toEqual([
    { name, line: 2, criterion: { below: '0.3%' } },
  ]);
});

describe('the success criteria', () => {
  const named = (plan: string) => draftOf(plan).endpoints.map(({ name, line }) => `${line} ${name}`);

  it.each([
    ['## Success criteria\n\n- `#a` below 5%\n\n`#b` below 5%', ['3 #a']],
    ['Your "success criteria"?:\n\n#### DataDog:\n\n> See above.\n\n- `#a` below 5%\n### Results\n- `#b`', ['7 #a']],
    ['Your "success criteria"?:\n<ul>\n  <li>`#a` below 5%</li><li>`#b` below 1%</li>\n</ul>', ['3 #a', '3 #b']],
    ['- **Success criteria:** `#a` below 5%\n- `#b` below 5%', ['1 #a']],
    [
      '•\tYour "success criteria"?:\n\no\t`#a` below 5%\n\no\t`#b` below 1%\n\n•\tTeam?\n\no\t`#c` below 1%',
      ['3 #a', '5 #b'],
    ],
    ['- "success criteria": \\[use your own, like *`#a` error rate < 5%*\\]', []],
    ['- If the success criteria is not met:\n  - `#a` below 5%', []],
    ['- Links for your "success criteria" metrics:\n  - `#a` below 5%', []],
  ])('%j: %j', (plan, endpoints) => {
    expect(named(plan)).toEqual(endpoints);
  });

  it('are left to a person where they are said twice in different ways', () => {
    const list = (limit: string) => `- "success criteria":\n  - \`#a\` below ${limit}\n`;
    expect(draftOf(list('5%') + list('5%')).endpoints).toEqual([{ name: '#a', line: 2, criterion: { below: '5%' } }]);
    const { endpoints, unread } = draftOf(list('5%') + list('1%'));
    expect(endpoints).toEqual([{ name: '#a', line: 2 }]);
    expect(unread).toEqual([{ line: 4, why: '"#a" has another criterion in line 2' }]);
  });

  it('are read in no time from a line of 20,000 dashes', () => {
    expect(draftOf(`| ${'-'.repeat(20_000)} |\n- "success criteria":\n  - \`#a\` below 5%`).endpoints).toHaveLength(1);
  });
});

it.each(['Error rate for mobile: < 2%', 'iOS error rate: < 2%', 'Error rate of first-time users below 2%'])(
  '%j is of a part of the requests: no endpoint and no ceiling',
  (line) => {
    const { endpoints, ceiling, unread } = draftOf(`- "success criteria":\n  - ${line}`);
    expect([endpoints, ceiling]).toEqual([[], undefined]);
    expect(unread).toEqual([{ line: 2, why: `"${line}" names no endpoint's error rate` }]);
  },
);

describe('a limit of all requests', () => {
  const ceiling = (...criteria: string[]) =>
    draftOf(`- "success criteria":\n${criteria.map((one) => `  - ${one}\n`).join('')}`).ceiling;

  it.each([
    'Error rate: < 1%',
    'Overall error rate below 1%',
    'DataDog error rate remains below 1 %',
    '**Error rate** < 1% (excluding 401/403)',
    'Error rates across all endpoints stay under 1%',
  ])('is the ceiling of the release: "%s"', (criterion) => {
    expect(ceiling(criterion)).toEqual({ value: '1%', line: 2 });
  });

  it('that is said twice in different ways is left to a person', () => {
    expect(ceiling('Error rate: < 1%', 'Overall error rate < 1.0%')).toEqual({ value: '1%', line: 2 });
    expect(ceiling('Error rate: < 1%', 'Overall error rate < 5%')).toEqual({ todo: 'line 2 says 1%, line 3 5%' });
  });

  it('is beside those of endpoints', () => {
    const draft = draftOf('- "success criteria":\n  - `#a` below 5%\n  - Error rate: < 1%');
    expect([draft.endpoints.length, draft.ceiling, draft.unread]).toEqual([1, { value: '1%', line: 3 }, []]);
  });
});

test.each([
  '`#a` error rate < 5% for 526 with 4142 attached',
  '`#a` below 5% on mobile',
  'for new users, `#a` below 5%',
  '`#a` (iOS only): < 5%',
  '`#a` below 5% during peak hours',
  'Download error rate: < 5% in the first week',
])('a limit for a part of the requests is not taken for that of all: "%s"', (criterion) => {
  const { endpoints, unread } = draftOf(`- "success criteria":\n  - ${criterion}`);
  expect(endpoints.filter((one) => one.criterion)).toEqual([]);
  expect(unread).toMatchObject([{ line: 2 }]);
});

test.each([
  'Datadog error rates for claims `#a` and `#b` endpoints below 5%',
  '`#a`, `#b`: error rate < 5% for all users',
  'Low error rates <5% for `#a` endpoint (excluding 401/403 authentication issues)',
])('words that only say what it is narrow nothing: "%s"', (criterion) => {
  const { endpoints } = draftOf(`- "success criteria":\n  - ${criterion}`);
  expect(endpoints[0]).toMatchObject({ name: '#a', criterion: { below: '5%' } });
});

describe('a table of targets', () => {
  const drafted = (head: string, row: string, over = '') => {
    const { endpoints, ceiling, unread } = draftOf(`${over}| ${head} |\n|---|---|---|\n| ${row} |\n`);
    return [endpoints.map(({ name, criterion }) => [name, criterion]), ceiling, unread.map(({ line }) => line)];
  };

  it.each([
    ['Error rate | Baseline | Target', '#prefill | [FILL_IN] | < 1%', '#prefill'],
    ['Endpoint | Measure | Threshold', '`GET /v0/a` | error rate | below 1%', 'GET /v0/a'],
    ['Endpoint | Error rate target | Result', '`#a` | under 1 % | [FILL_IN]', '#a'],
    ['KPI | Goal | Owner', 'Download error rate | < 1% | Kim', 'Download'],
    ['Endpoint | Current error rate | Limit', 'Download error rate | 0.2% | < 1%', 'Download'],
  ])('gives endpoints their limits: %s, %s', (head, row, name) => {
    expect(drafted(head, row)).toEqual([[[name, { below: '1%' }]], undefined, []]);
  });

  it.each([
    ['Endpoint | Measure | Target', '#a | p95 | < 1%'],
    ['Endpoint | Latency target | Notes', '#a | < 1% | -'],
    ['KPI | Target | Notes', 'Download | < 1% | -'],
    ['KPI | Target | Notes', 'Tickets | < 10 | -'],
    ['Endpoint | Measure | Target', '| error rate | < 1%'],
  ])('names what is no limit of an error rate as not read: %s, %s', (head, row) => {
    expect(drafted(head, row)).toEqual([[], undefined, [3]]);
  });

  it.each([
    ['#a | mobile | < 1%', '', [3]],
    ['#a | error rate | < 1%', '## Mobile\n', [4]],
    ['#a | error rate | > 5%', '', []],
    ['#a | error rate | 1%', '', []],
    ['#a | error rate | no more than 1 in 200', '', [3]],
  ])('leaves a criterion to a person where a part, or no bound, is meant: %s', (row, over, unread) => {
    expect(drafted('Endpoint | Measure | Target', row, over)).toEqual([[['#a', undefined]], undefined, unread]);
  });

  it('asks for nothing where its targets are open, or no head calls them so', () => {
    expect(drafted('Endpoint | Target | Result', '#a | [FILL_IN] | ok')).toEqual([[], undefined, []]);
    expect(drafted('Endpoint | Rate | Result', '#a | < 1% | ok')[0]).toEqual([]);
  });

  it('has the limit of all requests in a row of no endpoint', () => {
    expect(drafted('KPI | Target | Notes', 'Error rate | < 1% | -')).toEqual([[], { value: '1%', line: 3 }, []]);
  });
});

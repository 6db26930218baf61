import { shapeOfPath, wordsOfName } from '../../../lib/release/events/users-of';
import { parseRelease, pathText } from '../../../lib/release/parse';
import { fileOf } from '../../worlds/small-release';

const query = { source: 'rum', search: '*', facet: '@usr.id', kept: '30 days', counts: 'all' };
const problems = (usersOf: unknown) => {
  const parsed = parseRelease('x', { ...fileOf(), datadog: { ...fileOf().datadog, usersOf } });
  return 'problems' in parsed ? parsed.problems.map(({ path, message }) => `${pathText(path)} - ${message}`) : [];
};

describe('the queries for users of pages', () => {
  it('have a name each, and a path where plans name it by one', () => {
    expect(
      problems([
        { ...query, name: '#index' },
        { ...query, name: 'Claims list', path: '/claims/:id' },
      ]),
    ).toEqual([]);
    expect(problems([])).toEqual([]);
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...query, name: `Page no. ${index}` }));
    expect(problems(many(20))).toEqual([]);
    expect(problems(many(21))).toEqual([
      expect.stringMatching(/^datadog.usersOf - got .*, expected at most 20 queries$/),
    ]);
  });

  it('are refused with all that is wrong where a blank could find two of them, any, or none', () => {
    const found = problems([
      { ...query, name: '#show', path: '/claims/:id/' },
      { ...query, name: 'Show', path: '/claims/{claimId}' },
      { ...query, name: 'Total users' },
      { ...query, name: '###' },
      { ...query, name: 'Letters', path: 'claims' },
      { ...query, name: 'Details', path: '/claims?x=1' },
      { ...query, counts: 'some' },
    ]);
    expect(found).toEqual([
      expect.stringMatching(/^datadog.usersOf\[4\].path - .*expected a path such as/),
      expect.stringMatching(/^datadog.usersOf\[5\].path - .*expected a path such as/),
      expect.stringMatching(/^datadog.usersOf\[6\].name - .*expected a name as text/),
      expect.stringMatching(/^datadog.usersOf\[6\].counts - .*expected all or exposed/),
      'datadog.usersOf[1].name - got Show beside #show, expected names of different words; a plan is matched by them',
      'datadog.usersOf[1].path - got /claims/{claimId} beside /claims/:id/, expected different paths; a plan is matched by them',
      'datadog.usersOf[2].name - got "Total users", expected what the plan calls the page, such as "Claims list"',
      'datadog.usersOf[3].name - got "###", expected what the plan calls the page, such as "Claims list"',
    ]);
  });
});

it('the documented examples', () => {
  expect(wordsOfName('#files-we-lost')).toBe('files we lost');
  expect(shapeOfPath('/claims/{id}/')).toBe('/claims/:');
  expect(shapeOfPath('/')).toBe('/');
});

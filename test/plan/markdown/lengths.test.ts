import { lengthSaid, lengthsIn } from '../../../lib/plan/markdown/lengths';

test.each([
  ['~1 week', ['1 week']],
  ['2 weeks', ['2 weeks']],
  ['1 month', ['30 days']],
  ['One-week results', ['1 week']],
  ['8 hours', ['8 hours']],
  ['48 hrs', ['48 hours']],
  ['a day', ['1 day']],
  ['10 submissions', []],
  ['2 week and 1 month', ['2 weeks', '30 days']],
])('the length of "%s" is %j', (text, lengths) => {
  expect(lengthsIn(text)).toEqual(lengths);
});

test.each([
  ['8 hours', { value: '8 hours', line: 3 }],
  ['2 days (minimum 2 hours)', { value: '2 days', line: 3 }],
  ['2 Days, starting 4/20/26', { value: '2 days', line: 3 }],
  ['8 hours (one day)', { todo: '"8 hours (one day)" in line 3 says 8 hours and 1 day' }],
  ['1 week or 10 submissions', { todo: expect.stringContaining('is no number of hours, days or weeks') }],
  ['4 hours / 150 users', { todo: expect.stringContaining('is no number') }],
  ['<1 week', { todo: expect.stringContaining('is no number') }],
])('a plan that says "%s" means %j', (words, length) => {
  expect(lengthSaid({ words, line: 3 })).toEqual(length);
});

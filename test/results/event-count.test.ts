import { type EventCount, errorClassesIn, exposedOf, usersIn, usersText } from '../../lib/results/event-count';

const counted = (from: number, to: number, users: number): EventCount => ({
  from,
  to,
  at: 0,
  kind: 'users',
  users,
  counts: 'all',
});

describe('the users who had the feature', () => {
  it('are the exposed share of all, to three digits and whole, or those who were counted', () => {
    expect(exposedOf({ users: 208_045, counts: 'all' }, 0.25)).toBe(52_000);
    expect(exposedOf({ users: 7, counts: 'all' }, 0.25)).toBe(2);
    expect(exposedOf({ users: 208_045, counts: 'all' }, 0.5)).toBe(104_000);
    expect(exposedOf({ users: 208_045, counts: 'all' }, 1)).toBe(208_045);
    expect(exposedOf({ users: 51_877, counts: 'exposed' }, 0.25)).toBe(51_877);
  });

  it('are told with the arithmetic of an estimate, and only the number is a link', () => {
    const link = (number: string) => `[${number}](x)`;
    expect(usersText({ users: 208_045, counts: 'all' }, 0.25)).toBe('about 52,000 (25 % of 208,045)');
    expect(usersText({ users: 208_045, counts: 'all' }, 0.25, link)).toBe('about [52,000](x) (25 % of 208,045)');
    expect(usersText({ users: 208_045, counts: 'all' }, 1, link)).toBe('[208,045](x)');
    expect(usersText({ users: 51_877, counts: 'exposed' }, 0.25)).toBe('51,877');
  });
});

it('a count is that of its own kind and hours only', () => {
  const classes: EventCount = { from: 1, to: 9, at: 0, kind: 'errorClasses', errorClasses: [{ name: 'E', errors: 3 }] };
  const counts = [counted(0, 9, 1), counted(1, 8, 2), classes, counted(1, 9, 3)];
  expect(usersIn(counts, { from: 1, to: 9 })).toMatchObject({ users: 3 });
  expect(errorClassesIn(counts, { from: 1, to: 9 })).toEqual([{ name: 'E', errors: 3 }]);
  expect(usersIn(counts, { from: 2, to: 9 })).toBeUndefined();
  expect(errorClassesIn(counts, { from: 0, to: 9 })).toBeUndefined();
});

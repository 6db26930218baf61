import { planAddress, pullsAddress } from '../../lib/release/plan-address';

test.each([
  ['https://github.com/org/name/blob/main/docs/plan.md', 'github.com', 'org/name', 'main', 'docs/plan.md'],
  ['https://github.com/org/na.me/blob/feature%2Fx/a%20plan.md', 'github.com', 'org/na.me', 'feature/x', 'a plan.md'],
  [
    'https://git.example.com/group/sub/name/-/blob/main/plan.md',
    'git.example.com',
    'group/sub/name',
    'main',
    'plan.md',
  ],
])('the address %s names a file', (address, host, name, branch, path) => {
  expect(planAddress(address)).toEqual({ repository: { host, name }, branch, path });
});

test.each([
  'https://github.com/org/name',
  'https://github.com/org/name/blob/main/',
  'https://github.com/org/name/blob/main/a%2F..%2F..%2Fplan.md',
  'https://github.com/org/name/blob/main/a%zzplan.md',
  'https://github.com/org/name/blob/main/a%0Aplan.md',
  'https://github.com/org/name/blob/-x/plan.md',
  'https://github.com/org/name/blob/a..b/plan.md',
  'https://github.com/org/na%20me/blob/main/plan.md',
])('the address %s names no file', (address) => {
  expect(planAddress(address)).toBeUndefined();
});

test.each([
  [
    'https://github.com/org/name/blob/main/plan.md',
    'https://github.com/org/name/pulls?q=is%3Apr%20head%3Astagewatch%2Fsmall',
  ],
  ['https://git.example.com/group/name/-/blob/main/plan.md', undefined],
  ['https://example.com/plan.md', undefined],
  ['plan.md', undefined],
  [undefined, undefined],
])('the pull requests of the plan %s are listed at %s', (plan, address) => {
  expect(pullsAddress({ name: 'small', ...(plan !== undefined && { plan }) })).toBe(address);
});

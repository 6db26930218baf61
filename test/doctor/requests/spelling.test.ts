import { nearest } from '../../../lib/doctor/requests/spelling';

test('the nearest of the known names come first, and none that is far', () => {
  expect(nearest('claims_shw', ['claims_index', 'claims_show', 'users'])).toEqual(['claims_show']);
  expect(nearest('abcde', ['abcdx', 'abcxx', 'abcd'])).toEqual(['abcd', 'abcdx']);
});

test('at most three are named, in an order that does not depend on that of the known ones', () => {
  expect(nearest('page1', ['page5', 'page4', 'page3', 'page2'])).toEqual(['page2', 'page3', 'page4']);
});

test('nothing is near when nothing is known', () => {
  expect(nearest('page', [])).toEqual([]);
});

import { memberText } from '../../lib/text/member-text';

test.each([
  ['#show/ceiling', '#show is not below the release ceiling'],
  ['a/b/below', 'a/b is not below its limit'],
  ['#show/silent', '#show is silent'],
  ['blind', 'no data comes in'],
])('the open member %s is told as: %s', (key, text) => expect(memberText(key)).toBe(text));

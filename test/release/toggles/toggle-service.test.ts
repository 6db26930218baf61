import { parseRelease } from '../../../lib/release/parse';
import { fileOf } from '../../worlds/small-release';

const ONE = [{ name: 'one' }];
const TWO = [{ name: 'one' }, { name: 'two' }];
const FLIPPER = { flipper: { url: 'https://flags.example.test/flipper/api' } };
const PAGE = { url: 'https://flags.example.test/flipper/features', expressions: 'none' };
const HTTP = { url: 'https://flags.example.test/{toggle}', value: '/share', all: 100 };

const LOGS = { query: '@toggle:{toggle}', value: '/attributes/share', all: 100, lines: 'changes', oldest: '15 days' };

const problems = (change: object): string[] => {
  const parsed = parseRelease('small', fileOf(change));
  return 'problems' in parsed ? parsed.problems.map(({ path, message }) => `${path.join('.')}: ${message}`) : [];
};

test('a file without it is as it was, also with several toggles', () => {
  const parsed = parseRelease('small', fileOf({ toggles: TWO }));
  expect(parsed).toMatchObject({ release: { toggles: TWO } });
  expect(parsed).not.toHaveProperty('release.toggleService');
});

test.each<[object]>([
  [{ toggles: ONE, toggleService: FLIPPER }],
  [{ toggles: ONE, toggleService: { flipper: { url: 'http://127.0.0.1:4567/flipper/api', header: 'X-Api-Key' } } }],
  [{ toggles: ONE, toggleService: { unleash: { url: 'https://unleash.example.test', environment: 'production' } } }],
  [{ toggles: TWO, exposed: 'any', toggleService: FLIPPER }],
  [{ toggles: TWO, exposed: 'two', toggleService: { http: HTTP } }],
  [{ toggles: TWO, exposed: 'all' }],
  [{ toggles: ONE, toggleService: { flipperPage: PAGE } }],
  [{ toggles: TWO, exposed: 'any', toggleService: { datadogLogs: { ...LOGS, oldest: '90 days' } } }],
  [
    {
      toggles: ONE,
      toggleService: { datadogLogs: { ...LOGS, query: '@toggle:one', lines: 'states', oldest: '1 hour' } },
    },
  ],
  [{ toggles: ONE, toggleService: { http: { ...HTTP, url: 'https://flags.example.test/one', all: true } } }],
])('%j is taken', (change) => {
  expect(problems(change)).toEqual([]);
});

test.each<[object, RegExp]>([
  [{ toggleService: FLIPPER }, /^toggleService: got no toggles/],
  [
    { toggles: ONE, toggleService: { flipperPage: { url: PAGE.url } } },
    /^toggleService\.flipperPage\.expressions: .*expected none: the page does not show expressions/,
  ],
  [
    { toggles: ONE, toggleService: {} },
    /^toggleService: got none, expected one of flipper, flipperPage, unleash, http, datadogLogs$/,
  ],
  [{ toggles: ONE, toggleService: { ...FLIPPER, http: HTTP } }, /^toggleService: got flipper and http/],
  [{ toggles: TWO, toggleService: FLIPPER }, /^exposed: got nothing, expected one of any, all, one, two/],
  [{ toggles: TWO, exposed: 'three' }, /^exposed: got three, expected one of any, all, one, two$/],
  [
    { toggles: TWO, exposed: 'any', toggleService: { http: { ...HTTP, url: 'https://flags.example.test/all' } } },
    /^toggleService.http.url: got one address for all toggles/,
  ],
  [
    { toggles: ONE, toggleService: { http: { ...HTTP, list: '/data' } } },
    /^toggleService.http: got one of list and name/,
  ],
  [
    { toggles: ONE, toggleService: { http: { ...HTTP, list: '/data', name: '/id' } } },
    /^toggleService.http: got \{toggle\} and a list/,
  ],
  [
    { toggles: TWO, exposed: 'any', toggleService: { datadogLogs: { ...LOGS, query: '@toggle:one' } } },
    /^toggleService.datadogLogs.query: got one search for all toggles/,
  ],
  [{ toggles: ONE, toggleService: { datadogLogs: { ...LOGS, oldest: '91 days' } } }, /expected at most 90 days/],
  [{ toggles: ONE, toggleService: { datadogLogs: { ...LOGS, lines: 'some' } } }, /expected changes or states/],
  [{ toggles: ONE, toggleService: { datadogLogs: { ...LOGS, oldest: undefined } } }, /datadogLogs.oldest/],
  [{ toggles: ONE, toggleService: { http: { ...HTTP, value: 'share' } } }, /expected a JSON pointer/],
  [{ toggles: ONE, toggleService: { http: { ...HTTP, all: 0 } } }, /expected a number above 0, or true/],
  [{ toggles: ONE, toggleService: { unleash: { url: 'https://unleash.example.test' } } }, /environment/],
])('%j is refused', (change, why) => {
  expect(problems(change)).toEqual([expect.stringMatching(why)]);
});

test.each([
  'http://flags.example.test/',
  'http://127.0.0.1.example.test/',
  'https://user:pass@flags.example.test/',
  'https://flags.example.test/#a',
  'file:///etc/passwd',
  'flags.example.test',
])('no key goes to %s', (url) => {
  expect(problems({ toggles: ONE, toggleService: { flipper: { url } } })).toEqual([
    expect.stringContaining('expected an https:// address without a password in it'),
  ]);
});

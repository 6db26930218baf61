import { stateOfValue } from '../../lib/toggles/http/http-toggles';
import { pointedAt } from '../../lib/toggles/http/pointer';
import { toggleServiceOf } from '../../lib/toggles/toggle-service-of';
import { startAnswering } from '../worlds/answering';
import { LAUNCH, tickOf } from '../worlds/moments';

const NOW = tickOf(LAUNCH);
let server: Awaited<ReturnType<typeof startAnswering>>;
beforeAll(async () => {
  server = await startAnswering(({ path }) => {
    if (path === '/flags')
      return [
        200,
        {
          data: [
            { id: 'a', on: 25 },
            { id: 'b', on: '50 %' },
            { id: 'twice', on: 1 },
            { id: 'twice', on: 2 },
            { id: 'c' },
          ],
        },
      ];
    if (path === '/flags/a%2Fb') return [200, { environments: { production: { weight: 25000 } } }];
    return [404, {}];
  });
});
afterAll(() => server.close());
const service = (http: object) => toggleServiceOf({ toggleService: { http } } as never, { env: {} })!;
const states = async (http: object, ...names: string[]) =>
  (await service(http).read(names, NOW)).map(({ state }) => state);

test('an address for each toggle', async () => {
  const http = { url: `${server.url}/flags/{toggle}`, value: '/environments/production/weight', all: 100_000 };
  expect(await states(http, 'a/b', 'c')).toEqual([{ share: 0.25 }, { unknown: 'there is no toggle of that name' }]);
  expect(service(http).names).toBeUndefined();
});

test('a list for all, which is asked for once', async () => {
  const http = { url: `${server.url}/flags`, list: '/data', name: '/id', value: '/on', all: 100 };
  server.asked.length = 0;
  expect(await states(http, 'a', 'b', 'twice', 'c', 'd')).toEqual([
    { share: 0.25 },
    { share: 0.5 },
    { unknown: 'the list has several toggles of that name' },
    { unknown: expect.stringContaining('got no number from 0 to 100 at /on') },
    { unknown: 'the list has no toggle of that name' },
  ]);
  expect(server.asked).toHaveLength(1);
  expect(await service(http).names!()).toEqual(['a', 'b', 'twice', 'twice', 'c']);
  expect(await states({ ...http, list: '/none' }, 'a')).toEqual([{ unknown: expect.stringContaining('got no list') }]);
});

test.each([
  [25, 100, 0.25],
  ['25', 100, 0.25],
  ['0.5%', 100, 0.005],
  [100, 100, 1],
  [0.25, 1, 0.25],
  [true, true, 1],
  [false, true, 0],
] as const)('%p of %p is a share of %p', (value, all, share) => {
  expect(stateOfValue(value, all, '/x')).toEqual({ share });
});

test.each([
  [100.01, 100],
  [-1, 100],
  [Number.NaN, 100],
  ['', 100],
  ['1e1', 100],
  [null, 100],
  [undefined, 100],
  [true, 100],
  [[25], 100],
  [1, true],
  ['true', true],
] as const)('%p of %p is no share', (value, all) => {
  expect(() => stateOfValue(value, all, '/x')).toThrow(/expected one$/);
});

test('a pointer finds its own keys only', () => {
  const document = { 'a/b': { '~c': [1, 2] }, '': 3 };
  expect(pointedAt(document, '/a~1b/~0c/1')).toBe(2);
  expect(pointedAt(document, '/')).toBe(3);
  expect(pointedAt(document, '')).toBe(document);
  for (const none of ['/constructor', '/a~1b/~0c/length/x', '/a', '/a~1b/x/y'])
    expect(pointedAt(document, none)).toBeUndefined();
});

test('a stand-in on this machine is asked in the place of the address, and none elsewhere', async () => {
  const toggleService = {
    http: { url: 'https://flags.example.test/flags/{toggle}', value: '/environments/production/weight', all: 100_000 },
  };
  const at = (url: string) => toggleServiceOf({ toggleService } as never, { env: { STAGEWATCH_TOGGLES_URL: url } })!;
  expect((await at(server.url).read(['a/b'], NOW))[0]!.state).toEqual({ share: 0.25 });
  for (const url of ['https://elsewhere.example.test', 'http://127.0.0.1.example.test', '', 'http://127.0.0.1/x'])
    expect(() => at(url)).toThrow('STAGEWATCH_TOGGLES_URL - expected http://127.0.0.1:PORT or nothing');
});

test('whatever goes wrong is an unknown of that toggle', async () => {
  expect(await states({ url: 'https://{toggle}:port/', value: '/x', all: 1 }, 'a')).toEqual([
    { unknown: 'it could not be read (TypeError)' },
  ]);
});

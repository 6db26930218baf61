import type { ToggleState } from '../../lib/facts/toggle';
import { toggleServiceOf } from '../../lib/toggles/toggle-service-of';
import { type Gates, startFlipper } from '../worlds/flipper-stand-in';
import { LAUNCH, tickOf } from '../worlds/moments';

const NOW = tickOf(LAUNCH);
let flipper: Awaited<ReturnType<typeof startFlipper>>;
beforeAll(async () => {
  flipper = await startFlipper('Bearer of-the-team');
});
afterAll(() => flipper.close());

const service = (change: object = {}, env: NodeJS.ProcessEnv = { STAGEWATCH_TOGGLE_KEY: 'Bearer of-the-team' }) =>
  toggleServiceOf(
    { toggleService: { flipper: { url: flipper.url, header: 'Authorization', ...change }, follow: false } } as never,
    { env },
  )!;
const stateOf = async (name: string): Promise<ToggleState> => (await service().read([name], NOW))[0]!.state;

test.each<[Gates, ToggleState]>([
  [{}, { share: 0 }],
  [{ boolean: 'true' }, { share: 1 }],
  [{ boolean: 'true', groups: ['staff'] }, { share: 1 }],
  [{ boolean: 'false' }, { share: 0 }],
  [{ percentage_of_actors: '25' }, { share: 0.25 }],
  [{ percentage_of_actors: '0.5' }, { share: 0.005 }],
  // Flipper calls it conditional.
  [{ percentage_of_actors: '100' }, { share: 1 }],
  [{ percentage_of_time: '100' }, { share: 1 }],
  [{ percentage_of_time: '0' }, { share: 0 }],
  [
    { percentage_of_actors: '25', actors: ['User;1', 'User;2'] },
    { share: 0.25, besides: '2 single actors' },
  ],
  [{ actors: Array.from({ length: 100 }, (_, id) => `User;${id}`) }, { share: 0, besides: '100 single actors' }],
  [{ actors: Array.from({ length: 101 }, (_, id) => `User;${id}`) }, { partial: 'on for 101 single actors' }],
  [{ percentage_of_actors: '25', groups: ['staff'] }, { partial: 'on for 1 group' }],
  [
    { percentage_of_time: '10', groups: ['a', 'b'], expression: { Equal: [1, 1] } },
    { partial: 'on for 2 groups and a share of time and an expression' },
  ],
  [{ shadow: '5' } as Gates, { partial: 'on for a gate that is not known here' }],
])('%j is %j', async (gates, state) => {
  flipper.set('a toggle', gates);
  expect(await stateOf('a toggle')).toEqual(state);
});

test.each<[string, Gates]>([
  ['percentage', { percentage_of_actors: '101' }],
  ['percentage', { percentage_of_actors: '-1' }],
  ['percentage', { percentage_of_actors: '' }],
  ['percentage', { percentage_of_time: 'many' }],
  ['boolean', { boolean: 'yes' }],
  ['list', { actors: 'User;1' as never }],
])('an odd %s is unknown, never 0: %j', async (what, gates) => {
  flipper.set('odd', gates);
  expect(await stateOf('odd')).toEqual({ unknown: expect.stringContaining(`got another ${what}`) });
});

test('each toggle is its own unknown, and the others are read', async () => {
  flipper.set('one', '25');
  flipper.set('a/b?c#d', '50');
  expect(await service().read(['one', 'none', 'a/b?c#d', '..'], NOW)).toEqual([
    { toggle: 'one', at: NOW, state: { share: 0.25 } },
    { toggle: 'none', at: NOW, state: { unknown: 'Flipper knows no toggle of that name', gone: true } },
    { toggle: 'a/b?c#d', at: NOW, state: { share: 0.5 } },
    { toggle: '..', at: NOW, state: { unknown: expect.stringContaining('expected one that stands in an address') } },
  ]);
  expect(await service().names!()).toEqual(expect.arrayContaining(['one', 'a/b?c#d']));
});

test('only in the words of Flipper is a toggle gone: anything may answer 404 at a wrong address', async () => {
  for (const body of ['{}', '<h1>Not found</h1>', '', '{"code":404}', 'null']) {
    flipper.script.push((response) => response.writeHead(404).end(body));
    expect(await stateOf('one')).toEqual({ unknown: 'there is no Flipper API at its address (HTTP 404)' });
  }
});

test('an answer about another toggle, or without a gate, is not believed', async () => {
  for (const answer of [
    { key: 'other', state: 'off', gates: [] },
    { key: 'one', state: 'off', gates: [{ key: 'boolean', value: null }] },
    { key: 'one', state: 'off' },
    [],
    null,
  ]) {
    flipper.script.push((response) => response.end(JSON.stringify(answer)));
    expect(await stateOf('one')).toEqual({ unknown: expect.stringContaining("Flipper's answer - got") });
  }
});

test('a refused key is unknown and is quoted nowhere; without one, none is sent', async () => {
  const [refused] = await service({}, { STAGEWATCH_TOGGLE_KEY: 'Bearer sentinel-8f2c' }).read(['one'], NOW);
  expect(refused!.state).toEqual({ unknown: expect.stringMatching(/refuses to say \(HTTP 401\)/) });
  expect(JSON.stringify(refused)).not.toContain('sentinel');
  flipper.asked.length = 0;
  await service({ header: undefined }, {}).read(['one'], NOW);
  expect(flipper.asked.map(({ authorization }) => authorization)).toEqual([undefined]);
  expect(() => service({}, {})).toThrow('STAGEWATCH_TOGGLE_KEY - got nothing');
  expect(() => service({}, { STAGEWATCH_TOGGLE_KEY: 'a\nb' })).toThrow('got what no header can hold');
});

import type { ToggleState } from '../../lib/facts/toggle';
import { toggleServiceOf } from '../../lib/toggles/toggle-service-of';
import { type Gates, startFlipper } from '../worlds/flipper-stand-in';
import { LAUNCH, tickOf } from '../worlds/moments';

const NOW = tickOf(LAUNCH);
let flipper: Awaited<ReturnType<typeof startFlipper>>;
beforeAll(async () => {
  flipper = await startFlipper();
});
afterAll(() => flipper.close());

const service = () =>
  toggleServiceOf(
    { toggleService: { flipperPage: { url: flipper.page, expressions: 'none' }, follow: false } } as never,
    { env: {} },
  )!;
const stateOf = async (name: string): Promise<ToggleState> => (await service().read([name], NOW))[0]!.state;
const OTHER_FORM = { unknown: expect.stringContaining('got a feature of another form') };
const OTHER_WORDS = { unknown: expect.stringContaining('got other words') };

test.each<[Gates, ToggleState]>([
  [{}, { share: 0 }],
  [{ boolean: 'true' }, { share: 1 }],
  [{ percentage_of_actors: '25' }, { share: 0.25 }],
  [{ percentage_of_actors: '0.5' }, { share: 0.005 }],
  [{ percentage_of_actors: '100' }, { share: 1 }],
  [{ percentage_of_time: '100' }, { share: 1 }],
  [{ percentage_of_time: '10' }, { partial: 'on for a share of time' }],
  [
    { percentage_of_actors: '25', actors: ['ada@example.test', 'bob@example.test'] },
    { share: 0.25, besides: '2 single actors' },
  ],
  [{ actors: Array.from({ length: 101 }, (_, id) => `User;${id}`) }, { partial: 'on for 101 single actors' }],
  [
    { percentage_of_actors: '25', percentage_of_time: '5', actors: ['a'], groups: ['b'] },
    { partial: 'on for 1 group and a share of time' },
  ],
  // The page has no words for it.
  [{ expression: { Equal: [1, 1] } }, OTHER_WORDS as never],
])('%j is %j', async (gates, state) => {
  flipper.set('a toggle', gates);
  flipper.set('<one> & "two"', '50');
  expect(await stateOf('a toggle')).toEqual(state);
  expect(await stateOf('<one> & "two"')).toEqual({ share: 0.5 });
});

test('one page is asked for all toggles; a name that is missing is unknown, and a part of one is no name', async () => {
  flipper.set('one', '25');
  flipper.asked.length = 0;
  expect((await service().read(['one', 'on', 'none', 'One'], NOW)).map(({ state }) => state)).toEqual([
    { share: 0.25 },
    ...Array.from({ length: 3 }, () => ({ unknown: 'the page has no toggle of that name', gone: true })),
  ]);
  expect(flipper.asked).toHaveLength(1);
  expect(await service().names!()).toEqual(expect.arrayContaining(['one', 'a toggle']));
});

test.each([
  'x"><b>100% of actors</b><i title="',
  '"></span></div><div class="text-muted text-truncate">100% of actors',
  '"><span class="status" title=Off></span><div class="text-truncate">one</div><div class="text-muted text-truncate"></div><span title="',
  '\'"<',
  '"><!-- ',
  '"><script> ',
])('an actor that breaks out of its attribute makes nothing of its own true: %s', async (actor) => {
  flipper.set('one', { percentage_of_actors: '25', actors: [actor, 'ada@example.test'] });
  const state = await stateOf('one');
  expect(state).toEqual({ unknown: expect.stringContaining('the page') });
  expect(JSON.stringify(state)).not.toContain('ada');
  flipper.set('one', '25');
});

const entry = (status: string, name: string, words: string) =>
  `<span class="status" title=${status}></span><div class="text-truncate">${name}</div><div class="text-muted text-truncate">${words}</div>`;

test.each<[string, string, ToggleState]>([
  ['a login', '<form>Sign in</form>', { unknown: expect.stringContaining('is it the one before a login?') } as never],
  ['no HTML', 'one: 25% of actors', { unknown: expect.stringContaining('without features') } as never],
  ['JSON', '{"one":"25% of actors"}', { unknown: expect.stringContaining('without features') } as never],
  [
    'a page that is cut',
    `${entry('Off', 'one', '')}<a href="`,
    { unknown: expect.stringContaining('not whole') } as never,
  ],
  ['a feature that is cut', entry('Off', 'one', '').slice(0, -6), OTHER_FORM as never],
  [
    'twice',
    entry('Off', 'one', '') + entry('Off', 'one', ''),
    { unknown: 'the page has several toggles of that name' },
  ],
  ['words that are missing', entry('Off', 'one', '').replace('text-muted', 'x'), OTHER_FORM as never],
  ['no status', entry('""', 'one', ''), OTHER_WORDS as never],
  ['off, and words', entry('Off', 'one', '25% of actors'), OTHER_WORDS as never],
  ['on, and a share', entry('On', 'one', '25% of actors'), OTHER_WORDS as never],
  ['conditional, without words', entry('Conditional', 'one', ''), OTHER_WORDS as never],
  ['another language', entry('Conditional', 'one', '25% der Nutzer'), OTHER_WORDS as never],
  ['too much', entry('Conditional', 'one', '101% of actors'), OTHER_WORDS as never],
  ['none', entry('Conditional', 'one', '0% of actors'), OTHER_WORDS as never],
  ['two shares', entry('Conditional', 'one', '25% of actors and 50% of actors'), OTHER_WORDS as never],
  ['only the names of gates', entry('Conditional', 'one', 'Percentage Of Actors'), OTHER_WORDS as never],
  ['a share in a link', `<div>${entry('Conditional', '<a>one</a>', '25% of actors')}</div>`, OTHER_FORM as never],
])('%s is what it is, and never off', async (_, page, state) => {
  flipper.script.push((response) => response.end(page));
  expect(await stateOf('one')).toEqual(state);
});

test('a page that leads to a login is not followed, and no page of any size hangs', async () => {
  flipper.script.push((response) => response.writeHead(302, { location: '/login' }).end());
  expect(await stateOf('one')).toEqual({ unknown: expect.stringContaining('leads elsewhere (HTTP 302)') });
  for (const piece of ['<', '<!--', '<a b="', "<a b='", '<a ', '<script>', '&#', '<a b = c ', '</'])
    for (const tail of ['', '>', '"', "'"]) {
      flipper.script.push((response) => response.end(piece.repeat(50_000) + tail));
      expect(await stateOf('one')).toEqual({ unknown: expect.any(String) });
    }
});

import { toggleServiceOf } from '../../lib/toggles/toggle-service-of';
import { compared, expectedLog, type Flags, playedLog } from '../worlds/flag-play';
import { call } from './call';
import { recorder } from './recorder';

/** npm run test:flags starts it, and says here where it is. */
const flipper = process.env.STAGEWATCH_TEST_FLIPPER!;

describe('a real Flipper', () => {
  const api = `${flipper}/flipper/api`;
  const page = `${flipper}/flipper/features`;
  const features = `${api}/features`;
  const set = (name: string, gate: string, body: object) => call('POST', `${features}/${name}/${gate}`, body);
  const states = async (toggleService: object, names: string[]) =>
    (await toggleServiceOf({ toggleService } as never, { env: {} })!.read(names, Date.now())).map(({ state }) => state);

  test.each<[string, Flags['toggleService'], string]>([
    ['API', { flipper: { url: api } }, '/flipper/api/features/one'],
    ['list page', { flipperPage: { url: page, expressions: 'none' } }, '/flipper/features'],
  ])('leaves the log of its moves, by its %s', async (what, toggleService, asked) => {
    await call('POST', features, { name: 'one' });
    await set('one', 'percentage_of_actors', { percentage: 0 });
    const notes = recorder(`flipper-${what === 'API' ? 'api' : 'page'}`, flipper, {}, [asked]);
    await notes.note('0');
    const log = await playedLog({
      toggleService,
      clock: Date.now,
      async move(percentage) {
        await set('one', 'percentage_of_actors', { percentage });
        await notes.note(percentage);
      },
    });
    expect(log.map(compared)).toEqual(expectedLog(false));
    notes.keep();
  });

  test('has gates that are read as what they are, by the API and by the page', async () => {
    const expression = { Equal: [{ Property: ['plan'] }, 'basic'] };
    for (const name of ['full', 'people', 'hidden', 'both', 'time']) await call('POST', features, { name });
    await call('POST', `${features}/full/boolean`);
    await set('people', 'actors', { flipper_id: 'User;1"><b>' });
    await set('people', 'percentage_of_actors', { percentage: 0.5 });
    await set('hidden', 'expression', expression);
    await set('both', 'expression', expression);
    await set('both', 'percentage_of_actors', { percentage: 25 });
    await set('time', 'percentage_of_time', { percentage: 10 });
    const names = ['full', 'people', 'hidden', 'both', 'time', 'none'];
    const [gone, one] = [
      { unknown: expect.any(String), gone: true },
      { share: 0.005, besides: '1 single actor' },
    ];
    expect(await states({ flipper: { url: api } }, names)).toEqual([
      { share: 1 },
      one,
      { partial: 'on for an expression' },
      { partial: 'on for an expression' },
      { partial: 'on for a share of time' },
      gone,
    ]);
    // The page has no word for the expression of `both`: that is why whoever reads it has to say that there are none.
    expect(await states({ flipperPage: { url: page, expressions: 'none' } }, names)).toEqual([
      { share: 1 },
      one,
      { unknown: expect.stringContaining('got other words') },
      { share: 0.25 },
      { partial: 'on for a share of time' },
      gone,
    ]);
  });
});

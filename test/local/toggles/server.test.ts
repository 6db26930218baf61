import { startToggles } from '../../../lib/local/toggles/server';
import { toggleServiceOf } from '../../../lib/toggles/toggle-service-of';

test('the toggle service of a play answers as Flipper does, and only to who has its key', async () => {
  const shares: Record<string, number> = { one: 0.25, two: 1, none: 0 };
  const server = await startToggles((toggle) => shares[toggle], 'the-key');
  const read = (key: string) =>
    toggleServiceOf(
      {
        toggleService: { flipper: { url: `${server.url}/flipper/api`, header: 'Authorization' }, follow: true },
        datadog: {} as never,
      },
      { env: { STAGEWATCH_TOGGLE_KEY: key } },
    )!.read(['one', 'two', 'none', 'other'], 0);
  expect((await read('the-key')).map(({ state }) => state)).toEqual([
    { share: 0.25 },
    { share: 1 },
    { share: 0 },
    { unknown: 'Flipper knows no toggle of that name', gone: true },
  ]);
  expect((await read('another')).every(({ state }) => 'unknown' in state)).toBe(true);
  await server.close();
});

import { compared, expectedLog, playedLog } from '../worlds/flag-play';
import { call } from './call';
import { recorder } from './recorder';

/** npm run test:flags starts it, and says here where it is. */
const unleash = process.env.STAGEWATCH_TEST_UNLEASH!;

describe('a real Unleash', () => {
  const TOKEN = '*:*.stagewatch-test';
  const project = `${unleash}/api/admin/projects/default`;
  const admin = (method: string, url: string, body?: object) => call(method, url, body, { authorization: TOKEN });
  const toggleService = { unleash: { url: unleash, project: 'default', environment: 'production' } };
  const env = { STAGEWATCH_TOGGLE_KEY: TOKEN };

  test('leaves the log of its moves, to the minute', async () => {
    const asked = ['/api/admin/projects/default/features/one', '/api/admin/events/one'];
    const notes = recorder('unleash', unleash, { authorization: TOKEN }, asked);
    await admin('POST', `${project}/features`, { name: 'one', type: 'release' });
    const strategies = `${project}/features/one/environments/production/strategies`;
    const strategy = (rollout: string) => ({
      name: 'flexibleRollout',
      parameters: { rollout, stickiness: 'default', groupId: 'one' },
    });
    const { id } = JSON.parse(await admin('POST', strategies, strategy('0')));
    await admin('POST', `${project}/features/one/environments/production/on`);
    await notes.note('0');
    const log = await playedLog({
      toggleService,
      env,
      clock: Date.now,
      async move(percentage) {
        await admin('PUT', `${strategies}/${id}`, strategy(percentage));
        await notes.note(percentage);
      },
    });
    expect(log.map(compared)).toEqual(expectedLog(true));
    await admin('DELETE', `${project}/features/one`);
    await notes.note('archived');
    await admin('POST', `${project}/delete`, { features: ['one'] });
    await notes.note('deleted');
    notes.keep();
  });
});

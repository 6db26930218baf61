import { rmSync } from 'node:fs';
import { openDynamo } from '../../lib/history/client';
import { dynamoHistory } from '../../lib/history/dynamodb';
import { folder, written } from '../worlds/console';
import { startFlipper } from '../worlds/flipper-stand-in';
import { openSetUp } from '../worlds/set-up';
import { releaseOf } from '../worlds/small-release';

const KEY = 'Bearer sentinel-toggle-key-1f7a';
let setUp: Awaited<ReturnType<typeof openSetUp>>;
let flipper: Awaited<ReturnType<typeof startFlipper>>;
const root = folder();
let toggled: string;
beforeAll(async () => {
  [setUp, flipper] = await Promise.all([openSetUp(), startFlipper(KEY)]);
  toggled = written(root, 'toggled', {
    toggles: [{ name: 'show_upload_status' }],
    toggleService: { flipper: { url: flipper.url, header: 'Authorization' } },
  });
});
beforeEach(() => {
  setUp.heal();
  flipper.delete('show_upload_status');
});
afterAll(async () => {
  rmSync(root, { recursive: true });
  await Promise.all([setUp.close(), flipper.close()]);
});

/** What doctor says of the toggle and the stage log; Datadog is not asked, for want of keys. */
async function ofToggle(env: Record<string, string> = { STAGEWATCH_TOGGLE_KEY: KEY }) {
  const { code, checks, err } = await setUp.doctor(toggled, { env: { DD_API_KEY: '', DD_APP_KEY: '', ...env } });
  expect(JSON.stringify(checks) + err).not.toContain('sentinel');
  const said = checks.filter(({ name }) => ['toggle', 'toggles', 'stage log'].includes(name));
  return { code, said: said.map(({ outcome, text }) => `${outcome}: ${text}`) };
}

test('a toggle that is as the log says is ok, and one that is not is wrong, with the command', async () => {
  flipper.set('show_upload_status', '0');
  expect((await ofToggle()).said).toEqual([
    'ok: show_upload_status is at 0 % of users',
    'ok: it says the same: 0 % of users',
  ]);
  flipper.set('show_upload_status', { percentage_of_actors: '25', actors: ['User;1'] });
  const different = await ofToggle();
  expect(different.code).toBe(1);
  expect(different.said).toEqual([
    'ok: show_upload_status is at 25 % of users, and on for 1 single actor',
    expect.stringMatching(
      /^wrong: no stage was entered, but toggle show_upload_status is at 25 %.*stage enter A --at 2/,
    ),
  ]);
  const release = releaseOf('toggled');
  const history = dynamoHistory({
    client: openDynamo(),
    table: setUp.store.tableName,
    release: release.name,
    classify: release,
  });
  await history.enterStage({ at: Date.now() - 60_000, stage: 'A', exposure: 0.25, by: 'test' });
  expect((await ofToggle()).said[1]).toBe('ok: it says the same: 25 % of users');
});

test('one that is on for a group is unproven', async () => {
  flipper.set('show_upload_status', { groups: ['staff'] });
  expect((await ofToggle()).said).toEqual([
    expect.stringMatching(/^unproven: show_upload_status - got on for 1 group, expected one share of all users/),
    'skipped: it cannot be compared while the share of users is not known',
  ]);
});

test('a name that the service does not have is wrong, with the nearest spelling', async () => {
  flipper.set('show_uplod_status', '25');
  const { code, said } = await ofToggle();
  expect(code).toBe(1);
  expect(said[0]).toMatch(/^wrong: .*Flipper knows no toggle of that name.*did you mean show_uplod_status\?$/);
});

test('a refused or missing key is wrong', async () => {
  expect((await ofToggle({ STAGEWATCH_TOGGLE_KEY: 'Bearer sentinel-other' })).said[0]).toMatch(/^wrong: .*HTTP 401/);
  expect((await ofToggle({})).said).toEqual([
    expect.stringMatching(/^wrong: STAGEWATCH_TOGGLE_KEY - got nothing/),
    'skipped: no toggle can be read without the key',
  ]);
});

import type { ToggleState } from '../../lib/facts/toggle';
import { toggleServiceOf } from '../../lib/toggles/toggle-service-of';
import { startAnswering } from '../worlds/answering';
import { LAUNCH, tickOf } from '../worlds/moments';

const NOW = tickOf(LAUNCH);
const TOKEN = '*:*.of-the-team';
const strategy = (change: object = {}) => ({
  id: '0b8f',
  name: 'flexibleRollout',
  disabled: false,
  constraints: [],
  segments: [],
  variants: [],
  parameters: { rollout: '25', stickiness: 'default', groupId: 'a' },
  ...change,
});
const rollout = (share: string, groupId = 'a') =>
  strategy({ parameters: { rollout: share, stickiness: 'default', groupId } });

let environments: object[];
let events: object[];
let feature: object;
let unleash: Awaited<ReturnType<typeof startAnswering>>;
/** Unleash 6: tokens are sent as they are, and a client's token may not read the admin API. */
beforeAll(async () => {
  unleash = await startAnswering(({ path, authorization }) => {
    if (authorization !== TOKEN && authorization !== 'without-events') return [403, { name: 'PermissionError' }];
    if (path === '/api/admin/projects/default/features') return [200, { version: 2, features: [{ name: 'a' }] }];
    if (path === '/api/admin/projects/default/features/a') return [200, { name: 'a', environments, ...feature }];
    if (/^\/api\/admin\/events\/(a|gone)$/.test(path) && authorization === TOKEN)
      return [200, { version: 1, toggleName: 'a', events }];
    return path.startsWith('/api/admin/events/') ? [403, {}] : [404, { name: 'NotFoundError' }];
  });
});
afterAll(() => unleash.close());
beforeEach(() => {
  environments = [];
  events = [];
  feature = {};
});

const read = async (token = TOKEN, name = 'a') => {
  const unleashSection = { url: unleash.url, project: 'default', environment: 'production' };
  const service = toggleServiceOf({ toggleService: { unleash: unleashSection } } as never, {
    env: { STAGEWATCH_TOGGLE_KEY: token },
  })!;
  return (await service.read([name], NOW))[0]!;
};
const on = (...strategies: object[]) => [
  { name: 'development', enabled: true, strategies: [strategy({ name: 'default' })] },
  { name: 'production', enabled: true, strategies },
];

test.each<[string, object[], ToggleState]>([
  ['a rollout', [rollout('25')], { share: 0.25 }],
  ['a rollout of nobody', [rollout('0')], { share: 0 }],
  ['a rollout of all', [rollout('100')], { share: 1 }],
  ['the strategy of all', [strategy({ name: 'default', parameters: {} })], { share: 1 }],
  ['a strategy that is switched off', [rollout('25'), strategy({ name: 'default', disabled: true })], { share: 0.25 }],
  ['two rollouts of one group', [rollout('25'), rollout('50')], { share: 0.5 }],
  ['two rollouts of two groups', [rollout('25'), rollout('50', 'b')], { partial: 'on for several shares of users' }],
  ['users with constraints', [strategy({ constraints: [{}] })], { partial: 'on for users with constraints' }],
  ['a segment beside all', [strategy({ segments: [1] }), rollout('100')], { share: 1 }],
  ['no strategy', [], { partial: 'on without an active strategy' }],
  ['another strategy', [strategy({ name: 'remoteAddress' })], { partial: 'on for a strategy that is not known here' }],
  [
    'single users',
    [rollout('5'), strategy({ name: 'userWithId', parameters: { userIds: '1, 2' } })],
    { share: 0.05, besides: '2 single users' },
  ],
  ['an odd rollout', [rollout('many')], { unknown: expect.stringContaining('got another rollout') }],
])('%s', async (_, strategies, state) => {
  environments = on(...strategies);
  expect((await read()).state).toEqual(state);
});

test('an environment that is switched off is at 0 %; one that is missing, and an archived toggle, are unknown', async () => {
  environments = [{ name: 'production', enabled: false, strategies: [rollout('25')] }];
  expect((await read()).state).toEqual({ share: 0 });
  feature = { archived: true };
  expect((await read()).state).toEqual({ unknown: 'it is archived at Unleash', gone: true });
  feature = { dependencies: [{ feature: 'parent' }] };
  environments = on(rollout('100'));
  expect((await read()).state).toEqual({ partial: 'on for users who have another toggle' });
  environments = [];
  expect((await read()).state).toEqual({ unknown: 'Unleash has no environment production for it' });
  expect((await read(TOKEN, 'b')).state).toEqual({
    unknown: 'Unleash knows no toggle of that name in project default',
  });
  expect((await read('a-client-token')).state).toEqual({ unknown: expect.stringContaining('HTTP 403') });
});

const NOTHING = { createdAt: '2026-02-11T16:00:00.000Z', environment: null, data: null, preData: null };

test('a toggle is gone by its newest event in the project; without one, the project may be a wrong one', async () => {
  const event = (type: string, project = 'default') => ({ ...NOTHING, type, project });
  const notFound = { unknown: 'Unleash knows no toggle of that name in project default' };
  const gone = { unknown: 'it was archived or deleted at Unleash', gone: true };
  const missing = async (...newest: object[]) => {
    events = newest;
    return (await read(TOKEN, 'gone')).state;
  };
  expect(await missing()).toEqual(notFound);
  expect(await missing(event('feature-archived'), event('feature-created'))).toEqual(gone);
  expect(await missing(event('feature-deleted'), event('feature-archived'))).toEqual(gone);
  expect(await missing(event('feature-revived'), event('feature-archived'))).toEqual(notFound);
  expect(await missing(event('feature-project-change', 'other'), event('feature-archived'))).toEqual(notFound);
  expect(await missing(event('feature-archived', 'other'))).toEqual(notFound);
});

test('since when it is so is the newest event of the environment that changed for whom it is on', async () => {
  environments = on(rollout('50'));
  const event = (type: string, createdAt: string, change: object = {}) => ({
    type,
    createdAt,
    environment: 'production',
    data: rollout('50'),
    preData: rollout('25'),
    ...change,
  });
  events = [
    event('feature-strategy-update', '2026-02-11T16:09:00.000Z', {
      preData: strategy({ ...rollout('50'), title: 'x' }),
    }),
    event('feature-tagged', '2026-02-11T16:08:00.000Z'),
    event('feature-strategy-update', '2026-02-11T16:07:00.000Z', { environment: 'development' }),
    event('feature-strategy-update', '2026-02-11T16:04:21.500Z'),
    event('feature-environment-enabled', '2026-02-10T10:00:00.000Z'),
  ];
  expect((await read()).since).toBe(Date.parse('2026-02-11T16:04:21.500Z'));
  // A token that may not read events still reads the toggle.
  expect(await read('without-events')).toEqual({ toggle: 'a', at: NOW, state: { share: 0.5 } });
  // A clock that is ahead: what began later has not begun.
  events = [event('feature-strategy-update', '2026-02-11T23:00:00.000Z')];
  expect(await read()).not.toHaveProperty('since');
});

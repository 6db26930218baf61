import { rmSync } from 'node:fs';
import { HOUR_MS } from '../../lib/facts/hour';
import type { Counts } from '../../lib/facts/snapshot';
import { byStatus } from '../worlds/by-status';
import { folder, stagewatch, written } from '../worlds/console';
import { entered, LAUNCH, MONTH, tickOf } from '../worlds/moments';
import { BAD, FINE, releaseOf } from '../worlds/small-release';
import { openWorld, type World } from '../worlds/world';

let world: World;
const root = folder();
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => {
  rmSync(root, { recursive: true });
  await world.close();
});

const THIN = { endpoints: [{ name: '#show', tag: 'show', criteria: [{ below: '5%', whenThin: 'report' }] }] };

/** `check` on a release a day after its launch, with these hours in the table. */
async function check(hours: Counts | undefined, ...args: string[]) {
  const release = await world.launched();
  if (hours) await world.seed(release, LAUNCH, LAUNCH + 24, () => hours);
  const place = written(root, release.name);
  return stagewatch(['check', '--release', place, '--table', world.store.tableName, ...args], {
    now: tickOf(LAUNCH + 23),
  });
}

test('exit code 0: every criterion passes, and the first line says what to do', async () => {
  const { code, out, err } = await check(FINE);
  expect([code, err]).toEqual([0, '']);
  const [first, second, ...rest] = out.split('\n');
  expect(first).toMatch(/^ADVANCE: #show: 0.2 % \(48 of 24,000\)/);
  expect(second).toMatch(/^Small, stage A, 25 % of users since 2026-02-11 11:00 EST, planned until .*; judged up to /);
  expect(rest).toEqual([
    expect.stringMatching(/^ {2}pass +#show below its limit: 0.2 %/),
    '  window       stage A, 2026-02-11 11:00 EST - 2026-02-12 11:00 EST',
  ]);
});

test('exit code 1: one is broken', async () => {
  const { code, out } = await check(BAD);
  expect(code).toBe(1);
  expect(out).toMatch(/^ROLL BACK: /);
  expect(out).toContain('breach');
});

test('a verdict of an hour that has not come is named, with the command that takes it back', async () => {
  const release = await world.launched();
  await world.seed(release, LAUNCH, LAUNCH + 24, () => FINE);
  const history = world.historyOf(release);
  const { verdict } = await world.hour(release, LAUNCH + 23);
  const place = ['--release', written(root, release.name), '--table', world.store.tableName];
  const at = { now: tickOf(LAUNCH + 23) };
  expect((await stagewatch(['check', ...place, '--json'], at)).json.alerts).not.toHaveProperty('ahead');
  await history.recordVerdict({ ...verdict, hour: LAUNCH + 720 });
  const said =
    /clock.* the newest verdict is of 2026-03-13 12:00 EDT, which has not come: .*stagewatch run asks the source/s;
  expect((await stagewatch(['check', ...place], at)).out).toMatch(said);
  expect((await stagewatch(['check', ...place, '--json'], at)).json.alerts.ahead).toBe('2026-03-13T16:00Z');
  expect((await stagewatch(['status', ...place], { ...at, columns: undefined })).out).toMatch(
    /Clock\n.*2026-03-13 12:00 EDT/,
  );
});

test('exit code 2: no hour of it was recorded', async () => {
  const { code, out } = await check(undefined);
  expect(code).toBe(2);
  expect(out).toMatch(/^HOLD: /);
});

test('exit code 2: a stage was entered after the newest settled hour, and that is said', async () => {
  const release = await world.launched();
  await world.seed(release, LAUNCH, LAUNCH + 24, () => FINE);
  await world.historyOf(release).enterStage(entered(LAUNCH + 24, 'B', 1));
  const place = written(root, release.name);
  const { code, out, err } = await stagewatch(['check', '--release', place, '--table', world.store.tableName], {
    now: tickOf(LAUNCH + 23),
  });
  expect(code).toBe(2);
  expect(out).toMatch(/, stage A, /);
  expect(err).toBe('since then: stage B entered at 2026-02-12 11:00 EST; it is judged from its first settled hour on');
});

test('exit code 1 also when the release was taken back since, which JSON says', async () => {
  const release = await world.launched();
  await world.seed(release, LAUNCH, LAUNCH + 24, () => BAD);
  await world.historyOf(release).enterStage(entered(LAUNCH + 24, 'off', 0));
  const where = ['--release', written(root, release.name), '--table', world.store.tableName];
  const { code, json } = await stagewatch(['check', ...where, '--json'], { now: tickOf(LAUNCH + 23) });
  expect(code).toBe(1);
  expect(json).toMatchObject({ recommendation: 'roll back', enteredSince: { stage: 'off', at: '2026-02-12T16:00Z' } });
});

test('exit code 2: nobody is exposed', async () => {
  const place = written(root, 'not-launched');
  const { code, out } = await stagewatch(['check', '--release', place, '--table', world.store.tableName]);
  expect(code).toBe(2);
  expect(out).toMatch(/^NOT EXPOSED: /);
});

test('a criterion that is only reported while data is thin never makes a pass by itself', async () => {
  const release = releaseOf(world.freshName(), THIN);
  await world.seed(release, LAUNCH - MONTH, LAUNCH + 24, (hour): Counts => byStatus(hour % 48 === 0 ? { 200: 1 } : {}));
  await world.historyOf(release).enterStage(entered(LAUNCH));
  const place = written(root, release.name, THIN);
  const { code, out } = await stagewatch(['check', '--release', place, '--table', world.store.tableName], {
    now: tickOf(LAUNCH + 23),
  });
  expect(code).toBe(2);
  expect(out).toContain('(reported only)');
});

test('--json has the same verdict with the keys that machines rely on', async () => {
  const { code, json } = await check(FINE, '--json');
  expect(code).toBe(0);
  expect(json).toMatchObject({
    judge: expect.any(String),
    judgedUpTo: '2026-02-12T16:00Z',
    recommendation: 'advance',
    reason: expect.stringContaining('#show'),
    stage: { name: 'A', exposure: 0.25, since: '2026-02-11T16:00Z', plannedEnd: '2026-02-12T16:00Z' },
    findings: [
      {
        endpoint: '#show',
        criterion: 'below',
        outcome: 'pass',
        limit: 0.05,
        pooled: { requests: 24_000, errors: 48 },
        window: { name: 'stage A', from: '2026-02-11T16:00Z', to: '2026-02-12T16:00Z' },
        rollBack: false,
        reportOnly: false,
      },
    ],
  });
});

test('each window is there once, with the dashboard at just its hours; --json has it beside each finding', async () => {
  const dashboard = 'https://app.datadoghq.com/dashboard/abc/errors';
  const change = {
    links: [{ title: 'Errors', url: dashboard }],
    endpoints: ['#show', '#index'].map((name) => ({
      name,
      tag: name.slice(1),
      criteria: [{ consistentWithBaseline: {} }],
    })),
  };
  const release = releaseOf(world.freshName(), change);
  await world.seed(release, LAUNCH - MONTH, LAUNCH + 24, () => FINE);
  await world.historyOf(release).enterStage(entered(LAUNCH));
  const place = ['--release', written(root, release.name, change), '--table', world.store.tableName];
  const at = (from: number, to: number) => `${dashboard}?from_ts=${from * HOUR_MS}&to_ts=${to * HOUR_MS}&live=false`;
  const { out } = await stagewatch(['check', ...place], { now: tickOf(LAUNCH + 23) });
  expect(out.split('\n').slice(4)).toEqual([
    '  window       stage A, 2026-02-11 11:00 EST - 2026-02-12 11:00 EST',
    `               ${at(LAUNCH, LAUNCH + 24)}`,
    '  window       4 weeks before launch, 2026-01-14 11:00 EST - 2026-02-11 11:00 EST',
    `               ${at(LAUNCH - MONTH, LAUNCH)}`,
  ]);
  const { json } = await stagewatch(['check', '--json', ...place], { now: tickOf(LAUNCH + 23) });
  expect(json.findings[0]).toMatchObject({
    window: { name: 'stage A', from: '2026-02-11T16:00Z', to: '2026-02-12T16:00Z' },
    link: at(LAUNCH, LAUNCH + 24),
    baseline: { window: { from: '2026-01-14T16:00Z' }, link: at(LAUNCH - MONTH, LAUNCH) },
  });
});

test('a table that does not answer is a failure, not a verdict', async () => {
  const { code, out, err } = await stagewatch([
    'check',
    '--release',
    written(root, 'small'),
    '--table',
    'no-such-table',
  ]);
  expect([code, out]).toEqual([70, '']);
  expect(err).toMatch(/^error: /);
});

test('a table without a name is wrong use, and never the local history', async () => {
  for (const how of [{ args: ['--table', ''] }, { env: { STAGEWATCH_TABLE: ' ' } }]) {
    const { args = [], env } = { env: {}, ...how };
    const { code, out, err } = await stagewatch(['check', '--release', written(root, 'small'), ...args], { env });
    expect([code, out]).toEqual([64, '']);
    expect(err).toContain('table - got empty text');
  }
});

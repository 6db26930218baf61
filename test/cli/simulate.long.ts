import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { folder, stagewatch, written } from '../worlds/console';
import { fileOf } from '../worlds/small-release';

const root = folder();
const data = path.join(root, 'history');
const where = ['--release', written(root, 'small'), '--data', data];
afterAll(() => rmSync(root, { recursive: true }));

/** Ctrl-C as soon as a line has this in it. */
async function stoppedAt(text: string, ...args: string[]) {
  const stop = new AbortController();
  const onLine = (line: string) => line.includes(text) && stop.abort();
  return stagewatch(['simulate', ...where, ...args], { signal: stop.signal, onLine });
}

test('Ctrl-C stops a simulation without an error and says how to go on', async () => {
  const { code, out, err } = await stoppedAt('stage A entered', '--scenario', 'outage', '--seed', '7');
  expect(code).toBe(0);
  expect(out.split('\n')).toEqual([
    '2026-02-11 11:00 EST  stage A entered, 25 % of users',
    '',
    expect.stringMatching(/^Stopped after 2 hours in \d+ s: 0 pages published, last verdict not exposed\.$/),
    expect.stringMatching(
      /^Go on with: npx --no-install stagewatch simulate --resume --release \S+small --data \S+history$/,
    ),
  ]);
  expect(err).toMatch(/^Small, scenario outage: .* \(seed 7\)/);
  expect(out + err).not.toContain('\u001b');
});

test('every command says that nobody has measured what it shows, and no plan is filled from it', async () => {
  const mark = 'a simulation: scenario outage, seed 7';
  for (const command of ['check', 'status', 'results', 'history'])
    expect((await stagewatch([command, ...where])).out).toContain(mark);
  for (const command of ['check', 'status', 'results', 'history'])
    expect((await stagewatch([command, '--json', ...where])).json).toMatchObject({
      simulation: { scenario: 'outage', seed: 7 },
    });
  const { out, err } = await stagewatch(['history', '--csv', ...where]);
  expect([out.includes(mark), err.includes(mark)]).toEqual([false, true]);
  const plan = path.join(root, 'plan.md');
  const before = '# Plan\n\n## Stage A\n\n- Error rate: [FILL_IN]\n';
  writeFileSync(plan, before);
  expect((await stagewatch(['fill', plan, ...where])).err).toContain(mark);
  expect(await stagewatch(['fill', plan, '--write', ...where])).toMatchObject({
    code: 64,
    err: expect.stringContaining(`history - got ${mark}, expected what was measured`),
  });
  expect(readFileSync(plan, 'utf8')).toBe(before);
  expect((await stagewatch(['fill', plan, '--write', '--simulated', ...where])).code).toBe(0);
});

test('the other commands answer from it, at its own time', async () => {
  expect((await stagewatch(['stage', 'list', ...where])).out).toContain('stage A, 25 % of users, by simulated owner');
  expect((await stagewatch(['check', ...where])).out).toMatch(
    /^NOT EXPOSED: .*\nSmall \(a simulation: scenario outage, seed 7\), .*judged up to 2026-02-11 11:00 EST$/,
  );
  const { json } = await stagewatch(['history', '--last', '2h', '--json', ...where]);
  expect(json).toMatchObject({
    judgedUpTo: '2026-02-11T16:00Z',
    hours: [{ kind: 'counted' }, { kind: 'counted', hour: '2026-02-11T15:00Z' }],
  });
});

test('what is said to it while its clock stands is said one after another, and a silence can be ended', async () => {
  const silence = ['silence', '--until', '4h', '--reason', 'upgrade', ...where];
  for (let times = 0; times < 3; times++) {
    expect((await stagewatch(silence)).code).toBe(0);
    expect((await stagewatch(['silence', ...where])).out).toContain(', on now');
    expect((await stagewatch(['silence', '--end', ...where])).code).toBe(0);
    expect((await stagewatch(['silence', ...where])).out).not.toContain(', on now');
  }
});

test('it is of the release that was played, and of no other', async () => {
  const other = ['--release', written(root, 'other'), '--data', data];
  const said = `release - got other, expected small, of which ${data} has a simulation; name it with --release`;
  for (const args of [['check'], ['stage', 'enter', 'off'], ['silence', '--until', '4h', '--reason', 'x']])
    expect(await stagewatch([...args, ...other])).toMatchObject({ code: 64, err: expect.stringContaining(said) });
  const kinds = path.join(root, 'kinds');
  const stop = AbortSignal.abort();
  expect((await stagewatch(['simulate', '--scenario', 'kinds', '--data', kinds], { signal: stop })).code).toBe(0);
  expect((await stagewatch(['check', '--data', kinds])).out).toContain('(a simulation: scenario kinds, seed 1)');
  expect((await stagewatch(['check', '--data', kinds])).out).toMatch(/^NOT EXPOSED: .*\nKinds/);
  const { err } = await stagewatch(['simulate', '--scenario', 'kinds', '--seed', '2', '--data', kinds], {
    signal: stop,
  });
  expect(err).toContain(`a simulation: scenario kinds, seed 1, which was in ${kinds}, is gone: this one begins anew`);
});

test('--resume goes on with the same simulation, and only with that', async () => {
  for (const [other, said] of [
    [['--seed', '8'], 'seed 7'],
    [['--scenario', 'blind'], 'scenario outage'],
  ] as const) {
    const { code, err } = await stagewatch(['simulate', '--resume', ...where, ...other]);
    expect(code).toBe(64);
    expect(err).toContain(`got another simulation in ${data} (${said})`);
  }
  const { code, out, err } = await stoppedAt('', '--resume', '--no-page');
  expect(code).toBe(0);
  expect(out).not.toContain('stage A entered');
  expect(err).toContain('(seed 7)');
  expect(err).not.toContain('live page');
});

test('--resume without a simulation is wrong use', async () => {
  const { code, err } = await stagewatch([
    'simulate',
    '--resume',
    ...where.slice(0, 2),
    '--data',
    path.join(root, 'none'),
  ]);
  expect(code).toBe(64);
  expect(err).toContain('--resume - got no simulation');
});

test('a history of real data is never played over, but a look at no history is none', async () => {
  const real = path.join(root, 'real');
  const there = [...where.slice(0, 2), '--data', real];
  await stagewatch(['check', ...there]);
  await stagewatch(['stage', 'list', ...there]);
  const stop = AbortSignal.abort();
  expect((await stagewatch(['simulate', ...there], { signal: stop })).code).toBe(0);

  const guarded = path.join(root, 'guarded');
  mkdirSync(guarded);
  await stagewatch(['stage', 'enter', 'A', ...where.slice(0, 2), '--data', guarded, '--local']);
  const { code, err } = await stagewatch(['simulate', ...where.slice(0, 2), '--data', guarded]);
  expect(code).toBe(64);
  expect(err).toContain('got a history of real data');
  expect((await stagewatch(['stage', 'list', ...where.slice(0, 2), '--data', guarded])).out).toContain('stage A');
});

test('the users of a play are counted, and its plan has them', async () => {
  const there = [...where.slice(0, 2), '--data', path.join(root, 'counted')];
  const { out } = await stagewatch(['simulate', ...there, '--scenario', 'as-it-was', '--by-hand']);
  expect(out).not.toContain('not counted');
  const plan = path.join(root, 'counted.md');
  writeFileSync(plan, '## Stage A\n\n- Estimated number of users: [FILL_IN]\n- #show: [FILL_IN]\n');
  expect((await stagewatch(['fill', plan, ...there])).out).toMatch(
    /\n\+- Estimated number of users: about [\d,]+ \(25 % of [\d,]+\) in stage A [\s\S]*\n\+ {2}- [\d,]+ users, about /,
  );
});

test('a release of a service that is not simulated is refused, with all that differs', async () => {
  const foreign = written(root, 'foreign', {
    datadog: { ...fileOf().datadog, metric: 'trace.express.request.hits', scope: ['env:prod', 'service:letters'] },
    endpoints: [{ name: '#letters', tag: 'letterscontroller_show', criteria: [{ below: '5%' }] }],
  });
  const { code, err } = await stagewatch(['simulate', '--release', foreign, '--data', path.join(root, 'nothing')]);
  expect(code).toBe(64);
  expect(err.split('\n')).toEqual([
    'error: datadog.metric - got trace.express.request.hits, expected trace.rack.request.hits',
    expect.stringContaining('datadog.scope - got env:prod, service:letters, expected env:eks-prod'),
    expect.stringContaining(
      'tag of #letters - got letterscontroller_show, expected one of v0::benefitsclaimscontroller',
    ),
    expect.stringMatching(/stagewatch backtest \S+ --from-datadog$/),
  ]);
  expect(existsSync(path.join(root, 'nothing'))).toBe(false);
});

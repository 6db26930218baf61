import { rmSync } from 'node:fs';
import type { HistoryRow } from '../../lib/cli/history-rows';
import { HOUR_MS, hourText } from '../../lib/facts/hour';
import type { Release } from '../../lib/release/schema';
import { byStatus } from '../worlds/by-status';
import { folder, stagewatch, written } from '../worlds/console';
import { record } from '../worlds/kept';
import { entered, LAUNCH, tickOf } from '../worlds/moments';
import { BAD, fileOf, releaseOf } from '../worlds/small-release';
import { openWorld, type World } from '../worlds/world';

let world: World;
let release: Release;
const root = folder();
beforeAll(async () => {
  world = await openWorld();
  release = await world.launched();
  await world.seed(release, LAUNCH, LAUNCH + 4);
  const history = world.historyOf(release);
  const hour = (at: number) => ({ endpoint: '#show', hour: at, revision: 1, final: false });
  await record(history, { ...hour(LAUNCH + 4), kind: 'unknown', reason: 'Datadog has nothing' });
  await record(
    history,
    { ...hour(LAUNCH + 6), kind: 'counted', counts: byStatus({ ...Object.fromEntries(BAD), 401: 7 }) },
    undefined,
  );
});
afterAll(async () => {
  rmSync(root, { recursive: true });
  await world.close();
});

const command = (args: string[], now = tickOf(LAUNCH + 6)) =>
  stagewatch([...args, '--release', written(root, release.name), '--table', world.store.tableName], { now });

/** The records of a CSV by the grammar of RFC 4180, section 2, with all other characters of UTF-8 as text. */
function recordsOf(csv: string): string[][] {
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const records: string[][] = [[]];
  while (field.lastIndex < csv.length) {
    const at = field.lastIndex;
    const found = field.exec(csv);
    if (!found) throw new Error(`no field of a CSV at ${at}: ${JSON.stringify(csv.slice(at, at + 40))}`);
    const [, quoted, bare, end] = found;
    records.at(-1)!.push(quoted?.replaceAll('""', '"') ?? bare!);
    if (end === '\r\n') records.push([]);
  }
  // The last record ends like the others, and all have the same number of fields.
  expect(records.pop()).toEqual([]);
  expect(new Set(records.map(({ length }) => length)).size).toBe(1);
  return records;
}

describe('history', () => {
  test('prints the newest hours, the unknown ones as unknown', async () => {
    const { code, out, err } = await command(['history', '#show', '--last', '8h']);
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
      '2026-02-11 10:00 EST baseline 0.2 % 2 errors of 1,000, 0 excluded',
      '2026-02-11 11:00 EST A 25 % 0.2 % 2 errors of 1,000, 0 excluded',
      '2026-02-11 12:00 EST A 25 % 0.2 % 2 errors of 1,000, 0 excluded',
      '2026-02-11 13:00 EST A 25 % 0.2 % 2 errors of 1,000, 0 excluded',
      '2026-02-11 14:00 EST A 25 % 0.2 % 2 errors of 1,000, 0 excluded',
      '2026-02-11 15:00 EST A 25 % unknown (Datadog has nothing)',
      '2026-02-11 16:00 EST A 25 % unknown (not recorded)',
      '2026-02-11 17:00 EST A 25 % 50 % 500 errors of 1,000, 7 excluded',
    ]);
  });

  test('--json has a row for every hour, and no rate where nothing is known', async () => {
    const { json } = await command(['history', '--last', '3h', '--json']);
    expect(json.judgedUpTo).toBe(hourText(LAUNCH + 7));
    expect(json.hours).toEqual([
      {
        endpoint: '#show',
        hour: '2026-02-11T20:00Z',
        stage: 'A',
        exposure: 0.25,
        kind: 'unknown',
        reason: 'Datadog has nothing',
        revision: 1,
        final: false,
      },
      {
        endpoint: '#show',
        hour: '2026-02-11T21:00Z',
        stage: 'A',
        exposure: 0.25,
        kind: 'unknown',
        reason: 'not recorded',
        revision: 0,
        final: false,
      },
      {
        endpoint: '#show',
        hour: '2026-02-11T22:00Z',
        stage: 'A',
        exposure: 0.25,
        kind: 'counted',
        requests: 1000,
        errors: 500,
        excluded: 7,
        rate: 0.5,
        counts: { 200: 500, 401: 7, 500: 500 },
        revision: 1,
        final: false,
      },
    ]);
  });

  test('--csv has the same hours for a spreadsheet: what is not known is empty, never 0', async () => {
    const { out } = await command(['history', '--last', '2h', '--csv']);
    expect(out.split('\n').map((line) => line.replace(/\r$/, ''))).toEqual([
      'endpoint,hour,stage,exposure,kind,requests,errors,excluded,rate,statuses,reason,revision,final,quiet',
      '#show,2026-02-11T21:00Z,A,0.25,unknown,,,,,,not recorded,0,false,',
      '#show,2026-02-11T22:00Z,A,0.25,counted,1000,500,7,0.5,200=500 401=7 500=500,,1,false,',
    ]);
    const { code, err } = await command(['history', '--csv', '--json']);
    expect([code, err]).toEqual([64, expect.stringContaining("'--json' cannot be used with option '--csv'")]);
  });

  test('--csv is what RFC 4180 says, whatever names and reasons hold', async () => {
    const name = '=HYPERLINK("https://evil.example", "a;b")';
    const reason = '@SUM(1)\r\n-2, "three"\n\t+4\u2028=5';
    const change = { endpoints: [{ name, tag: 'show', criteria: [{ below: '5%' }] }] };
    const hostile = releaseOf(world.freshName(), change);
    const hour = { endpoint: name, hour: LAUNCH, revision: 1, final: false };
    await record(world.historyOf(hostile), { ...hour, kind: 'unknown', reason });
    const where = ['--release', written(root, hostile.name, change), '--table', world.store.tableName];
    const { out } = await stagewatch(['history', '--last', '1h', '--csv', ...where], { now: tickOf(LAUNCH) });
    const [header, row, ...more] = recordsOf(`${out}\n`);
    expect(more).toEqual([]);
    expect(Object.fromEntries(header!.map((column, at) => [column, row![at]]))).toMatchObject({
      endpoint: `'${name}`,
      hour: '2026-02-11T16:00Z',
      kind: 'unknown',
      requests: '',
      reason: `'@SUM(1) -2, "three" +4 =5`,
    });
  });

  test('ends with the dashboard at just the hours printed; --json has it for each hour', async () => {
    const dashboard = 'https://app.datadoghq.com/dashboard/abc/errors';
    const change = { links: [{ title: 'Errors', url: dashboard }] };
    const linked = releaseOf(world.freshName(), change);
    await world.seed(linked, LAUNCH, LAUNCH + 3);
    const where = ['--last', '2h', '--release', written(root, linked.name, change), '--table', world.store.tableName];
    const at = (from: number, to: number) => `${dashboard}?from_ts=${from * HOUR_MS}&to_ts=${to * HOUR_MS}&live=false`;
    const { out } = await stagewatch(['history', ...where], { now: tickOf(LAUNCH + 2) });
    expect(out.split('\n').slice(2)).toEqual([
      '',
      '2 hours, 2026-02-11 12:00 EST - 2026-02-11 14:00 EST',
      `  ${at(LAUNCH + 1, LAUNCH + 3)}`,
    ]);
    const { json } = await stagewatch(['history', '--json', ...where], { now: tickOf(LAUNCH + 2) });
    expect(json.hours.map(({ link }: HistoryRow) => link)).toEqual([
      at(LAUNCH + 1, LAUNCH + 2),
      at(LAUNCH + 2, LAUNCH + 3),
    ]);
    const none = await stagewatch(['history', '--from', '2026-03-01T00:00Z', ...where.slice(2)]);
    expect(none).toMatchObject({ out: '', err: 'no hour in this range' });
  });

  test('a range is half open, and ends with what has been', async () => {
    const hoursOf = async (from: string, to: string) =>
      (await command(['history', '--json', '--from', from, '--to', to])).json.hours.map(
        ({ hour }: { hour: string }) => hour,
      );
    expect(await hoursOf('2026-02-11T11:00-05:00', '2026-02-11T13:00-05:00')).toEqual([
      '2026-02-11T16:00Z',
      '2026-02-11T17:00Z',
    ]);
    expect(await hoursOf('2026-02-11T21:30Z', '2026-03-01T00:00Z')).toEqual(['2026-02-11T22:00Z']);
    const none = await command(['history', '--from', '2026-03-01T00:00Z']);
    expect(none).toMatchObject({ code: 0, out: '', err: 'no hour in this range' });
  });

  test('what was wrong with the question is said at once', async () => {
    const wrong = ['history', '#shwo', '--last', '1d', '--from', '2026-02-12T16:00Z', '--to', '2026-02-11T16:00Z'];
    const { code, out, err } = await command(wrong);
    expect([code, out]).toEqual([64, '']);
    expect(err).toContain('endpoint - got #shwo, expected one of #show');
    expect(err).toContain('--last and --from - got both');
    expect(err).toContain('--from - got an instant that is not before --to');
  });

  test('knows controls and requests with the toggle off by their names', async () => {
    const compared = { name: '#show', tag: 'show', criteria: [{ consistentWithBaseline: {} }] };
    const change = {
      endpoints: [compared],
      controls: [{ name: '#search', tag: 'search' }],
      datadog: { ...fileOf().datadog, control: ['feature:off'] },
    };
    const controlled = releaseOf(world.freshName(), change);
    await world.seed(controlled, LAUNCH, LAUNCH + 2);
    const where = ['--release', written(root, controlled.name, change), '--table', world.store.tableName];
    const rowsOf = async (...args: string[]) => {
      const { json } = await stagewatch(['history', ...args, '--last', '2h', '--json', ...where], {
        now: tickOf(LAUNCH + 1),
      });
      return json.hours.map(({ endpoint, requests }: HistoryRow) => `${endpoint} ${requests}`);
    };
    expect(await rowsOf()).toEqual(
      ['#show 1000', '#search 1000', '#show (toggle off) 1000'].flatMap((row) => [row, row]),
    );
    expect(await rowsOf('#search')).toEqual(['#search 1000', '#search 1000']);
    const off = '#show (toggle off)';
    expect(await rowsOf(off)).toEqual([`${off} 1000`, `${off} 1000`]);
    const { code, err } = await stagewatch(['history', '#index (toggle off)', ...where]);
    expect(code).toBe(64);
    expect(err).toContain('expected one of #show, #search, #show (toggle off)');
  });

  test('hours from before a relaunch are not lost', async () => {
    const relaunched = await world.launched();
    await world.historyOf(relaunched).enterStage(entered(LAUNCH + 24, 'off', 0));
    await world.historyOf(relaunched).enterStage({ ...entered(LAUNCH + 2000), relaunch: true });
    const range = ['--from', '2026-02-11T14:00Z', '--to', '2026-02-11T16:00Z', '--json'];
    const where = ['--release', written(root, relaunched.name), '--table', world.store.tableName];
    const { json } = await stagewatch(['history', ...range, ...where], { now: tickOf(LAUNCH + 2001) });
    expect(json.hours).toMatchObject([
      { kind: 'counted', requests: 1000 },
      { kind: 'counted', requests: 1000 },
    ]);
  });
});

describe('results', () => {
  test('prints the baseline and every stage with its counts', async () => {
    const { code, out, err } = await command(['results']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^4 weeks before launch, 0 % of users, 2026-01-14 11:00 EST - 2026-02-11 11:00 EST\n/);
    expect(out).toContain('#show  0.2 % (1,344 of 672,000)');
    expect(out).toMatch(
      /\nstage A, 25 % of users, .*\n {2}#show {2}10.2 % \(508 of 5,000\), 7 excluded, 2 hours unknown$/,
    );
  });

  test('--json gives counts and fractions', async () => {
    const { json } = await command(['results', '--json']);
    expect(json.windows.at(-1)).toMatchObject({
      exposure: 0.25,
      from: '2026-02-11T16:00Z',
      to: '2026-02-11T23:00Z',
      results: [{ endpoint: '#show', tally: { requests: 5000, errors: 508, excluded: 7, counted: 5, unknown: 2 } }],
    });
  });

  test('have the users of a window whose events were counted', async () => {
    const window = { from: LAUNCH, to: LAUNCH + 7, at: 0 };
    const history = world.historyOf(release);
    await history.recordEventCount({ ...window, kind: 'users', users: 1234, counts: 'all' });
    expect((await command(['results'])).out).toMatch(/\n {2}users: about 309 \(25 % of 1,234\)$/);
    const { json } = await command(['results', '--json']);
    expect(json.windows[0]).not.toHaveProperty('users');
    expect(json.windows.at(-1).users).toEqual({ counted: 1234, counts: 'all', exposed: 309 });
  });

  test('have the users of each page whose events were counted', async () => {
    const page = {
      name: 'Claims list',
      source: 'rum',
      search: '*',
      facet: '@usr.id',
      kept: '30 days',
      counts: 'exposed',
    };
    const change = { datadog: { ...fileOf().datadog, usersOf: [page, { ...page, name: 'Lost' }] } };
    const paged = await world.launched(change);
    const window = { from: LAUNCH, to: LAUNCH + 1, at: 0 };
    await world
      .historyOf(paged)
      .recordEventCount({ ...window, kind: 'usersOf', name: page.name, users: 9, counts: 'exposed' });
    const where = ['--release', written(root, paged.name, change), '--table', world.store.tableName];
    const now = tickOf(LAUNCH);
    expect((await stagewatch(['results', ...where], { now })).out).toMatch(/\n {2}users of Claims list: 9$/);
    const { json } = await stagewatch(['results', '--json', ...where], { now });
    expect(json.windows[0]).not.toHaveProperty('usersOf');
    expect(json.windows.at(-1).usersOf).toEqual([{ name: 'Claims list', counted: 9, counts: 'exposed', exposed: 9 }]);
  });

  test('before the launch there are none, and it says why', async () => {
    const where = ['--release', written(root, 'not-launched'), '--table', world.store.tableName];
    const { code, out, err } = await stagewatch(['results', ...where]);
    expect([code, out]).toEqual([0, '']);
    expect(err).toContain('the release is not launched');
    expect((await stagewatch(['results', '--json', ...where])).json.windows).toEqual([]);
  });
});

test('a history longer than a year is refused, as nobody reads it and no memory holds it', async () => {
  for (const range of [
    ['--last', '99999w'],
    ['--from', '0101-01-01T00:00Z'],
  ]) {
    const { code, err } = await command(['history', ...range]);
    expect([code, err]).toEqual([64, expect.stringMatching(/history - got [\d,]+ hours, expected at most 8,784/)]);
  }
});

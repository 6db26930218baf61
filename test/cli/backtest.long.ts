import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Hour, hourText } from '../../lib/facts/hour';
import type { Counts } from '../../lib/facts/snapshot';
import { JUDGE_VERSION } from '../../lib/judge/judge';
import { startDatadog } from '../../lib/local/datadog/server';
import { type Traffic, trafficOf } from '../../lib/local/traffic';
import { byStatus } from '../worlds/by-status';
import { stagewatch } from '../worlds/console';
import { LAUNCH, MONTH, tickOf } from '../worlds/moments';
import { scenarioOf } from '../worlds/rollout-facts';
import { BAD, FINE, fileOf } from '../worlds/small-release';
import { KEYS, openWorld, type World } from '../worlds/world';

let world: World;
let closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  world = await openWorld();
});
afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
});
afterAll(() => world.close());

const dir = mkdtempSync(path.join(tmpdir(), 'stagewatch-backtest-'));
afterAll(() => rmSync(dir, { recursive: true }));

const small = path.join(dir, 'small');
mkdirSync(small);
// JSON is YAML.
writeFileSync(path.join(small, 'release.yaml'), JSON.stringify(fileOf()));

/** A CSV of the hours [from, to) of #show; undefined is an hour without a row. */
function csvOf(countsOf: (hour: Hour) => Counts | undefined, from: Hour, to: Hour): string {
  const rows: string[] = [];
  for (let hour = from; hour < to; hour++) {
    for (const [status, count] of countsOf(hour) ?? []) rows.push(`${hourText(hour)},#show,${status},${count}`);
  }
  return fileWith(rows);
}

let files = 0;
function fileWith(rows: readonly string[]): string {
  const file = path.join(dir, `counts-${++files}.csv`);
  writeFileSync(file, `hour,endpoint,status,count\n${rows.join('\n')}\n`);
  return file;
}

/** Fine but for hours 5 to 7, and unknown from hour 16 to 20. */
const story = (hour: Hour): Counts | undefined => {
  const t = hour - LAUNCH;
  if (t >= 16 && t < 21) return undefined;
  return t >= 5 && t < 8 ? BAD : FINE;
};
const END = LAUNCH + 28;
const A = ['--stage', `A@${hourText(LAUNCH)}=25%`];
const storyCsv = csvOf(story, LAUNCH - MONTH, END);

describe('stagewatch backtest', () => {
  test('says what the hourly run said of the same hours', async () => {
    world.heal();
    world.shows(story);
    const release = await world.launched();
    await world.hours(release, LAUNCH, END);
    const said = (await world.historyOf(release).alerts()).map(({ verdict, change, reason }) => ({
      hour: hourText(verdict.hour),
      change,
      reason,
    }));

    const { code, out } = await stagewatch(['backtest', small, '--csv', storyCsv, ...A, '--json']);
    expect(code).toBe(0);
    const { alerts } = JSON.parse(out);
    expect(alerts.map(({ hour, change, reason }: (typeof said)[0]) => ({ hour, change, reason }))).toEqual(said);
    expect(said.map(({ change }) => change)).toEqual(['firing', 'worse', 'resolved', 'firing', 'notice', 'resolved']);
  });

  test('leaves the toggles out of a release that has a toggle service, and says so', async () => {
    const toggled = path.join(dir, 'toggled', 'small');
    mkdirSync(toggled, { recursive: true });
    const toggleService = { flipper: { url: 'https://flags.example.test/flipper/api' }, follow: true };
    const file = fileOf({ toggles: [{ name: 'one' }], toggleService });
    writeFileSync(path.join(toggled, 'release.yaml'), JSON.stringify(file));
    const [without, of] = await Promise.all(
      [small, toggled].map((release) => stagewatch(['backtest', release, '--csv', storyCsv, ...A, '--json'])),
    );
    expect(of!.code).toBe(0);
    expect(JSON.parse(of!.out)).toEqual(JSON.parse(without!.out));
    expect(of!.err).toContain('the toggles are left out: users are exposed as --stage says');
    expect(without!.err).not.toContain('toggles');
  });

  test('prints the rows that docs/backtest.md describes with --json', async () => {
    const { out } = await stagewatch(['backtest', small, '--csv', storyCsv, ...A, '--json', '--rules']);
    const { alerts, verdicts, rules, ...rest } = JSON.parse(out);
    expect(rest).toEqual({
      version: 1,
      release: 'small',
      judge: JUDGE_VERSION,
      from: '2026-02-11T16:00Z',
      to: '2026-02-12T20:00Z',
      pages: { firing: 2, worse: 1, repeat: 0, improved: 0, resolved: 2 },
      notices: 1,
      weeks: 28 / 168,
      alertsAWeek: 5 / (28 / 168),
    });
    expect(alerts[0]).toEqual({
      hour: '2026-02-11T21:00Z',
      endpoint: '#show',
      criterion: 'below',
      change: 'firing',
      message: 1,
      severity: 'page',
      reason: 'first firing',
      text: '50 % (500 of 1,000) in the last hour against a limit of 5 %',
      rollBack: false,
      since: '2026-02-11T21:00Z',
      outcome: 'breach',
      evidence: { breach: expect.any(Number) },
      pooled: { requests: 1000, errors: 500 },
      window: { name: 'last hour', from: '2026-02-11T21:00Z', to: '2026-02-11T22:00Z' },
      limit: 0.05,
      baselineRate: expect.closeTo(0.002, 4),
    });
    expect(alerts[3]).toMatchObject({
      endpoint: null,
      criterion: 'blind',
      change: 'firing',
      text: 'the CSV has no row of this hour',
    });
    expect(verdicts.map(({ hour, stage, at }: Record<string, unknown>) => [hour, stage, at])).toEqual([
      ['2026-02-12T15:00Z', 'A', ['planned end']],
      ['2026-02-12T19:00Z', 'A', ['last hour']],
    ]);
    expect(verdicts[0]).toMatchObject({
      recommendation: 'hold',
      findings: [{ endpoint: '#show', criterion: 'below', outcome: expect.any(String), evidence: expect.any(Object) }],
    });
    expect(rules[0]).toEqual({
      name: 'Stagewatch',
      source: expect.stringMatching(/^judge /),
      alarms: [{ hour: '2026-02-11T21:00Z', endpoint: '#show' }],
      alarmsAWeek: 1 / (28 / 168),
    });
    expect(rules.length).toBeGreaterThan(5);
  });

  test('lets the judge of version 0.1.0 judge', async () => {
    const { out } = await stagewatch(['backtest', small, '--csv', storyCsv, ...A, '--judge', '3', '--rules', '--json']);
    const { judge, verdicts, rules, alerts } = JSON.parse(out);
    expect([judge, rules[0].source]).toEqual(['3', 'judge 3']);
    expect(verdicts[0]).toMatchObject({ recommendation: 'hold', findings: [{ endpoint: '#show' }], traffic: [] });
    expect(alerts[0]).toMatchObject({ hour: '2026-02-11T21:00Z', endpoint: '#show', change: 'firing' });
    const text = await stagewatch(['backtest', small, '--csv', storyCsv, ...A, '--judge', '3']);
    expect(text.out).toMatch(/^Small: 28 hours replayed by judge 3, /);
    const { code, err } = await stagewatch(['backtest', small, '--csv', storyCsv, ...A, '--judge', '2']);
    expect(code).toBe(64);
    expect(err).toContain('--judge');
  });

  test('prints alerts and verdicts in the order of time, in the zone of the release, and a summary last', async () => {
    const { out, err } = await stagewatch(['backtest', small, '--csv', storyCsv, ...A, '--rules']);
    const lines = out.split('\n');
    expect(lines[0]).toBe('Small: 28 hours replayed, 2026-02-11 11:00 EST - 2026-02-12 15:00 EST');
    expect(lines.slice(2, 4).join('\n')).toMatch(
      /^2026-02-11 17:00 EST {2}ALARM firing: first firing\n {2}firing {4}#show not below its limit: 50 % \(500 of 1,000\) in the last hour against a limit of 5 %; odds of .+ : 1$/,
    );
    expect(out).toContain('2026-02-12 11:00 EST  stage A, 25 % of users, planned end: HOLD');
    expect(out).toMatch(/\nhour at the limit +1 +6 {2}2026-02-11 17:00 EST #show\n/);
    expect(lines.at(-1)).toBe('5 pages (2 firing, 1 worse, 2 resolved) and 1 notice in 0.17 weeks: 30 pages a week');
    expect(err).toBe('');
  });

  test('asks Datadog for the same counts, and says the same of them', async () => {
    const traffic: Traffic = {
      counts: (resource, hour) =>
        (resource === '#show' ? story(hour) : story(hour) && byStatus({ 200: 9 })) ?? byStatus({}),
      toggleOff: (resource, hour) => traffic.counts(resource, hour),
      expected: () => ({ requests: 0, errors: 0 }),
      kind: () => new Map(),
      blind: () => false,
    };
    const datadog = await startDatadog({ traffic, now: () => tickOf(END - 1), keys: KEYS });
    closing.push(() => datadog.close());
    const env = { DD_API_KEY: KEYS.apiKey, DD_APP_KEY: KEYS.appKey, STAGEWATCH_DATADOG_URL: datadog.url };
    const since = ['--from-datadog', '--since', hourText(LAUNCH - MONTH)];
    const asked = await stagewatch(['backtest', small, ...since, ...A, '--json'], { env, now: tickOf(END - 1) });
    expect(asked).toMatchObject({ code: 0, err: '' });
    const read = await stagewatch(['backtest', small, '--csv', storyCsv, ...A, '--json']);
    const withoutTexts = (text: string) =>
      JSON.parse(text, (key, value) => (['text', 'reason'].includes(key) ? undefined : value));
    expect(withoutTexts(asked.out)).toEqual(withoutTexts(read.out));
  });

  test('takes rows of controls and of requests with the toggle off', async () => {
    const rows = ['#show', '#search', '#show (toggle off)'].flatMap((name) =>
      Array.from({ length: MONTH + 3 }, (_, index) => `${hourText(LAUNCH - MONTH + index)},${name},200,9`),
    );
    const file = fileWith(rows);
    expect(await stagewatch(['backtest', 'docs/examples/controls', '--csv', file, ...A])).toMatchObject({ code: 0 });
    const { code, err } = await stagewatch(['backtest', small, '--csv', file, ...A]);
    expect(code).toBe(64);
    expect(err).toContain('endpoint - got "#search", expected a name of the release file');
  });

  test("fails with 70 and Datadog's reason when Datadog refuses", async () => {
    const datadog = await startDatadog({
      traffic: trafficOf(scenarioOf('as-it-was'), 1, []),
      now: () => tickOf(END),
      keys: KEYS,
    });
    closing.push(() => datadog.close());
    const env = { DD_API_KEY: 'wrong', DD_APP_KEY: 'keys', STAGEWATCH_DATADOG_URL: datadog.url };
    const since = ['--from-datadog', '--since', hourText(LAUNCH - MONTH)];
    const { code, err } = await stagewatch(['backtest', small, ...since, ...A], { env, now: tickOf(END) });
    expect(code).toBe(70);
    expect(err).toMatch(/^error: datadog refused - got 40[13]/);
  });

  test('ends at --until', async () => {
    const until = ['--until', hourText(LAUNCH + 10)];
    const { out } = await stagewatch(['backtest', small, '--csv', storyCsv, ...A, ...until, '--json']);
    expect(JSON.parse(out).to).toBe(hourText(LAUNCH + 10));
    expect(JSON.parse(out).alerts).toHaveLength(3);
  });

  test('says on standard error when the baseline is short', async () => {
    const late = csvOf(story, LAUNCH - 30, LAUNCH + 3);
    const { code, err } = await stagewatch(['backtest', small, '--csv', late, ...A]);
    expect([code, err]).toEqual([
      0,
      'the counts begin about 30 hours before the launch; a whole baseline is four weeks',
    ]);
  });

  test('that was stopped by Ctrl-C prints no part of itself', async () => {
    const { code, out, err } = await stagewatch(['backtest', small, '--csv', storyCsv, ...A], {
      signal: AbortSignal.abort(),
    });
    expect([code, out]).toEqual([70, '']);
    expect(err).toBe('error: stopped before the end; a part of a backtest says nothing');
  });
});

describe('wrong use of stagewatch backtest ends with 64 and', () => {
  test('all that is wrong with its options', async () => {
    const wrong = ['A@yesterday', 'D@2026-02-12T00:00Z', 'A', 'A@2026-02-13T00:00Z=0%', 'off@2026-02-14T00:00Z=5%'];
    const stages = ['B@2026-02-15T00:00Z=101%', 'A@2026-02-15T00:00Z', ...wrong].flatMap((entry) => ['--stage', entry]);
    const { code, err } = await stagewatch(['backtest', small, '--csv', storyCsv, '--from-datadog', ...stages]);
    expect(code).toBe(64);
    for (const problem of [
      '--stage B@2026-02-15T00:00Z=101% - got 101%, expected a share of users from 0% to 100%',
      '--stage A@yesterday - got yesterday, expected an instant with its offset',
      '--stage D@2026-02-12T00:00Z - got stage D, expected one of A, B, off',
      '--stage A - expected STAGE@INSTANT=EXPOSURE',
      '--stage A@2026-02-13T00:00Z=0% - got 0%, expected more; off@2026-02-13T00:00Z is a roll-back',
      '--stage off@2026-02-14T00:00Z=5% - got 5%, expected none: "off" is 0 %',
      '--csv and --from-datadog - got both, expected one of them',
      '--since - got nothing, expected where the counts of Datadog begin',
    ])
      expect(err).toContain(problem);
  });

  test.each([
    ['no stage', ['--csv', storyCsv], '--stage - got no stage'],
    ['a roll-back only', ['--csv', storyCsv, '--stage', 'off@2026-02-12T00:00Z'], '--stage - got no stage'],
    ['two stages at once', ['--csv', storyCsv, ...A, '--stage', `B@${hourText(LAUNCH)}`], 'got a second event at'],
    ['neither source', A, '--csv and --from-datadog - got neither'],
    ['--since beside a file', ['--csv', storyCsv, '--since', hourText(LAUNCH), ...A], '--since - got an instant'],
    ['an end before the launch', ['--csv', storyCsv, '--until', hourText(LAUNCH), ...A], '--until - got'],
    ['an end after the counts', ['--csv', storyCsv, '--until', hourText(END + 1), ...A], 'but the counts end at'],
    ['a stage after the counts', ['--csv', storyCsv, ...A, '--stage', `B@${hourText(END)}`], '--stage B - got'],
    ['a launch before the counts', ['--csv', storyCsv, '--stage', 'A@2025-02-11T16:00Z'], 'but the counts begin at'],
    ['no keys of Datadog', ['--from-datadog', '--since', hourText(LAUNCH), ...A], 'DD_API_KEY - got nothing'],
    ['a local time', ['--csv', storyCsv, '--until', '2026-02-12T00:00', ...A], 'expected an instant with its offset'],
    ['no such file', ['--csv', path.join(dir, 'nowhere.csv'), ...A], 'got no such file'],
    ['a bad row', ['--csv', fileWith(['2026-02-11T16:30Z,#show,200,-1']), ...A], 'line 2: hour - got'],
  ])('a message for %s', async (_, args, message) => {
    const { code, out, err } = await stagewatch(['backtest', small, ...args]);
    expect([code, out]).toEqual([64, '']);
    expect(err).toContain(message);
  });
});

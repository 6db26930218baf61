import { hourText } from '../lib/facts/hour';
import { dayOf, firstHourOf } from '../lib/facts/packed/packed-day';
import type { Counts } from '../lib/facts/snapshot';
import { factsFrom } from '../lib/judge/rollout';
import { startDatadog } from '../lib/local/datadog/server';
import { RESOURCES, trafficOf } from '../lib/local/traffic';
import { run } from '../lib/run';
import { datadogSource } from '../lib/sources/datadog/source';
import { byStatus } from './worlds/by-status';
import { kept } from './worlds/kept';
import { scenario } from './worlds/local-rollout';
import { whenever } from './worlds/memory-history';
import { entered, LAUNCH, MONTH, tickOf } from './worlds/moments';
import { BAD, FINE, fileOf, releaseOf } from './worlds/small-release';
import { KEYS, keysOf, kindOf, openWorld, spansAsked, textsOf, type World } from './worlds/world';

let world: World;
beforeAll(async () => {
  world = await openWorld({ history: 'memory' });
});
beforeEach(() => world.heal());
afterAll(() => world.close());

describe('the first run', () => {
  test('pulls four weeks in requests of at most a week that meet at midnight UTC, newest first', async () => {
    const release = releaseOf(world.freshName());
    const report = await world.hour(release, LAUNCH - 1);
    const midnight = firstHourOf(dayOf(LAUNCH));
    // Datadog is asked for a day at least.
    const cuts = [LAUNCH, ...[6, 13, 20, 27, 28].map((days) => midnight - days * 24)];
    expect(spansAsked(world)).toEqual(cuts.slice(1).map((from, index) => ({ from, to: cuts[index] })));
    expect(report).toMatchObject({ hour: LAUNCH - 1, recorded: 2 * MONTH, revised: 0, stillDue: 6 });
    const items = await world.dump(release, LAUNCH - MONTH);
    expect(keysOf(kindOf(items, 'snapshot'))).toEqual(textsOf(LAUNCH - MONTH, LAUNCH));
    expect(keysOf(kindOf(items, 'scope'))).toEqual(textsOf(LAUNCH - MONTH, LAUNCH));
    expect(keysOf(kindOf(items, 'verdict'))).toEqual([`verdict#${hourText(LAUNCH - 1)}`]);
    expect(report.verdict.recommendation).toBe('not exposed');
  });

  test('of a release that was launched ten days ago pulls four weeks before that, too', async () => {
    const release = releaseOf(world.freshName());
    await world.historyOf(release).enterStage(entered(LAUNCH - 240));
    const report = await world.hour(release, LAUNCH - 1);
    expect(report.recorded).toBe(2 * (MONTH + 240));
    expect(Math.max(...spansAsked(world).map(({ from, to }) => to - from))).toBe(168);
    expect(report.verdict.stage).toMatchObject({ name: 'A', exposure: 0.25 });
  });
});

describe('a run', () => {
  test('judges as if an entry that was undone had never been', async () => {
    const [corrected, untouched] = [await world.launched(), await world.launched()];
    const wrong = entered(LAUNCH + 2, 'B', 1);
    const history = world.historyOf(corrected);
    await history.enterStage(wrong);
    const between = await world.hour(corrected, LAUNCH + 3);
    expect(between.verdict.stage).toMatchObject({ name: 'B' });
    await history.undoStage({ at: wrong.at, undoneAt: tickOf(LAUNCH + 3), by: 'Ada' });
    const after = await world.hour(corrected, LAUNCH + 4);
    await world.hour(untouched, LAUNCH + 3);
    expect({ ...after.verdict, edition: '' }).toEqual({
      ...(await world.hour(untouched, LAUNCH + 4)).verdict,
      edition: '',
    });
  });

  test('asks once, records its hour and gives its verdict', async () => {
    const release = await world.launched();
    const report = await world.hour(release, LAUNCH);
    expect(spansAsked(world)).toEqual([{ from: LAUNCH - 23, to: LAUNCH + 1 }]);
    expect(report).toMatchObject({ recorded: 2, stillDue: 1, verdict: { hour: LAUNCH } });
    expect(kindOf(await world.dump(release), 'snapshot').at(-1)).toMatchObject({
      sk: hourText(LAUNCH),
      kind: 'counted',
      counts: Object.fromEntries(FINE),
      requests: 1000,
      errors: 2,
      revision: 1,
      final: false,
    });
    expect(kindOf(await world.dump(release), 'scope').at(-1)).toMatchObject({ counts: { any: expect.any(Number) } });
  });

  test('that is repeated changes nothing', async () => {
    const release = await world.launched();
    await world.hours(release, LAUNCH, LAUNCH + 8);
    const before = await world.dump(release);
    const report = await world.hour(release, LAUNCH + 7);
    expect(report).toMatchObject({ recorded: 0, revised: 0 });
    expect(await world.dump(release)).toEqual(before);
  });

  test('after missed ones has no hole in its snapshots and verdicts', async () => {
    const release = await world.launched();
    await world.hour(release, LAUNCH);
    const report = await world.hour(release, LAUNCH + 30);
    expect(report.recorded).toBe(2 * 31);
    const items = await world.dump(release);
    expect(keysOf(kindOf(items, 'snapshot'))).toEqual(textsOf(LAUNCH, LAUNCH + 31));
    expect(keysOf(kindOf(items, 'verdict'))).toEqual(textsOf(LAUNCH, LAUNCH + 31, 'verdict#'));
  });

  test('after an outage of days has all snapshots, and the verdicts of the last two days', async () => {
    const release = await world.launched();
    await world.hour(release, LAUNCH);
    const newest = LAUNCH + 60;
    await world.hour(release, newest);
    const items = await world.dump(release);
    expect(keysOf(kindOf(items, 'snapshot'))).toEqual(textsOf(LAUNCH, newest + 1));
    expect(keysOf(kindOf(items, 'verdict')).slice(1)).toEqual(textsOf(newest - 47, newest + 1, 'verdict#'));
  });

  test('that comes late, after a newer one, does not move the clock back', async () => {
    const release = await world.launched();
    await world.hours(release, LAUNCH, LAUNCH + 10);
    const before = await world.dump(release);
    const report = await world.hour(release, LAUNCH + 2);
    expect(report).toMatchObject({ hour: LAUNCH + 9, recorded: 0 });
    expect(await world.dump(release)).toEqual(before);
  });
});

describe('a release with a control and a toggle-off query', () => {
  const compared = { ...fileOf().endpoints[0], criteria: [{ consistentWithBaseline: {} }] };
  const change = {
    endpoints: [compared],
    controls: [{ name: 'users', tag: RESOURCES.other.tag }],
    datadog: { ...fileOf().datadog, control: ['feature:off'] },
  };

  test('keeps all three kinds of series, of one request', async () => {
    const release = await world.launched(change);
    const traffic = trafficOf(scenario('regression'), 1, [entered(LAUNCH)]);
    const datadog = await startDatadog({ traffic, now: () => Number.MAX_SAFE_INTEGER, keys: KEYS });
    const source = datadogSource({ datadog: release.datadog, keys: async () => KEYS, url: datadog.url });
    const report = await run({ ...world.watch(release), source }, tickOf(LAUNCH + 1));
    await datadog.close();

    expect(report.failure).toBeUndefined();
    expect([report.recorded, datadog.requests]).toEqual([8, 1]);
    const stored = kindOf(await world.dump(release), 'snapshot').map(({ pk, sk, counts }) => [pk, sk, counts]);
    const of = (name: string, countsAt: (hour: number) => Counts) =>
      [LAUNCH, LAUNCH + 1].map((hour) => [`RELEASE#${name}`, hourText(hour), Object.fromEntries(countsAt(hour))]);
    expect(stored).toEqual([
      ...of('%23show', (hour) => traffic.counts('#show', hour)),
      ...of('users', (hour) => traffic.counts('other', hour)),
      ...of('%23show (toggle off)', (hour) => traffic.toggleOff('#show', hour)),
    ]);
  });

  test('pulls the hours that only they lack, and leaves what it knew as it was', async () => {
    const before = await world.launched({ endpoints: [compared] });
    await world.hours(before, LAUNCH, LAUNCH + 1);
    const [known] = await kept(world.historyOf(before), '#show', LAUNCH, LAUNCH + 1);
    const release = releaseOf(before.name, change);
    await world.seed(release, factsFrom(release, LAUNCH), LAUNCH - 10);
    const report = await run(world.watch(release), tickOf(LAUNCH));
    expect(report).toMatchObject({ recorded: 2 * 11, revised: 0 });
    const history = world.historyOf(release);
    expect(await kept(history, '#show', LAUNCH, LAUNCH + 1)).toEqual([known]);
    for (const name of ['users', '#show (toggle off)'])
      expect(await kept(history, name, LAUNCH - 10, LAUNCH + 1)).toHaveLength(11);
  });
});

describe('runs that overlap', () => {
  test('lose nothing, record each hour once and page once', async () => {
    world.shows((at) => (at >= LAUNCH + 1 ? BAD : FINE));
    const [alone, together] = [await world.launched(), await world.launched()];
    await world.hour(alone, LAUNCH);
    await world.hour(alone, LAUNCH + 12);
    await world.hour(together, LAUNCH);
    world.published.length = 0;

    const reports = await Promise.all([
      world.hour(together, LAUNCH + 12),
      world.hour(together, LAUNCH + 12),
      world.hour(together, LAUNCH + 12),
    ]);

    expect(await world.dump(together)).toEqual(await world.dump(alone));
    // A table cannot tell a run's own write, whose reply was lost, from the same write of another run.
    const recorded = reports.reduce((sum, one) => sum + one.recorded, 0);
    expect(recorded).toBeGreaterThanOrEqual(26);
    expect(recorded).toBeLessThanOrEqual(process.env.STAGEWATCH_TEST_HISTORY ? 3 * 26 : 26);
    expect(await world.alertsOf(together)).toEqual(['firing sent']);
    expect(world.published).toHaveLength(1);
  });

  test('with different ticks end as if the newer one had come alone', async () => {
    const [alone, together] = [await world.launched(), await world.launched()];
    await world.hour(alone, LAUNCH + 12);
    await Promise.all([
      world.hour(together, LAUNCH + 3),
      world.hour(together, LAUNCH + 12),
      world.hour(together, LAUNCH + 8),
    ]);
    await world.hour(together, LAUNCH + 12);
    const kept = async (of: typeof alone) => kindOf(await world.dump(of), 'snapshot').map(whenever);
    expect(await kept(together)).toEqual(await kept(alone));
    expect(await world.historyOf(together).lastVerdict()).toEqual(await world.historyOf(alone).lastVerdict());
  });
});

describe('late data', () => {
  const LATE = byStatus({ 200: 1200, 500: 3 });

  test('revises an hour for six hours and is too late after that', async () => {
    const release = await world.launched();
    await world.hours(release, LAUNCH, LAUNCH + 6);
    world.shows((at) => (at === LAUNCH ? LATE : FINE));
    expect(await world.hour(release, LAUNCH + 6)).toMatchObject({ revised: 2 });
    world.shows((at) => (at === LAUNCH ? BAD : FINE));
    expect(await world.hour(release, LAUNCH + 7)).toMatchObject({ revised: 0 });
    const [snapshot] = await kept(world.historyOf(release), '#show', LAUNCH, LAUNCH + 1);
    expect(snapshot).toMatchObject({ counts: LATE, revision: 2, final: true });
  });

  test('takes hours that were read as none where many are usual, ten hours late, as long as they come at all', async () => {
    const release = await world.launched();
    const none = (at: number) => (at >= LAUNCH + 2 ? byStatus({}) : FINE);
    world.shows(none);
    await world.hours(release, LAUNCH, LAUNCH + 12);
    world.heal();
    expect(await world.hour(release, LAUNCH + 12)).toMatchObject({ stillDue: 6 });
    const late = await kept(world.historyOf(release), '#show', LAUNCH + 2, LAUNCH + 6);
    expect(late).toMatchObject(late.map(() => ({ kind: 'counted', counts: FINE, revision: 2, final: true })));
    expect(late).toHaveLength(4);
  });

  test('fills an hour that Datadog had nothing of, says when, and the day has a notice of it', async () => {
    const release = await world.launched();
    world.shows((at) => (at === LAUNCH + 1 ? undefined : FINE));
    await world.hours(release, LAUNCH, LAUNCH + 10);
    const history = world.historyOf(release);
    expect((await kept(history, '#show', LAUNCH + 1, LAUNCH + 2))[0]).toEqual({
      endpoint: '#show',
      hour: LAUNCH + 1,
      kind: 'unknown',
      reason: 'Datadog has no trace.rack.request.hits at all for env:eks-prod',
      revision: 1,
      final: false,
    });
    expect(kindOf(await world.dump(release), 'scope').at(-1)).toMatchObject({ counts: { any: expect.any(Number) } });
    world.heal();
    const report = await world.hour(release, LAUNCH + 10);
    expect(report).toMatchObject({ revised: 2 });
    expect((await kept(world.historyOf(release), '#show', LAUNCH + 1, LAUNCH + 2))[0]).toEqual({
      endpoint: '#show',
      hour: LAUNCH + 1,
      kind: 'counted',
      countedBy: expect.any(String),
      counts: FINE,
      revision: 2,
      final: true,
      filledAt: tickOf(LAUNCH + 10),
      judgedUpTo: LAUNCH + 9,
    });
    expect(report.verdict.notices).toMatchObject([{ kind: 'gap-closed' }]);
  });
});

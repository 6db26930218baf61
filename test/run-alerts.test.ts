import { startOf } from '../lib/facts/hour';
import { run, type Watch } from '../lib/run';
import { LAUNCH, tickOf } from './worlds/moments';
import { BAD, FINE } from './worlds/small-release';
import { keysOf, kindOf, openWorld, textsOf, type World } from './worlds/world';

let world: World;
beforeAll(async () => {
  world = await openWorld({ history: 'memory' });
});
beforeEach(() => world.heal());
afterAll(() => world.close());

describe('a message that the sink refuses for ever', () => {
  test('does not hold up a newer page, which tells of it; every run until then fails, and the record stays pending', async () => {
    const release = await world.launched();
    // One bad hour after two fine ones, and fine ones again.
    world.shows((at) => (at === LAUNCH + 2 || at === LAUNCH + 3 ? BAD : FINE));
    const watch = world.watch(release);
    const poisoned: Watch = {
      ...watch,
      sink: {
        publish: async (alert) => {
          if (alert.seq === 1) throw new Error('InvalidParameter');
          await watch.sink.publish(alert);
        },
      },
    };
    const outcomes: string[] = [];
    for (let newest = LAUNCH; newest < LAUNCH + 9; newest++) {
      world.minutePasses();
      const outcome = await run(poisoned, tickOf(newest)).then(
        ({ alert }) => alert?.change ?? '-',
        (error: Error) => error.message,
      );
      outcomes.push(outcome);
    }
    expect(outcomes.filter((one) => one === 'InvalidParameter').length).toBeGreaterThan(1);
    expect(outcomes.slice(0, 2)).toEqual(['-', '-']);
    expect(outcomes.slice(-2)).toEqual(['-', '-']);
    expect(await world.alertsOf(release)).toEqual(['firing pending', 'resolved sent']);
    expect(world.subjects()).toEqual([expect.stringMatching(/^OK: Small - RESOLVED: #show recovered$/)]);
    expect(world.published[0]!.message.replace(/\n +/g, ' ')).toMatch(
      /Note {4}held back .*: firing \(first firing\); could not be delivered/,
    );
    const items = await world.dump(release);
    expect(keysOf(kindOf(items, 'verdict'))).toEqual(textsOf(LAUNCH, LAUNCH + 9, 'verdict#'));
  });
});

test('in a silence runs record as ever and publish nothing; what was held back is told when it is over', async () => {
  const release = await world.launched();
  await world.hour(release, LAUNCH);
  const silence = {
    kind: 'silence',
    at: tickOf(LAUNCH) + 1,
    until: startOf(LAUNCH + 6),
    by: 'Ada',
    reason: 'upgrade',
  } as const;
  await world.historyOf(release).recordOnCall(silence);
  world.shows((at) => (at > LAUNCH ? BAD : FINE));
  const reports = [];
  for (let newest = LAUNCH + 1; newest < LAUNCH + 5; newest++) reports.push(await world.hour(release, newest));
  expect(reports.at(-1)!.verdict.recommendation).toBe('roll back');
  expect(world.published).toEqual([]);
  expect(new Set(await world.alertsOf(release))).toEqual(new Set(['firing held', 'worse held']));

  const over = await world.hour(release, LAUNCH + 5);
  expect(over.alert).toMatchObject({ change: 'firing', reason: 'not told before: #show (below its limit)' });
  expect(world.subjects()).toEqual([expect.stringMatching(/^ALARM: Small - ROLL BACK: #show 50 % \(limit 5 %\)$/)]);
  expect(world.published[0]!.message).toContain('silence by Ada: upgrade');
});

test('a run with an older release file, hours late, keeps what it sampled, and neither judges nor tells', async () => {
  const release = await world.launched();
  world.shows((at) => (at > LAUNCH ? BAD : FINE));
  for (let newest = LAUNCH; newest < LAUNCH + 5; newest++) await world.hour(release, newest);
  const [said, judged] = [await world.alertsOf(release), kindOf(await world.dump(release), 'verdict').length];
  const looser = {
    ...release,
    endpoints: release.endpoints.map((one) => ({ ...one, criteria: [{ below: 0.9, whenThin: 'hold' as const }] })),
  };
  const late = await run(world.watch(looser), tickOf(LAUNCH + 2));
  expect(late).toMatchObject({ hour: LAUNCH + 4, verdict: { recommendation: 'roll back' } });
  expect(late.alert).toBeUndefined();
  expect(await world.alertsOf(release)).toEqual(said);
  expect(kindOf(await world.dump(release), 'verdict')).toHaveLength(judged);
  // The same file in the newest hour is a new edition, and judges.
  const next = await run(world.watch(looser), tickOf(LAUNCH + 5));
  expect(next.hour).toBe(LAUNCH + 5);
  expect(next.verdict.edition).not.toBe(late.verdict.edition);
});

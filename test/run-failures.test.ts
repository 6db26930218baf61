import { hourText } from '../lib/facts/hour';
import { dayOf, firstHourOf } from '../lib/facts/packed/packed-day';
import { SourceError } from '../lib/ports';
import type { Release } from '../lib/release/schema';
import { run, type Watch } from '../lib/run';
import { status } from './worlds/datadog-stand-in';
import { entered, LAUNCH, MONTH, tickOf } from './worlds/moments';
import { FINE, releaseOf } from './worlds/small-release';
import { keysOf, kindOf, openWorld, textsOf, type World } from './worlds/world';

let world: World;
beforeAll(async () => {
  world = await openWorld({ history: 'memory' });
});
beforeEach(() => world.heal());
afterAll(() => world.close());

/** Requests of weeks meet at midnight UTC. */
const MIDNIGHT = firstHourOf(dayOf(LAUNCH));

describe('while Datadog is down', () => {
  let release: Release;
  let newest = LAUNCH;
  beforeAll(async () => {
    release = await world.launched();
  });

  test.each([
    ['answers HTTP 500', 'unreachable', status(500)],
    ['refuses the keys', 'refused', status(403, '{"errors":["Forbidden"]}')],
    ['is throttling for an hour', 'throttled', status(429, '', { 'x-ratelimit-reset': '3600' })],
    ['does not answer', 'timeout', () => {}],
    ['answers garbage', 'malformed', '<html>maintenance</html>'],
    ['answers with nothing', 'malformed', '{}'],
  ] as const)(
    'because it %s, nothing is recorded, a verdict is given, and the next run fills the hour',
    async (_, kind, fault) => {
      await world.hour(release, newest++);
      world.datadog.answers(fault);
      const down = newest++;
      const report = await world.attempt(release, down, kind === 'timeout' ? { timeoutMs: 200 } : {});
      expect(report.failure).toBeInstanceOf(SourceError);
      expect(report).toMatchObject({ recorded: 0, failure: { kind }, verdict: { hour: down, recommendation: 'hold' } });
      expect(keysOf(kindOf(await world.dump(release), 'snapshot'))).toEqual(textsOf(LAUNCH, down));

      world.datadog.answers(world.honest);
      await world.hour(release, newest++);
      expect(keysOf(kindOf(await world.dump(release), 'snapshot'))).toEqual(textsOf(LAUNCH, newest));
    },
  );

  test('for hours, people hear that the release is blind, and that it is over', async () => {
    const other = await world.launched();
    await world.hours(other, LAUNCH, LAUNCH + 2);
    world.datadog.answers(status(403));
    const down = [];
    for (let hour = LAUNCH + 2; hour < LAUNCH + 6; hour++) down.push(await world.attempt(other, hour));
    expect(down.map(({ verdict }) => verdict.blind?.hours)).toEqual([undefined, undefined, 3, 4]);
    expect(down.map(({ alert }) => alert?.change)).toEqual([undefined, undefined, 'firing', undefined]);

    world.datadog.answers(world.honest);
    await world.hour(other, LAUNCH + 6);
    expect(await world.alertsOf(other)).toEqual(['firing sent', 'resolved sent']);
    expect(world.subjects()).toEqual([
      'ALARM: Small - HOLD: no data',
      expect.stringMatching(/^OK: Small - RESOLVED: data is back$/),
    ]);
    const items = await world.dump(other);
    expect(keysOf(kindOf(items, 'snapshot'))).toEqual(textsOf(LAUNCH, LAUNCH + 7));
    expect(keysOf(kindOf(items, 'verdict'))).toEqual(textsOf(LAUNCH, LAUNCH + 7, 'verdict#'));
  });

  test('from the very start, a launched release is blind, not silent', async () => {
    const release = releaseOf(world.freshName());
    await world.historyOf(release).enterStage(entered(LAUNCH));
    world.datadog.answers(status(403));
    for (let newest = LAUNCH; newest < LAUNCH + 4; newest++) await world.attempt(release, newest);
    expect(await world.alertsOf(release)).toEqual(['firing sent']);
    expect(world.subjects()).toEqual(['ALARM: Small - HOLD: no data']);
  });

  test('in the middle of four weeks, what came before is kept and the rest is asked for next time', async () => {
    const release = releaseOf(world.freshName());
    world.datadog.answers(world.honest, world.honest, status(400));
    const first = await world.attempt(release, LAUNCH - 1);
    expect(first).toMatchObject({
      recorded: 2 * (LAUNCH - MIDNIGHT + 13 * 24),
      failure: { kind: 'refused' },
      verdict: { hour: LAUNCH - 1 },
    });
    world.datadog.answers(world.honest);
    await world.hour(release, LAUNCH);
    expect(keysOf(kindOf(await world.dump(release, LAUNCH + 1 - MONTH), 'snapshot'))).toEqual(
      textsOf(LAUNCH + 1 - MONTH, LAUNCH + 1),
    );
  });
});

describe('an alert', () => {
  test('that could not be published stays pending, and the next run sends it before anything newer', async () => {
    const release = await world.launched();
    world.shows((at) => (at < LAUNCH + 2 ? FINE : undefined));
    await world.hours(release, LAUNCH, LAUNCH + 4);
    world.faults.sns = true;
    await expect(world.hour(release, LAUNCH + 4)).rejects.toThrow('out of order');
    expect(await world.alertsOf(release)).toEqual(['firing pending']);
    expect((await world.historyOf(release).lastVerdict())!.hour).toBe(LAUNCH + 4);

    world.heal();
    await world.hour(release, LAUNCH + 5);
    expect(world.subjects()).toEqual(['ALARM: Small - HOLD: no data']);
    expect(await world.alertsOf(release)).toEqual(['firing sent']);
    // That data is back is said after six hours of it.
    await world.hours(release, LAUNCH + 6, LAUNCH + 11);
    expect(world.subjects()).toEqual([
      'ALARM: Small - HOLD: no data',
      expect.stringMatching(/^OK: Small - RESOLVED: data is back$/),
    ]);
    expect(await world.alertsOf(release)).toEqual(['firing sent', 'resolved sent']);
  });

  test('that cannot be published fails every run, but holds up neither snapshots nor verdicts', async () => {
    const release = await world.launched();
    world.shows((at) => (at < LAUNCH ? FINE : undefined));
    world.faults.sns = true;
    await world.hours(release, LAUNCH, LAUNCH + 2);
    for (let newest = LAUNCH + 2; newest < LAUNCH + 4; newest++) {
      await expect(world.hour(release, newest)).rejects.toThrow('out of order');
    }
    const items = await world.dump(release);
    expect(keysOf(kindOf(items, 'verdict'))).toEqual(textsOf(LAUNCH, LAUNCH + 4, 'verdict#'));
    expect(keysOf(kindOf(items, 'snapshot')).at(-1)).toBe(hourText(LAUNCH + 3));
    expect(await world.alertsOf(release)).toEqual(['firing pending']);
  });
});

describe('the time of a run', () => {
  test('that is over at once still gives a verdict of what is known, and the next run does the rest', async () => {
    const release = await world.launched();
    const report = await world.attempt(release, LAUNCH + 2, { signal: AbortSignal.abort() });
    expect(report).toMatchObject({ recorded: 0, stillDue: 3, verdict: { hour: LAUNCH + 2 } });
    expect(report.failure?.message).toMatch(/^no time was left to sample the newest hour/);
    expect(world.datadog.asked).toEqual([]);
    expect(await world.hour(release, LAUNCH + 2)).toMatchObject({ recorded: 2 * 3 });
  });

  test('that ends between two requests keeps the newest hours, and the next run does the rest', async () => {
    const release = releaseOf(world.freshName());
    const time = new AbortController();
    const first = await run(world.watch(release), tickOf(LAUNCH - 1), {
      signal: time.signal,
      progress: () => time.abort(),
    });
    expect(first).toMatchObject({ recorded: 2 * (LAUNCH - MIDNIGHT + 6 * 24), verdict: { hour: LAUNCH - 1 } });
    expect(keysOf(kindOf(await world.dump(release, LAUNCH - MONTH), 'snapshot'))).toEqual(
      textsOf(MIDNIGHT - 6 * 24, LAUNCH),
    );
    expect(await world.hour(release, LAUNCH - 1)).toMatchObject({
      recorded: 2 * (MONTH - (LAUNCH - MIDNIGHT) - 6 * 24),
      stillDue: 6,
    });
  });

  test('that ends while Datadog is silent is a failure, and the next run does all', async () => {
    const release = await world.launched();
    const time = new AbortController();
    world.datadog.answers(() => time.abort());
    expect(await world.attempt(release, LAUNCH, { signal: time.signal })).toMatchObject({
      recorded: 0,
      failure: { kind: 'timeout' },
      verdict: { hour: LAUNCH },
    });
    world.datadog.answers(world.honest);
    expect(await world.hour(release, LAUNCH)).toMatchObject({ recorded: 2 });
  });

  test('is one of weeks for few series and of days for many, and the whole baseline is there after one run', async () => {
    const pages = Array.from({ length: 60 }, (_, index) => ({ name: `#${index}`, tag: `page_${index}` }));
    const endpoints = pages.slice(20).map((page) => ({ ...page, criteria: [{ below: '5%' }] }));
    const release = releaseOf(world.freshName(), { endpoints, controls: pages.slice(0, 20) });
    const report = await world.hour(release, LAUNCH - 1);
    // Those, and the scope.
    expect(report).toMatchObject({ recorded: MONTH * 61, stillDue: 6, verdict: { hour: LAUNCH - 1 } });
  });
});

describe('Ctrl-C', () => {
  test('before anything was done ends the run, which leaves nothing behind', async () => {
    const release = await world.launched();
    const ended = AbortSignal.abort();
    await expect(world.attempt(release, LAUNCH, { signal: ended, interrupt: ended })).rejects.toThrow(
      'the run was interrupted - nothing is lost',
    );
    expect(kindOf(await world.dump(release), 'snapshot')).toEqual([]);
    expect(kindOf(await world.dump(release), 'verdict')).toEqual([]);
    expect(world.datadog.asked).toEqual([]);
  });

  test('while a page is due keeps the facts, and the next run pages', async () => {
    const release = await world.launched();
    world.shows((at) => (at < LAUNCH + 1 ? FINE : undefined));
    await world.hours(release, LAUNCH, LAUNCH + 3);
    const pressed = new AbortController();
    const watch = world.watch(release);
    const { recordVerdict } = watch.history;
    watch.history.recordVerdict = async (verdict) => {
      await recordVerdict(verdict);
      pressed.abort();
    };
    const run3 = run(watch, tickOf(LAUNCH + 3), { signal: pressed.signal, interrupt: pressed.signal });
    await expect(run3).rejects.toThrow('interrupted');
    expect([await world.alertsOf(release), world.published]).toEqual([[], []]);
    await world.hour(release, LAUNCH + 3);
    expect(world.subjects()).toEqual(['ALARM: Small - HOLD: no data']);
  });
});

test('a table that refuses a write is a failed run, and the next one heals it', async () => {
  const release = await world.launched();
  const watch = world.watch(release);
  let refused = 0;
  const flaky = {
    ...watch,
    history: {
      ...watch.history,
      recordHour: async (...args: Parameters<Watch['history']['recordHour']>) => {
        if (args[0] !== LAUNCH + 2 || refused++) return watch.history.recordHour(...args);
        throw new Error('throttled');
      },
    },
  };
  const outcome = run(flaky, tickOf(LAUNCH + 4)).then(({ failure }) => {
    if (failure) throw failure;
  });
  await expect(outcome).rejects.toThrow('throttled');
  await world.hour(release, LAUNCH + 4);
  expect(keysOf(kindOf(await world.dump(release), 'snapshot'))).toEqual(textsOf(LAUNCH, LAUNCH + 5));
});

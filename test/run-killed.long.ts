import { run } from '../lib/run';
import { faulty } from './worlds/faults';
import { LAUNCH, tickOf } from './worlds/moments';
import { BAD, FINE } from './worlds/small-release';
import { openWorld, type World } from './worlds/world';

let world: World;
beforeAll(async () => {
  world = await openWorld({ history: 'memory' });
});
beforeEach(() => world.heal());
afterAll(() => world.close());

test('a process that dies at any step of a run loses nothing, and people are told once, or twice when it died before it could note that they were', async () => {
  // One hour is bad: an alert opens, the next hour is quiet, and in the third it closes. The next is bad more than a day
  // later: what broke again sooner would come and go, and be told once.
  const since = (at: number) => (at - LAUNCH) % 28;
  world.shows((at) => (at >= LAUNCH && since(at) === 0 ? BAD : FINE));
  // No stage ends meanwhile: a run sends one message, so that a second one in the same hour may send the next.
  const change = { stages: [{ name: 'A', exposure: '25%', length: '4 weeks' }] };
  const [steady, deadly] = [await world.launched(change), await world.launched(change)];
  const process = world.watch(deadly);
  const steps = [0, 0, 0];
  const survived = [false, false, false];
  let deaths = 0;
  let newest = LAUNCH;
  for (; survived.includes(false); newest++) {
    const kind = since(newest);
    if (survived[kind] === false) {
      const step = steps[kind]!++;
      const mode = step % 2 === 0 ? 'dies before' : 'dies after';
      const dying = faulty(process, [{ at: 1 + Math.floor(step / 2), mode }]).watch;
      survived[kind] = await run(dying, tickOf(newest)).then(
        () => true,
        () => false,
      );
      if (!survived[kind]) deaths++;
    }
    await world.hour(deadly, newest);
    await world.hour(steady, newest);
  }
  expect(deaths).toBeGreaterThan(50);
  expect(await world.dump(deadly)).toEqual(await world.dump(steady));

  const alertCount = (await world.historyOf(steady).alerts()).length;
  expect(alertCount).toBeGreaterThan(20);
  const told = (name: string) =>
    world.published
      .filter(({ attributes }) => attributes.release?.value === name)
      .map(({ message }) => Number(/ #(\d+), /.exec(message)![1]));
  const each = Array.from({ length: alertCount }, (_, index) => index + 1);
  expect(told(steady.name)).toEqual(each);
  expect([...new Set(told(deadly.name))]).toEqual(each);
  // In either kind of alert: after the publish, and before and after the mark.
  expect(told(deadly.name).length - alertCount).toBeLessThanOrEqual(6);
}, 300_000);

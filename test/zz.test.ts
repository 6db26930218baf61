import { LAUNCH, MONTH, openWorld, releaseOf, entered } from './world';
test('x', async () => {
  const t = [performance.now()];
  const mark = (n: string) => { t.push(performance.now()); console.log(n, Math.round(t.at(-1)! - t.at(-2)!)); };
  const world = await openWorld(); world.heal(); mark('open');
  for (let i = 0; i < 6; i++) {
  const release = releaseOf(world.freshName());
  await world.seed(release, LAUNCH - MONTH, LAUNCH); mark('seed');
  await world.historyOf(release).snapshots('#show', LAUNCH-MONTH, LAUNCH); mark('read');
  }
  await world.close(); mark('close');
}, 30000);

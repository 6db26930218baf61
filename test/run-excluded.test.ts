import type { ExclusionEvent } from '../lib/facts/exclusion';
import { type Hour, startOf } from '../lib/facts/hour';
import { entered, LAUNCH } from './worlds/moments';
import { remembered, type Script } from './worlds/remembered';
import { BAD, FINE, releaseOf } from './worlds/small-release';

const excluded = (from: Hour, to: Hour): ExclusionEvent => ({
  kind: 'exclusion',
  at: startOf(to),
  by: 'Ada',
  from: startOf(from),
  to: startOf(to),
  reason: 'looked bad',
});

async function watched(script: Script) {
  const world = remembered(
    releaseOf('excluded', { stages: [{ name: 'A', exposure: '25%', length: '4 weeks' }] }),
    script,
  );
  await world.history.enterStage(entered(LAUNCH));
  return world;
}

test('an alert that is open is not resolved by excluding what it rests on, but by hours that are measured', async () => {
  const world = await watched((at) => (at >= LAUNCH + 30 && at < LAUNCH + 48 ? BAD : FINE));
  await world.runs(LAUNCH, LAUNCH + 36);
  expect(world.told().slice(0, 1)).toEqual(['firing']);
  await world.history.recordExclusion(excluded(LAUNCH + 30, LAUNCH + 36));
  const next = await world.run(LAUNCH + 36);
  expect(next.verdict.leftOut).toMatchObject([{ hours: 6, reason: 'looked bad' }]);
  await world.history.recordExclusion(excluded(LAUNCH + 36, LAUNCH + 37));
  const all = await world.run(LAUNCH + 36);
  expect(all.verdict.findings[0]!.outcome).not.toBe('breach');
  expect(world.told()).not.toContain('resolved');
  // It goes on, is excluded again, and ends: only then it is over.
  await world.runs(LAUNCH + 37, LAUNCH + 47);
  await world.history.recordExclusion(excluded(LAUNCH + 37, LAUNCH + 47));
  await world.run(LAUNCH + 47);
  expect(world.told()).not.toContain('resolved');
  expect((await world.history.lastAlert())!.open).toMatchObject([{ endpoint: '#show', what: 'below' }]);
  await world.runs(LAUNCH + 48, LAUNCH + 52);
  expect(world.told().at(-1)).toBe('resolved');
});

test('a blindness that is open is not resolved by excluding the hours without data', async () => {
  const world = await watched((at) => (at >= LAUNCH + 10 && at < LAUNCH + 20 ? undefined : FINE));
  await world.runs(LAUNCH, LAUNCH + 15);
  expect(world.told()).toEqual(['firing']);
  await world.history.recordExclusion(excluded(LAUNCH + 10, LAUNCH + 15));
  const next = await world.run(LAUNCH + 15);
  expect(next.verdict.blind).toBeUndefined();
  await world.runs(LAUNCH + 16, LAUNCH + 24);
  expect(world.told()).not.toContain('resolved');
  await world.runs(LAUNCH + 24, LAUNCH + 27);
  expect(world.told().at(-1)).toBe('resolved');
});

test('in hours that the release file excludes a breach is not told; one that goes on after them is', async () => {
  // Sundays, 02:00 to 04:00 in New York.
  const maintenance = {
    exclude: [{ weekly: 'Sun 02:00-04:00', reason: 'reindexing' }],
    stages: [{ name: 'A', exposure: '25%', length: '4 weeks' }],
  };
  const sunday = Date.parse('2026-02-15T07:00Z') / 3_600_000;
  const scriptOf =
    (until: Hour): Script =>
    (at) =>
      at >= sunday && at < until ? BAD : FINE;
  const quiet = remembered(releaseOf('quiet', maintenance), scriptOf(sunday + 2));
  const loud = remembered(releaseOf('loud', maintenance), scriptOf(sunday + 4));
  for (const world of [quiet, loud]) {
    await world.history.enterStage(entered(LAUNCH));
    await world.run(sunday - 1);
    await world.runs(sunday, sunday + 6);
  }
  expect(quiet.told()).not.toContain('firing');
  expect((await quiet.history.lastVerdict())!.reason).toContain('left out, between');
  expect(loud.published.find(({ change }) => change === 'firing')).toMatchObject({ verdict: { hour: sunday + 2 } });
});

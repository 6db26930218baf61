import type { Hour } from '../lib/facts/hour';
import { byStatus } from './worlds/by-status';
import { entered, LAUNCH, tickOf } from './worlds/moments';
import { remembered, type Script } from './worlds/remembered';
import { BAD, FINE, releaseOf } from './worlds/small-release';

/** So that no check-in is due meanwhile, and every hour is the day's notice's. */
const calm = { stages: [{ name: 'A', exposure: '25%', length: '4 weeks' }] };

async function watched(script: Script, change: object = {}) {
  const world = remembered(releaseOf('caught-up', { ...calm, ...change }), script);
  await world.history.enterStage(entered(LAUNCH));
  return world;
}
const between = (at: Hour, from: number, to: number) => at >= LAUNCH + from && at < LAUNCH + to;
/** The lines about what is past, each with the hour of the verdict that told it. */
const past = ({ published }: Awaited<ReturnType<typeof watched>>) =>
  published.flatMap(({ notices, verdict }) =>
    notices.filter(({ kind }) => kind === 'past').map(({ text }) => ({ hour: verdict.hour - LAUNCH, text })),
  );

test('an incident that broke and healed while the watcher was down for twelve hours is told once, at once, with its hours and numbers', async () => {
  const world = await watched((at) => (between(at, 11, 15) ? byStatus({ 200: 600, 500: 400 }) : FINE));
  await world.runs(LAUNCH, LAUNCH + 9);
  await world.run(LAUNCH + 20);
  const text =
    '#show was not below its limit from 2026-02-11 22:00 EST to 2026-02-12 02:00 EST: 40 % (1,600 of 4,000) against 5 %. It is over; these hours were known only afterwards';
  expect(past(world)).toEqual([{ hour: 20, text }]);
  await world.runs(LAUNCH + 21, LAUNCH + 90);
  expect(past(world)).toHaveLength(1);
  expect(world.told()).toEqual(['past']);
});

test('so is one that was sampled in two parts, of which the first was never judged', async () => {
  const world = await watched((at) => (between(at, 11, 15) ? BAD : FINE));
  await world.runs(LAUNCH, LAUNCH + 9);
  await world.fill(LAUNCH + 13, false);
  await world.run(LAUNCH + 20);
  expect(past(world)).toEqual([{ hour: 20, text: expect.stringContaining('50 % (2,000 of 4,000) against 5 %') }]);
  expect(world.told()).toEqual(['past']);
});

test('so is one in hours that the source had late', async () => {
  let newest = Number.POSITIVE_INFINITY;
  const world = await watched((at) => (at > newest ? undefined : between(at, 11, 15) ? BAD : FINE));
  newest = LAUNCH + 9;
  await world.runs(LAUNCH, LAUNCH + 21);
  expect(world.told()).toEqual(['firing']);
  newest = Number.POSITIVE_INFINITY;
  await world.runs(LAUNCH + 21, LAUNCH + 40);
  expect(past(world)).toEqual([
    { hour: expect.any(Number), text: expect.stringContaining('50 % (2,000 of 4,000) against 5 %') },
  ]);
  expect(past(world)[0]!.hour).toBeLessThan(LAUNCH + 24);
});

test('what a run saw open is told as ever, and not once more as past', async () => {
  // It breaks before the watcher is gone and heals meanwhile; or breaks meanwhile and is still open when it is back.
  for (const [from, to] of [
    [6, 12],
    [14, 24],
  ] as const) {
    const world = await watched((at) => (between(at, from, to) ? BAD : FINE));
    await world.runs(LAUNCH, LAUNCH + 9);
    await world.runs(LAUNCH + 20, LAUNCH + 60);
    expect(world.told()).toContain('firing');
    expect(world.told().at(-1)).toBe('resolved');
    expect(past(world)).toEqual([]);
  }
});

test('hours that are always late by a few are no hole: an incident in them is told while it lasts', async () => {
  let now = LAUNCH;
  const world = await watched((at) => (at > now - 2 ? undefined : between(at, 11, 17) ? BAD : FINE));
  for (now = LAUNCH; now < LAUNCH + 60; now++) await world.run(now);
  expect(world.told().filter((one) => one === 'firing' || one === 'resolved')).toEqual(['firing', 'resolved']);
  expect(past(world)).toEqual([]);
});

test('requests that were missing for a part of the hole are told, too', async () => {
  const usual = byStatus({ 200: 1000 });
  const none = byStatus({});
  const script: Script = (at, name) => (name === '#show' && between(at, 12, 20) ? none : usual);
  const world = await watched(script);
  await world.runs(LAUNCH, LAUNCH + 9);
  await world.runs(LAUNCH + 32, LAUNCH + 60);
  expect(past(world)).toEqual([
    {
      hour: 32,
      text: expect.stringMatching(
        /^#show lost most of its requests from 2026-02-11 23:00 EST to 2026-02-12 07:00 EST: 0 requests counted/,
      ),
    },
  ]);
  expect(world.told()).toEqual(['past']);
});

test('a hole without any incident, and the hours before a launch, are told of by nobody', async () => {
  const fine = await watched(() => FINE);
  await fine.runs(LAUNCH, LAUNCH + 9);
  await fine.runs(LAUNCH + 20, LAUNCH + 30);
  expect(fine.told()).toEqual([]);
  const before = await watched((at) => (at < LAUNCH && at > LAUNCH - 20 ? BAD : FINE));
  await before.run(LAUNCH + 3);
  expect(past(before)).toEqual([]);
});

test('a run that dies after it has sampled loses nothing of it: the next one tells', async () => {
  const world = await watched((at) => (between(at, 11, 15) ? BAD : FINE));
  await world.runs(LAUNCH, LAUNCH + 9);
  await world.fill(LAUNCH + 20, false);
  await world.runs(LAUNCH + 21, LAUNCH + 24);
  expect(past(world)).toHaveLength(1);
});

test('failures that the source adds hours later, when it is over, are told once; those added while it lasts are not told twice', async () => {
  const outage = (from: number, to: number) => (at: Hour) => between(at, from, to);
  for (const late of [1, 3, 5]) {
    let now = LAUNCH;
    const isBad = outage(11, 13);
    const world = await watched((at) => (isBad(at) && now - at >= late ? BAD : FINE));
    for (; now < LAUNCH + 40; now++) await world.run(now);
    // Two good hours close it: later by one, a run still sees it open.
    expect([late, world.told()]).toEqual([late, late === 1 ? ['firing', 'resolved'] : ['past']]);
    // By the first hour that shows it.
    if (late > 1)
      expect(past(world)).toEqual([{ hour: 11 + late, text: expect.stringContaining('50 % (500 of 1,000)') }]);
  }
  for (const late of [1, 3, 5]) {
    let now = LAUNCH;
    const isBad = outage(11, 20);
    const world = await watched((at) =>
      !isBad(at) ? FINE : now - at >= late ? BAD : byStatus({ 200: 900, 500: 100 }),
    );
    for (; now < LAUNCH + 40; now++) await world.run(now);
    expect([late, past(world)]).toEqual([late, []]);
  }
});

test('what is known during a silence is told when it ends, also after three days', async () => {
  const world = await watched((at) => (between(at, 11, 15) ? BAD : FINE));
  await world.runs(LAUNCH, LAUNCH + 9);
  const silence = {
    kind: 'silence' as const,
    at: tickOf(LAUNCH + 9),
    until: tickOf(LAUNCH + 80),
    by: 'Ada',
    reason: 'move',
  };
  await world.history.recordOnCall(silence);
  await world.runs(LAUNCH + 20, LAUNCH + 79);
  expect(world.told()).toEqual([]);
  await world.runs(LAUNCH + 79, LAUNCH + 140);
  expect(past(world)).toEqual([{ hour: 80, text: expect.stringContaining('50 % (2,000 of 4,000) against 5 %') }]);
});

test('a breach that was told is not told once more as past, where its first hour was known better later', async () => {
  for (const later of [3, 5]) {
    let now = LAUNCH;
    const world = await watched((at) =>
      between(at, 11, 12) ? (now >= LAUNCH + 11 + later ? BAD : FINE) : between(at, 12, 13) ? BAD : FINE,
    );
    for (; now < LAUNCH + 30; now++) await world.run(now);
    expect([later, past(world), world.told()]).toEqual([later, [], ['firing', 'resolved']]);
  }
});

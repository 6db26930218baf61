import { type Hour, type Instant, startOf } from '../lib/facts/hour';
import { changedHours, stays } from '../lib/facts/stage';
import { fillPlan } from '../lib/plan/fill/fill';
import { knownAt } from '../lib/plan/fill/known';
import type { ToggleService } from '../lib/ports';
import type { RunReport } from '../lib/run';
import { loadSnapshots } from '../lib/sampling';
import { LAUNCH, tickOf } from './worlds/moments';
import { remembered, type Script } from './worlds/remembered';
import { BAD, FINE, releaseOf } from './worlds/small-release';

const FILE = {
  toggles: [{ name: 'one' }],
  endpoints: [
    { name: '#show', tag: 'show', criteria: [{ below: '5%' }] },
    { name: '#index', tag: 'index', criteria: [{ below: '2%', whenThin: 'report' }] },
  ],
  stages: [
    { name: 'A', exposure: '25%', length: '1 day' },
    { name: 'B', exposure: '50%', length: '1 day' },
    { name: 'C', exposure: '100%' },
  ],
  checks: [{ name: '1-day', length: '1 day' }],
};
/** What an owner sets, at which minute. The rollout is taken back when #show breaks. */
const MOVES = [
  [LAUNCH, 4, 'A', 0.25],
  [LAUNCH + 12, 41, 'off', 0],
  [LAUNCH + 24, 25, 'A', 0.25],
  [LAUNCH + 52, 7, 'B', 0.5],
  [LAUNCH + 80, 58, 'C', 1],
] as const;
const END = LAUNCH + 108;
const traffic: Script = (hour, name) => (name === '#show' && hour >= LAUNCH + 9 && hour < LAUNCH + 13 ? BAD : FINE);
const instants = MOVES.map(([hour, minute]) => startOf(hour) + minute * 60_000);

const PLAN = `# Plan

${['A', 'B', 'C']
  .map(
    (name) => `## Stage ${name}

- Started: [FILL_IN]
- Who entered this stage: [FILL_IN]
- Alerts: [FILL_IN]
- #show: [FILL_IN]
- #index: [FILL_IN]
- Are the error rates consistent with the baseline? [PICK_ONE]: yes | no
`,
  )
  .join('\n')}`;

/** A rollout of which nothing is known but what the toggle says, or what an owner enters at its minute. */
async function rollout(by: 'hand' | 'exact' | 'readings') {
  let moved = -1;
  const read: ToggleService['read'] = async (names, at) =>
    names.map((toggle) => ({
      toggle,
      at,
      state: { share: MOVES[moved]?.[3] ?? 0 },
      ...(by === 'exact' && { since: instants[moved] ?? startOf(LAUNCH - 100) }),
    }));
  const service = {
    toggleService: { flipper: { url: 'https://f.example.test/' }, follow: true },
  };
  const release = releaseOf('rollout', { ...FILE, ...(by !== 'hand' && service) });
  const world = remembered(release, traffic, by === 'hand' ? undefined : { read });
  const reports: RunReport[] = [];
  for (let hour = LAUNCH - 3; hour < END; hour++) {
    for (; instants[moved + 1] !== undefined && instants[moved + 1]! <= tickOf(hour); moved++) {
      const [, , stage, exposure] = MOVES[moved + 1]!;
      const planned = stage !== 'off' && { plannedExposure: exposure };
      const at: Instant = instants[moved + 1]!;
      if (by === 'hand') await world.history.enterStage({ at, stage, exposure, ...planned, by: 'Ada' });
    }
    reports.push(await world.run(hour));
  }
  const log = await world.history.stages();
  const snapshots = await loadSnapshots(world.history, release, LAUNCH - 672, END);
  const plan = fillPlan(PLAN, knownAt(release, log, snapshots, END - 1, []));
  return { log, reports, published: world.published, plan };
}

let hand: Awaited<ReturnType<typeof rollout>>;
beforeAll(async () => {
  hand = await rollout('hand');
});

/** What a message adds for a release whose toggles are asked. */
const MONTHLY = '. Once a month, its toggles are read, and what is left to do with them is said';
/** What is said, but for who said the stage. */
const said = (value: unknown) => {
  const text = JSON.stringify(value, (key, part) =>
    ['toggles', 'toggle', 'edition'].includes(key) ? undefined : part,
  );
  return JSON.parse(text.replaceAll('% by the toggle', '% of users').replaceAll(MONTHLY, ''));
};

/** A plan, but for who said the stage. */
const asByHand = (plan: string) => plan.replaceAll('toggle one', 'Ada').replaceAll('% by the toggle', '% of users');

test('has what a rollout is worth: it is taken back, breaks, recovers, advances, and is checked', () => {
  expect(hand.reports.map(({ verdict }) => verdict.recommendation)).toEqual(
    expect.arrayContaining(['advance', 'hold', 'roll back', 'not exposed']),
  );
  const told = hand.published.flatMap(({ change, notices }) => [change, ...notices.map(({ kind }) => kind)]);
  expect(told).toEqual(expect.arrayContaining(['firing', 'resolved', 'check-in']));
  expect(hand.plan.text).toMatch(/Who entered this stage: Ada/);
});

test('a toggle that knows since when says all that an owner would who enters each stage at its minute', async () => {
  const exact = await rollout('exact');
  expect(exact.log.map(({ at, stage, exposure }) => [at, stage, exposure])).toEqual(
    hand.log.map(({ at, stage, exposure }) => [at, stage, exposure]),
  );
  expect(changedHours(exact.log)).toEqual(changedHours(hand.log));
  expect(exact.reports.map(({ verdict }) => said(verdict))).toEqual(hand.reports.map(({ verdict }) => said(verdict)));
  expect(said(exact.published)).toEqual(said(hand.published));
  expect(exact.plan.text).toContain('at 25 % by the toggle, ');
  expect(asByHand(exact.plan.text)).toBe(hand.plan.text);
});

test('a toggle that is only read says the same, but for hours in doubt, which a verdict names', async () => {
  const { log, reports, published, plan } = await rollout('readings');
  expect(log.map(({ stage, exposure }) => [stage, exposure])).toEqual(
    hand.log.map(({ stage, exposure }) => [stage, exposure]),
  );
  const doubt = changedHours(log);
  expect(doubt.size).toBeLessThanOrEqual(2 * MOVES.length);
  const hoursOf = (of: typeof log) =>
    stays(of).map(({ from, to }) => {
      const all = Array.from({ length: Math.max(0, Math.min(to, END) - from) }, (_, index) => from + index);
      return all.filter((hour) => !doubt.has(hour));
    });
  expect(hoursOf(log)).toEqual(hoursOf(hand.log));
  const reasons = reports.map(({ verdict }) => verdict.reason).join('\n');
  const named = reasons.match(/the toggle changed between .*? count in no stage/g) ?? [];
  expect(new Set(named).size).toBe(log.filter(({ exposure }) => exposure > 0).length);
  // A change is known when a second reading says the same, at most three hours after it. The stage counts from the first
  // one, so that its day ends up to an hour later.
  const isSettled = (hour: Hour) =>
    !MOVES.some(([at]) => (hour >= at - 1 && hour <= at + 2) || (hour >= at + 23 && hour <= at + 24));
  const outcomes = (of: readonly RunReport[]) =>
    of
      .filter(({ hour }) => isSettled(hour))
      .map(({ hour, verdict: { stage, recommendation, findings } }) => [
        hour - LAUNCH,
        stage?.name,
        recommendation,
        findings.map(({ endpoint, criterion, outcome }) => `${endpoint} ${criterion} ${outcome}`),
      ]);
  expect(outcomes(reports)).toEqual(outcomes(hand.reports));
  const told = (of: typeof published) =>
    of.map(({ change, open, notices }) => [
      change,
      open.map(({ endpoint, what }) => [endpoint, what]),
      notices.map(({ kind, of: about, said: recommended }) => [kind, about, recommended]),
    ]);
  expect(told(published)).toEqual(told(hand.published));
  const answered = (of: typeof plan) => of.blanks.map(({ question, answer }) => [question, 'open' in answer]);
  expect(answered(plan)).toEqual(answered(hand.plan));
});

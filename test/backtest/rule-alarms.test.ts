import { type Backtest, backtest } from '../../lib/backtest/backtest';
import { PEER_RULES } from '../../lib/backtest/peer-rules';
import { ruleAlarms } from '../../lib/backtest/rule-alarms';
import { entered, hour, LAUNCH } from '../worlds/moments';
import { BELOW, type HourFact, releaseWith, showFacts, snapshot } from '../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const release = releaseWith([BELOW]);

function alarmsAfter(hours: number, factOf: (t: number) => HourFact, log = [A]) {
  const facts = showFacts(LAUNCH + hours, (at) => factOf(at - LAUNCH));
  const replay = backtest(release, log, facts, LAUNCH + hours);
  let next = replay.next();
  while (!next.done) next = replay.next();
  return ruleAlarms(release, log, facts, next.value as Backtest);
}

const named = (alarms: ReturnType<typeof ruleAlarms>, name: string) => alarms.find((rule) => rule.name === name)!;

test('this judge stands before every rule in use elsewhere, on the same hours', () => {
  const alarms = alarmsAfter(24, (t) => (t >= 6 && t < 18 ? [1000, 300] : [1000, 10]));
  expect(alarms.map(({ name }) => name)).toEqual(['Stagewatch', ...PEER_RULES.map(({ name }) => name)]);
  expect(named(alarms, 'Stagewatch').alarms).toEqual([{ endpoint: '#show', hour: LAUNCH + 6 }]);
  expect(named(alarms, 'hour at the limit').alarms).toEqual([{ endpoint: '#show', hour: LAUNCH + 6 }]);
  expect(named(alarms, 'three hours in a row').alarms).toEqual([{ endpoint: '#show', hour: LAUNCH + 8 }]);
  expect(named(alarms, 'Stagewatch').alarmsAWeek).toBe(7);
});

test('one bad hour of few requests alarms the plain rule only', () => {
  const alarms = alarmsAfter(24, (t) => (t === 6 ? [15, 1] : [1000, 10]));
  expect(named(alarms, 'hour at the limit').alarms).toHaveLength(1);
  expect(named(alarms, 'Stagewatch').alarms).toEqual([]);
});

test('an hour in which the exposure changed is left out for all', () => {
  const B = entered('2026-02-11T22:30Z', 'B', 0.5);
  const alarms = alarmsAfter(24, (t) => (LAUNCH + t === hour('2026-02-11T22:00Z') ? [1000, 900] : [1000, 10]), [A, B]);
  for (const rule of alarms.filter(({ name }) => !name.startsWith('z-test'))) expect(rule.alarms).toEqual([]);
});

test('an endpoint with "alarm: hourly" has a row for its rule, and one for the time before the launch', () => {
  const plain = releaseWith([{ below: 0.05, alarm: 'hourly', minRequests: 50, whenThin: 'hold' }]);
  const facts = showFacts(LAUNCH + 24, (at) =>
    at === LAUNCH + 6 ? [50, 3] : at === LAUNCH + 9 ? [49, 9] : [1000, 10],
  );
  const known = facts.get('#show')! as Map<number, ReturnType<typeof snapshot>>;
  for (let at = LAUNCH - 672; at < LAUNCH - 336; at++) known.set(at, snapshot('#show', at, 'unknown'));
  for (const at of [LAUNCH - 300, LAUNCH - 299, LAUNCH - 200]) known.set(at, snapshot('#show', at, [100, 5]));
  const replay = { judge: '4', from: LAUNCH, to: LAUNCH + 24, messages: [], verdicts: [] };
  const [own, since, before, ...others] = ruleAlarms(plain, [A], facts, replay);
  expect(own).toMatchObject({ name: 'Stagewatch' });
  expect(since).toMatchObject({ name: 'alarm: hourly', alarms: [{ endpoint: '#show', hour: LAUNCH + 6 }] });
  expect(since!.alarmsAWeek).toBe(7);
  expect(before).toMatchObject({
    name: 'alarm: hourly, before the launch',
    alarms: [LAUNCH - 300, LAUNCH - 200].map((at) => ({ endpoint: '#show', hour: at })),
    // Of the two weeks that are known.
    alarmsAWeek: 1,
  });
  expect(others.map(({ name }) => name)).toEqual(PEER_RULES.map(({ name }) => name));
  const young = ruleAlarms(plain, [A], new Map(), replay);
  expect(young.map(({ name }) => name).filter((name) => name.startsWith('alarm'))).toEqual(['alarm: hourly']);
});

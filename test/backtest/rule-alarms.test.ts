import { type Backtest, backtest } from '../../lib/backtest/backtest';
import { PEER_RULES } from '../../lib/backtest/peer-rules';
import { ruleAlarms } from '../../lib/backtest/rule-alarms';
import { entered, hour, LAUNCH } from '../worlds/moments';
import { BELOW, type HourFact, releaseWith, showFacts } from '../worlds/rollout-facts';

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

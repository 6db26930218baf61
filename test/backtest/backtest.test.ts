import fc from 'fast-check';
import { alertRateOf, type Backtest, backtest } from '../../lib/backtest/backtest';
import { hourText } from '../../lib/facts/hour';
import type { StageEvent } from '../../lib/facts/stage';
import { judge } from '../../lib/judge/judge';
import type { Release } from '../../lib/release/schema';
import { entered, LAUNCH } from '../worlds/moments';
import { replayed } from '../worlds/replayed';
import {
  BELOW,
  CONSISTENT,
  type HourFact,
  hoursOf,
  RELEASE,
  releaseWith,
  showFacts,
  steady,
} from '../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const limited = releaseWith([BELOW]);
const both = releaseWith([CONSISTENT, BELOW]);

/** #show after the launch, for so many hours, by how many hours after it they are. */
const since = (hours: number, factOf: (t: number) => HourFact, release = limited, log: StageEvent[] = [A]) =>
  replayed(
    release,
    log,
    showFacts(LAUNCH + hours, (at) => factOf(at - LAUNCH)),
    LAUNCH + hours,
  ).result;

const bad: HourFact = [1000, 300];
const fine: HourFact = [1000, 10];
const changes = ({ messages }: Backtest) => messages.map(({ hour, change }) => [hour - LAUNCH, change]);

describe('a backtest', () => {
  test('of fewer hours gives the messages that a longer one begins with', () => {
    const story = fc.array(fc.constantFrom(fine, bad, 'unknown' as const, [0, 0] as const), {
      minLength: 8,
      maxLength: 36,
    });
    const cut = story.chain((facts) => fc.tuple(fc.constant(facts), fc.integer({ min: 1, max: facts.length })));
    fc.assert(
      fc.property(cut, ([facts, hours]) => {
        const whole = since(facts.length, (t) => facts[t], both);
        const part = since(hours, (t) => facts[t], both);
        expect(part.messages).toEqual(whole.messages.filter((message) => message.hour < LAUNCH + hours));
      }),
      { numRuns: 3 },
    );
  });

  test('knows nothing of the hours after the one that it judges', () => {
    const surprise = since(60, (t) => (t < 40 ? fine : bad));
    expect(surprise.messages.filter((message) => message.hour < LAUNCH + 40)).toEqual(since(40, () => fine).messages);
  });
});

describe('the messages of a backtest', () => {
  test('open, are repeated and close, with reason and evidence', () => {
    const result = since(40, (t) => (t >= 5 && t < 32 ? bad : fine));
    expect(changes(result)).toEqual([
      [5, 'firing'],
      [7, 'worse'],
      // At the day's hour, not a day after it became worse.
      [21, 'repeat'],
      [33, 'resolved'],
    ]);
    const [firing, , , resolved] = result.messages;
    expect(firing).toMatchObject({ severity: 'page', reason: 'first firing' });
    expect(firing!.lines).toHaveLength(1);
    expect(firing!.lines[0]).toMatchObject({ endpoint: '#show', criterion: 'below', since: LAUNCH + 5 });
    expect(firing!.lines[0]!.finding!.evidence.breach).toBeGreaterThanOrEqual(20);
    expect(resolved).toMatchObject({
      reason: 'recovered: #show (below its limit)',
      lines: [{ endpoint: '#show', change: 'resolved' }],
    });
  });

  test('that tell of two endpoints have a line for each, with its own change', () => {
    const release: Release = {
      ...RELEASE,
      endpoints: ['#a/1', '#b'].map((name) => ({ name, tag: name, criteria: [BELOW] })),
    };
    const factsOf = (first: number) =>
      hoursOf(LAUNCH - 672, LAUNCH + 12, (at) => (at >= LAUNCH + first ? bad : steady(at)));
    const told = (b: number) =>
      replayed(
        release,
        [A],
        new Map([
          ['#a/1', factsOf(3)],
          ['#b', factsOf(b)],
        ]),
        LAUNCH + 12,
      ).result.messages;

    expect(told(3)[0]!.lines.map(({ endpoint, criterion, change }) => [endpoint, criterion, change])).toEqual([
      ['#a/1', 'below', 'firing'],
      ['#b', 'below', 'firing'],
    ]);
    const second = told(9).find((message) => message.hour === LAUNCH + 9)!;
    expect(second.change).toBe('firing');
    expect(second.lines.map(({ endpoint, change }) => [endpoint, change])).toEqual([
      ['#a/1', 'repeat'],
      ['#b', 'firing'],
    ]);
  });

  test('tell of blindness, and of data that is back', () => {
    const result = since(20, (t) => (t >= 5 && t < 12 ? 'unknown' : fine));
    expect(changes(result)).toEqual([
      [7, 'firing'],
      [17, 'resolved'],
    ]);
    expect(result.messages[0]!.lines).toEqual([
      { criterion: 'blind', change: 'firing', text: 'Datadog has no data', since: LAUNCH + 5, rollBack: false },
    ]);
    expect(result.messages[1]!.reason).toBe('data is back');
  });

  describe('of a release that is taken back in its tenth hour', () => {
    const off = entered('2026-02-12T02:00Z', 'off', 0);
    const takenBack = (badUntil: number) => since(20, (t) => (t >= 5 && t < badUntil ? bad : fine), limited, [A, off]);

    test('close when the rate is back, not when nobody is exposed', () => {
      const result = takenBack(10);
      expect(changes(result)).toEqual([
        [5, 'firing'],
        [7, 'worse'],
        [10, 'notice'],
        [11, 'resolved'],
      ]);
      const resolved = result.messages.at(-1)!;
      expect(resolved).toMatchObject({
        reason: 'recovered: #show (below its limit)',
        lines: [{ endpoint: '#show', criterion: 'below', change: 'resolved' }],
      });
      expect(resolved.lines[0]!.finding).toBeUndefined();
    });

    test('stay open while the errors go on, and say so three hours later', () => {
      const result = takenBack(20);
      expect(changes(result)).toEqual([
        [5, 'firing'],
        [7, 'worse'],
        [10, 'notice'],
        [12, 'worse'],
      ]);
      expect(result.messages.at(-1)).toMatchObject({
        reason:
          'errors go on 3 hours after the roll-back: not the feature, or the toggle is not off: #show (below its limit)',
        lines: [{ endpoint: '#show', criterion: 'below', since: LAUNCH + 5 }],
      });
    });
  });

  test('are counted by the week, repeats and the all-clear included', () => {
    const result = since(84, (t) => (t >= 5 && t < 32 ? bad : fine));
    expect(alertRateOf(result)).toMatchObject({
      pages: { firing: 1, worse: 1, repeat: 1, resolved: 1 },
      notices: 1,
      weeks: 0.5,
      alertsAWeek: 8,
    });
  });
});

describe('the verdicts of a backtest', () => {
  test('are those of the planned end and of the last hour before a change', () => {
    const stages = ['A', 'B'].map((name) => ({ name, exposure: 0.25, length: 36 }));
    const B = entered('2026-02-13T20:30Z', 'B', 0.5);
    const { verdicts } = since(72, steady, releaseWith([CONSISTENT, BELOW], { stages, checks: [] }), [A, B]);
    expect(verdicts.map(({ hour: at, stage, exposure, at: turn }) => [hourText(at), stage, exposure, turn])).toEqual([
      ['2026-02-13T03:00Z', 'A', 0.25, ['planned end']],
      ['2026-02-13T19:00Z', 'A', 0.25, ['last hour']],
      ['2026-02-14T15:00Z', 'B', 0.5, ['last hour']],
    ]);
    expect(verdicts[0]!.findings.map(({ criterion, outcome }) => [criterion, outcome])).toEqual([
      ['consistentWithBaseline', 'pass'],
      ['below', 'pass'],
    ]);
    expect(verdicts[0]!.findings[0]!.provenLevel).toBeDefined();
  });

  test('are the same whether the baseline is fitted once or for every hour', () => {
    const facts = showFacts(LAUNCH + 30);
    const { verdicts } = replayed(both, [A], facts, LAUNCH + 30);
    expect(verdicts).toEqual(verdicts.map((verdict) => judge(both, [A], facts, verdict.hour)));
  });
});

test('a backtest of a release that is not launched before its end is refused', () => {
  for (const log of [[], [entered('2026-02-11T16:00Z', 'off', 0)], [A]])
    expect(() => backtest(limited, log, new Map(), LAUNCH).next()).toThrow('got no launch before the end');
});

import fc from 'fast-check';
import { changesSince } from '../../lib/alert/changes';
import { type Hour, startOf } from '../../lib/facts/hour';
import type { Finding, Verdict } from '../../lib/judge/verdict';
import { hour } from '../worlds/moments';
import { RELEASE } from '../worlds/rollout-facts';

const NINE = hour('2026-02-12T14:00Z');
const stage = (name: string, exposure: number, since: Hour) => ({ stage: { name, exposure, since: startOf(since) } });
const A = stage('A', 0.25, NINE - 24);

function breach(endpoint: string, errors = 300, change: Partial<Finding> = {}): Finding {
  return {
    endpoint,
    criterion: 'ceiling',
    outcome: 'breach',
    reason: 'because',
    limit: 0.05,
    window: { name: 'last 2 hours', from: NINE - 1, to: NINE + 1 },
    pooled: { requests: 1000, errors },
    evidence: { breach: 50 },
    since: NINE - 1,
    rollBack: false,
    reportOnly: false,
    ...change,
  };
}
const verdict = (at: Hour, findings: Finding[] = [], rest: Partial<Verdict> = {}): Verdict => ({
  judge: '1',
  hour: at,
  recommendation: 'hold',
  reason: 'because',
  findings,
  notices: [],
  ...A,
  ...rest,
});
const silent = (endpoint: string) => breach(endpoint, 0, { outcome: 'no-data', silentSince: NINE - 3 });
const blind = { blind: { since: NINE - 3, hours: 3, reason: 'no answer' } };
const since = (before: Verdict | undefined, now: Verdict) => changesSince(before, now, RELEASE);

describe('what changed since the last message', () => {
  it('says "by the toggle" of a stage that a toggle has entered', () => {
    const stage = { name: 'B', exposure: 0.5, since: startOf(NINE), toggle: 0.5 };
    expect(since(verdict(NINE, []), { ...verdict(NINE + 1, []), stage }).join()).toMatch(
      /^stage B (again, as an entry was undone; )?entered .*, 50 % by the toggle/,
    );
  });

  it('is nothing without one, and nothing when the same is said again', () => {
    expect(since(undefined, verdict(NINE, [breach('#show')]))).toEqual([]);
    expect(since(verdict(NINE, [breach('#show')]), verdict(NINE + 1, [breach('#show')]))).toEqual([]);
  });

  it.each<[string, Verdict, Verdict, string[]]>([
    [
      'a criterion that is newly broken',
      verdict(NINE, [breach('#show')]),
      verdict(NINE + 1, [breach('#show'), breach('#index')]),
      ['newly broken: #index (below the release ceiling)'],
    ],
    [
      'the other criterion of the same endpoint',
      verdict(NINE, [breach('#show')]),
      verdict(NINE + 1, [breach('#show'), breach('#show', 300, { criterion: 'consistentWithBaseline' })]),
      ['newly broken: #show (consistent with the baseline)'],
    ],
    [
      'one that closed and opened again in between',
      verdict(NINE, [breach('#show')]),
      verdict(NINE + 3, [breach('#show', 300, { since: NINE + 2 })]),
      ['newly broken: #show (below the release ceiling)'],
    ],
    [
      'one that closed',
      verdict(NINE, [breach('#show'), breach('#index')]),
      verdict(NINE + 1, [breach('#show'), breach('#index', 0, { outcome: 'pass', since: undefined })]),
      ['no longer broken: #index (below the release ceiling)'],
    ],
    [
      'a rate that got worse',
      verdict(NINE, [breach('#show', 60)]),
      verdict(NINE + 1, [breach('#show', 123)]),
      ['worse: #show (below the release ceiling) 6 % then, 12.3 % now'],
    ],
    [
      'a rate that got better',
      verdict(NINE, [breach('#show', 123)]),
      verdict(NINE + 1, [breach('#show', 60)]),
      ['better: #show (below the release ceiling) 12.3 % then, 6 % now'],
    ],
    [
      'enough to roll back',
      verdict(NINE, [breach('#show')]),
      verdict(NINE + 1, [breach('#show', 300, { rollBack: true })]),
      ['now bad enough to roll back: #show (below the release ceiling)'],
    ],
    [
      'a stage that was entered',
      verdict(NINE),
      verdict(NINE + 5, [], stage('B', 0.5, NINE + 2)),
      ['stage B entered 2026-02-12 11:00 EST, 50 % of users (before: A, 25 %)'],
    ],
    [
      'the same stage entered again',
      verdict(NINE),
      verdict(NINE + 5, [], stage('A', 0.25, NINE + 2)),
      ['stage A entered 2026-02-12 11:00 EST, 25 % of users (before: A, 25 %)'],
    ],
    [
      'an entry that was undone',
      verdict(NINE, [], stage('B', 0.5, NINE - 2)),
      verdict(NINE + 1, [], stage('A', 0.25, NINE - 24)),
      ['stage A again, as an entry was undone; entered 2026-02-11 09:00 EST, 25 % of users (before: B, 50 %)'],
    ],
    [
      'the launch',
      verdict(NINE - 30, [], { stage: undefined }),
      verdict(NINE),
      ['stage A entered 2026-02-11 09:00 EST, 25 % of users'],
    ],
    [
      'a roll-back, with what it closed',
      verdict(NINE, [breach('#show')]),
      verdict(NINE + 2, [], { stage: undefined, recommendation: 'not exposed' }),
      ['nobody is exposed any more', 'no longer broken: #show (below the release ceiling)'],
    ],
    ['blindness', verdict(NINE - 4), verdict(NINE, [], blind), ['no data since 2026-02-12 06:00 EST']],
    ['longer blindness', verdict(NINE, [], blind), verdict(NINE + 24, [], blind), []],
    [
      'the end of blindness',
      verdict(NINE, [], blind),
      verdict(NINE + 1),
      ['data is back; there was none from 2026-02-12 06:00 EST on'],
    ],
    [
      'an endpoint that fell silent, once for all its criteria',
      verdict(NINE - 4),
      verdict(NINE, [silent('#show'), { ...silent('#show'), criterion: 'below' }]),
      ['#show fell silent'],
    ],
    ['one that is heard again', verdict(NINE, [silent('#show')]), verdict(NINE + 1), ['#show is no longer silent']],
  ])('tells %s', (_, before, now, expected) => {
    expect(since(before, now)).toEqual(expected);
  });

  it('does not tell a rate that moved by less than a tenth', () => {
    const told = (errors: number) =>
      since(verdict(NINE, [breach('#show', 100)]), verdict(NINE, [breach('#show', errors)]));
    expect(told(109)).toEqual([]);
    expect(told(111)).toHaveLength(1);
    expect(told(91)).toEqual([]);
    expect(told(89)).toHaveLength(1);
  });

  it('has no rate to tell where nothing was counted', () => {
    const nothing = breach('#show', 0, { pooled: { requests: 0, errors: 0 } });
    expect(since(verdict(NINE, [breach('#show')]), verdict(NINE + 1, [nothing]))).toEqual([]);
  });

  it('tells the likeliest causes first', () => {
    const before = verdict(NINE, [silent('#index'), breach('#old')], blind);
    const now = verdict(NINE + 5, [breach('#show')], stage('B', 0.5, NINE + 2));
    expect(since(before, now).map((one) => one.split(' ')[0])).toEqual(['stage', 'data', '#index', 'newly', 'no']);
  });

  it('tells twenty at most, and how many it leaves out', () => {
    const many = Array.from({ length: 1000 }, (_, index) => breach(`#${index}`));
    const told = since(verdict(NINE), verdict(NINE + 1, many));
    expect(told).toHaveLength(21);
    expect(told.at(-1)).toBe('and 980 more changes');
  });

  it('opens and closes alike: what is new one way is closed the other way', () => {
    const anyVerdict = fc.subarray(['#a', '#b', '#c']).map((names) =>
      verdict(
        NINE,
        names.map((name) => breach(name)),
      ),
    );
    fc.assert(
      fc.property(anyVerdict, anyVerdict, (one, other) => {
        const there = since(one, other).map((text) => text.replace('newly', 'no longer'));
        const back = since(other, one).map((text) => text.replace('newly', 'no longer'));
        expect(there.toSorted()).toEqual(back.toSorted());
      }),
    );
  });
});

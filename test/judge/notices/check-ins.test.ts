import { HOUR_MS, type Hour, startOf } from '../../../lib/facts/hour';
import type { StageEvent } from '../../../lib/facts/stage';
import { tallyWindow } from '../../../lib/facts/window';
import { judge } from '../../../lib/judge/judge';
import { checkInsOf } from '../../../lib/judge/notices/check-ins';
import type { Verdict } from '../../../lib/judge/verdict';
import { checksOf } from '../../../lib/release/schedule';
import { entered, hour, LAUNCH } from '../../worlds/moments';
import { CONSISTENT, type HourFact, releaseWith, showFacts } from '../../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const B = entered('2026-02-18T16:00Z', 'B', 0.5);
/** Its week crosses the night in which the clocks jump, 2026-03-08. */
const C = entered('2026-03-04T15:00Z', 'C', 1);
const release = releaseWith([CONSISTENT]);
const facts = showFacts(hour('2026-04-06T00:00Z'));
const checkIns = (log: StageEvent[], newest: Hour, rest: Partial<Verdict> = {}) => {
  const { judge: _, ...verdict } = judge(release, log, facts, newest);
  return checkInsOf(release, log, facts, { ...verdict, ...rest });
};
const keys = (log: StageEvent[], newest: Hour) => checkIns(log, newest).due.map(({ key }) => key);

describe('a check-in at the planned end of a stage', () => {
  const end = hour('2026-02-18T16:00Z');

  it('is due from that instant on, and announced until then', () => {
    expect(checkIns([A], end - 2)).toEqual({ due: [], next: startOf(end) });
    const { due, next } = checkIns([A], end - 1);
    expect(next).toBeUndefined();
    expect(due).toEqual([
      {
        key: `stage/A/${A.at}`,
        kind: 'check-in',
        of: { stage: 'A' },
        until: startOf(end),
        said: 'advance',
        text: expect.stringMatching(/^stage A has lasted as planned: advance\. #show: /),
        window: { name: 'stage A', from: LAUNCH, to: end },
      },
    ]);
  });

  it('is about the hours that its verdict judges, also of a stage that began within an hour', () => {
    const late = entered('2026-02-11T16:20Z', 'A', 0.25);
    const [due] = checkIns([late], end).due;
    expect(due).toMatchObject({ until: startOf(end) + 20 * 60_000, window: { from: LAUNCH + 1, to: end + 1 } });
    expect(checkIns([late], end - 1).due).toEqual([]);
    const { pooled } = judge(release, [late], facts, end).findings[0]!;
    const told = tallyWindow(facts.get('#show')!, due!.window!, release, new Set());
    expect([told.errors, told.requests]).toEqual([pooled.errors, pooled.requests]);
  });

  it('is news again when the recommendation is another', () => {
    const due = (rest: Partial<Verdict> = {}) => checkIns([A], end, rest).due[0]!;
    expect(due()).toMatchObject({ key: `stage/A/${A.at}`, said: 'advance' });
    expect(due({ recommendation: 'hold' })).toMatchObject({ key: `stage/A/${A.at}`, said: 'hold' });
  });

  it('is another one for each entry', () => {
    const again = entered('2026-02-12T16:00Z', 'A', 0.25);
    expect(keys([A, again], end)).toEqual([`stage/A/${A.at}`]);
    expect(keys([A, again], end + 24)).toEqual([`stage/A/${again.at}`]);
  });

  it('is not given for a last stage that has checks', () => {
    expect(keys([A, B, C], hour('2026-03-05T15:00Z'))).toEqual([`stage/B/${B.at}`]);
    expect(keys([A, B, C], hour('2026-03-12T15:00Z'))).toEqual([`check/1-week/${C.at}`]);
  });
});

describe('a check-in of a stage that was left', () => {
  const left = (log: StageEvent[], newest: Hour) => checkIns(log, newest).due.filter(({ said }) => said === undefined);

  it('before its planned end has the hours that it had, from the first verdict of the next stage on, for a week', () => {
    const early = entered('2026-02-18T14:30Z', 'B', 0.5);
    const at = hour('2026-02-18T14:00Z');
    expect(checkIns([A], at - 1).due).toEqual([]);
    for (const newest of [at, at + 166])
      expect(left([A, early], newest)).toEqual([
        {
          key: `stage/A/${A.at}`,
          kind: 'check-in',
          of: { stage: 'A' },
          until: early.at,
          text: expect.stringMatching(
            /^stage A was left after about 7 days, about 2 hours before its planned end: #show 1\.22 % \(.*\)$/,
          ),
          window: { name: 'stage A', from: LAUNCH, to: at },
        },
      ]);
    expect(left([A, early], at + 167)).toEqual([]);
  });

  it('after its planned end is the one that was due then', () => {
    const late = entered('2026-02-20T16:00Z', 'B', 0.5);
    const [then, now] = [checkIns([A], hour('2026-02-18T16:00Z')), checkIns([A, late], hour('2026-02-20T16:00Z'))];
    const { key, until } = then.due[0]!;
    expect(now.due).toMatchObject([
      { key, until, text: expect.stringMatching(/^stage A was left after about 9 days: /) },
    ]);
  });

  it('is given after a roll-back, too', () => {
    const off = entered('2026-02-13T10:10Z', 'off', 0);
    const { notices, recommendation } = judge(release, [A, off], facts, hour('2026-02-13T10:00Z'));
    expect(recommendation).toBe('not exposed');
    expect(notices).toMatchObject([
      { key: `stage/A/${A.at}`, window: { from: LAUNCH, to: hour('2026-02-13T10:00Z') } },
    ]);
  });

  it('is not given for one without a whole hour, and for none before a relaunch', () => {
    const moment = entered('2026-02-18T16:20Z', 'C', 1);
    const right = entered('2026-02-18T16:21Z', 'B', 0.5);
    expect(left([A, moment, right], hour('2026-02-19T16:00Z')).map(({ of }) => of)).toEqual([{ stage: 'A' }]);
    const off = entered('2026-02-19T16:00Z', 'off', 0);
    const anew = entered('2026-02-20T16:00Z', 'A', 0.25, { relaunch: true });
    expect(left([A, off, anew], hour('2026-02-20T16:00Z'))).toEqual([]);
  });
});

describe('a check after the last stage', () => {
  const week = { name: '1-week', length: 168 };
  const only = { ...release, checks: [week] };

  it('is due when its length has passed since the entry, though the clocks jumped in between', () => {
    const before = checkIns([A, B, C], hour('2026-03-11T13:00Z'));
    expect(before.due.map(({ key }) => key)).toEqual([`stage/B/${B.at}`]);
    expect(before.next).toBe(Date.parse('2026-03-11T15:00Z'));
    const { due, next } = checkIns([A, B, C], hour('2026-03-11T14:00Z'));
    expect(due.map(({ key }) => key)).toEqual([`check/1-week/${C.at}`]);
    expect(due[0]!.text).toMatch(/^1-week check: #show 1\.19 % \(2,019 of 169,126\)\. #show pass$/);
    expect(next).toBe(Date.parse('2026-04-03T15:00Z'));
  });

  it('tells the rates of its own hours only', () => {
    const factOf = (at: Hour): HourFact =>
      at < hour('2026-03-04T15:00Z') || at >= hour('2026-03-11T15:00Z') ? [1000, 500] : [1000, 10];
    const known = showFacts(hour('2026-03-12T15:00Z'), factOf);
    const verdict = judge(only, [A, B, C], known, hour('2026-03-12T14:00Z'));
    expect(verdict.notices.find(({ key }) => key.startsWith('check'))!.text).toContain('#show 1 % (1,680 of 168,000)');
  });

  it('of which the stage was left early is neither due nor announced', () => {
    const back = entered('2026-03-06T15:00Z', 'B', 0.5);
    const { due, next } = checkIns([A, B, C, back], hour('2026-03-12T15:00Z'));
    expect(due.map(({ key }) => key)).toEqual([`stage/C/${C.at}`]);
    expect(next).toBe(back.at + 2 * 168 * HOUR_MS);
    expect(checksOf(only, [A, B, C, back])[0]).toMatchObject({ complete: false });
  });

  it('of which the stage lasted to the very end is due, whatever comes after', () => {
    for (const left of ['2026-03-11T15:00Z', '2026-03-11T15:40Z']) {
      const back = entered(left, 'B', 0.5);
      expect(checksOf(only, [A, B, C, back])[0]).toMatchObject({ complete: true });
    }
    const early = entered('2026-03-11T14:59Z', 'B', 0.5);
    expect(checksOf(only, [A, B, C, early])[0]).toMatchObject({ complete: false });
  });

  it('belongs to the newest entry of the last stage', () => {
    const back = entered('2026-03-06T15:00Z', 'B', 0.5);
    const again = entered('2026-03-07T15:00Z', 'C', 1);
    expect(checksOf(only, [A, B, C, back, again])[0]).toMatchObject({ stay: { at: again.at } });
  });

  it('of the launch before a relaunch is of no interest', () => {
    const off = entered('2026-05-01T15:00Z', 'off', 0);
    const relaunch = entered('2026-08-01T15:00Z', 'A', 0.25, { relaunch: true });
    expect(checksOf(only, [A, B, C, off])).toHaveLength(1);
    expect(checksOf(only, [A, B, C, off, relaunch])).toEqual([]);
  });

  it('does not exist before the last stage is entered', () => {
    expect(checksOf(only, [])).toEqual([]);
    expect(checksOf(only, [A, B])).toEqual([]);
  });
});

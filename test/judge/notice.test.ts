import { HOUR_MS, type Hour, startOf } from '../../lib/facts/hour';
import type { StageEvent } from '../../lib/facts/stage';
import { judge } from '../../lib/judge/judge';
import { checkInsOf, gapNotices } from '../../lib/judge/notice';
import type { Verdict } from '../../lib/judge/verdict';
import { checksOf } from '../../lib/release/schedule';
import type { Release } from '../../lib/release/schema';
import { entered, hour, LAUNCH } from '../worlds/moments';
import { CONSISTENT, type HourFact, hoursOf, RELEASE, releaseWith, showFacts, steady } from '../worlds/rollout-facts';

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

describe('a reminder', () => {
  const reminders = (log: StageEvent[], newest: Hour, change: Partial<Release> = {}) =>
    judge({ ...release, ...change }, log, facts, newest).notices.filter(({ kind }) => kind === 'reminder');
  /** The verdict that is given at noon in New York. */
  const noon = (day: string) => hour(`${day}T16:00Z`);

  it('that no stage was entered comes on each weekday after the planned day, and not before', () => {
    const launch = '2026-02-11';
    for (const day of ['2026-02-10', '2026-02-11', '2026-02-14', '2026-02-15'])
      expect(reminders([], noon(day), { launch })).toEqual([]);
    for (const day of ['2026-02-12', '2026-02-13', '2026-02-16'])
      expect(reminders([], noon(day), { launch })).toEqual([
        {
          key: `reminder/launch/${day}`,
          kind: 'reminder',
          text: expect.stringMatching(
            /^the launch was planned for 2026-02-11, and no stage was entered yet\..*stage enter A/,
          ),
        },
      ]);
    expect(reminders([A], noon('2026-02-12'), { launch })).toEqual([]);
    expect(reminders([], noon('2026-02-12'))).toEqual([]);
  });

  it('that the next stage was not entered comes on each weekday after the day of the planned end', () => {
    expect(reminders([A], noon('2026-02-17'))).toEqual([]);
    expect(reminders([A], noon('2026-02-18'))).toEqual([]);
    expect(reminders([A], noon('2026-02-19'))).toMatchObject([
      {
        key: `reminder/stage/A/${A.at}/2026-02-19`,
        text: expect.stringMatching(
          /^stage A was planned until 2026-02-18 11:00 EST, .* the recommendation is advance\..*stage enter B/,
        ),
      },
    ]);
    expect(reminders([A], noon('2026-02-21'))).toEqual([]);
    expect(reminders([A], noon('2026-02-23'))).toHaveLength(1);
    expect(reminders([A, B], noon('2026-02-23'))).toEqual([]);
    expect(reminders([A, entered('2026-02-20T16:00Z', 'off', 0)], noon('2026-02-23'))).toEqual([]);
  });

  it('asks nobody to enter a stage that the toggles enter', () => {
    const toggleService = { flipper: { url: 'https://flags.example.test/' }, follow: true };
    const [reminder] = reminders([A], noon('2026-02-19'), { toggleService });
    expect(reminder!.text).toMatch(/is advance\. The toggles enter the next one when they are moved$/);
  });

  it('is not given for the last stage', () => {
    expect(reminders([A, B, C], noon('2026-03-31'), { checks: [] })).toEqual([]);
  });
});

describe('the end of a release', () => {
  const ends = (log: StageEvent[], newest: Hour, change: Partial<Release> = {}) =>
    judge({ ...release, ...change }, log, facts, newest).notices.filter(({ kind }) => kind === 'finished');
  const end = hour('2026-04-03T15:00Z');

  it('is the end of the longest check, and without checks that of the last stage', () => {
    expect(ends([A, B, C], end - 2)).toEqual([]);
    expect(ends([A, B, C], end - 1)).toMatchObject([{ key: `finished/${C.at}`, until: startOf(end) }]);
    const stages = release.stages.map((stage) => (stage.name === 'C' ? { ...stage, length: 48 } : stage));
    const day = hour('2026-03-06T15:00Z');
    expect(ends([A, B, C], day - 2, { checks: [], stages })).toEqual([]);
    expect(ends([A, B, C], day - 1, { checks: [], stages })).toMatchObject([{ until: startOf(day) }]);
  });

  it('never comes where the last stage has no end, was left or taken back', () => {
    const stages = release.stages.map(({ length, ...stage }) => (stage.name === 'C' ? stage : { ...stage, length }));
    expect(ends([A, B, C], end, { checks: [], stages })).toEqual([]);
    for (const stage of ['off', 'B'])
      expect(ends([A, B, C, entered('2026-03-20T15:00Z', stage, stage === 'B' ? 0.5 : 0)], end)).toEqual([]);
  });
});

describe('a gap that was closed', () => {
  const newest = LAUNCH + 100;
  const filledAt = startOf(newest) + 20 * 60_000;
  const filled = (hours: Hour[], at = filledAt, endpoint = '#show') => {
    const known = hoursOf(newest - 400, newest + 1, steady, endpoint);
    for (const one of hours) known.set(one, { ...known.get(one)!, filledAt: at });
    return known;
  };
  const notices = (...known: Map<Hour, never>[] | ReturnType<typeof filled>[]) =>
    gapNotices(RELEASE, new Map(known.map((one, index) => [`#${index}`, one])), newest);

  it('is told with its hours, once for all endpoints', () => {
    const hours = [newest - 5, newest - 4, newest - 3];
    expect(notices(filled(hours), filled(hours, filledAt, '#index'))).toEqual([
      {
        key: `gap/${new Date(filledAt).toISOString().slice(0, 16)}Z`,
        kind: 'gap-closed',
        waits: true,
        text: '3 hours without data were counted after all, from 2026-02-15 10:00 EST to 2026-02-15 13:00 EST',
      },
    ]);
  });

  it('is told once for each time at which hours were counted', () => {
    const known = filled([newest - 5]);
    known.set(newest - 9, { ...known.get(newest - 9)!, filledAt: filledAt + 60_000 });
    expect(new Set(notices(known).map(({ key }) => key)).size).toBe(2);
  });

  it('waits for a check-in two weeks at most', () => {
    const since = (hours: number) => notices(filled([newest - 335], startOf(newest - hours))).length;
    expect(since(335)).toBe(1);
    expect(since(336)).toBe(0);
  });

  it('is told while nobody is exposed too', () => {
    const verdict = judge(release, [], new Map([['#show', filled([newest - 5])]]), newest);
    expect(verdict).toMatchObject({ recommendation: 'not exposed', notices: [{ kind: 'gap-closed' }] });
  });

  it('is none where every hour was counted at once', () => {
    expect(notices(filled([]))).toEqual([]);
  });
});

describe('a drift', () => {
  /** A little above the baseline, by much less than is tolerated. */
  const above = (at: Hour): HourFact => (at < LAUNCH ? steady(at) : [3000, 43]);
  const known = new Map([
    ['#show', hoursOf(LAUNCH - 672, LAUNCH + 160, (at) => (at < LAUNCH ? [3000, 36] : above(at)))],
  ]);
  const verdict = judge(release, [A], known, LAUNCH + 88);

  it('is a line that waits for the next message, and no page', () => {
    expect(verdict.findings.some(({ outcome }) => outcome === 'breach')).toBe(false);
    expect(verdict.notices).toEqual([
      {
        key: 'drift/#show/2026-02-15',
        kind: 'drift',
        waits: true,
        text: '#show runs a little above its baseline of 1.2 %: 1.43 % (3,827 of 267,000) in the last 89 hours; up to 1.6 % is tolerated',
      },
    ]);
  });

  it('goes by the day of the zone', () => {
    const keyAt = (at: Hour) => judge(release, [A], known, at).notices[0]!.key;
    expect(keyAt(hour('2026-02-16T03:00Z'))).toBe('drift/#show/2026-02-15');
    expect(keyAt(hour('2026-02-16T04:00Z'))).toBe('drift/#show/2026-02-16');
  });

  it('is not told of an endpoint that is broken', () => {
    const broken = new Map([
      ['#show', hoursOf(LAUNCH - 672, LAUNCH + 30, (at) => (at < LAUNCH ? [3000, 36] : [3000, 120]))],
    ]);
    const { findings, notices } = judge(release, [A], broken, LAUNCH + 29);
    expect(findings.some(({ outcome }) => outcome === 'breach')).toBe(true);
    expect(notices).toEqual([]);
  });

  it('is none in steady traffic', () => {
    expect(judge(release, [A], facts, LAUNCH + 160).notices).toEqual([]);
  });
});

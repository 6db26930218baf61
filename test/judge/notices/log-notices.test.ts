import { type Hour, startOf } from '../../../lib/facts/hour';
import type { StageEvent } from '../../../lib/facts/stage';
import { judge } from '../../../lib/judge/judge';
import type { Release } from '../../../lib/release/schema';
import { entered, hour } from '../../worlds/moments';
import { CONSISTENT, releaseWith, showFacts } from '../../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const B = entered('2026-02-18T16:00Z', 'B', 0.5);
/** Its week crosses the night in which the clocks jump, 2026-03-08. */
const C = entered('2026-03-04T15:00Z', 'C', 1);
const release = releaseWith([CONSISTENT]);
const facts = showFacts(hour('2026-04-06T00:00Z'));
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

import type { StageEvent } from '../../lib/facts/stage';
import { baselineOf, courseOf } from '../../lib/judge/course';
import { rolloutOf } from '../../lib/judge/rollout';
import { entered, hour, LAUNCH } from '../worlds/moments';
import { CONSISTENT, deepFreeze, hoursOf, releaseWith, showFacts, steady } from '../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const B = entered('2026-02-18T16:30Z', 'B', 0.5);
const off = entered('2026-02-20T10:00Z', 'off', 0);
const again = entered('2026-02-21T10:20Z', 'A', 0.25);
const release = releaseWith([CONSISTENT]);
const NEWEST = hour('2026-02-24T00:00Z');
const show = showFacts(NEWEST + 1).get('#show')!;
const course = (log: readonly StageEvent[], newest = NEWEST) => courseOf(release, rolloutOf(log)!, show, newest);

describe('the rollout', () => {
  it('is nothing before the launch and while nobody is exposed', () => {
    expect(rolloutOf([])).toBeUndefined();
    expect(rolloutOf([entered('2026-02-01T10:00Z', 'off', 0)])).toBeUndefined();
    expect(rolloutOf([A, off])).toBeUndefined();
  });

  it('starts at the launch and is in the newest stage', () => {
    expect(rolloutOf([A, B])).toMatchObject({ launch: LAUNCH, from: LAUNCH, current: { stage: 'B', exposure: 0.5 } });
  });

  it('keeps the launch on a re-entry, and starts the exposure anew', () => {
    const rollout = rolloutOf([A, B, off, again])!;
    expect(rollout).toMatchObject({ launch: LAUNCH, from: hour('2026-02-21T10:00Z'), current: { stage: 'A' } });
    expect(rollout.stays).toHaveLength(1);
  });

  it('has a new launch on a relaunch', () => {
    const anew = entered('2026-06-01T10:00Z', 'A', 0.25, { relaunch: true });
    expect(rolloutOf([A, B, off, anew])).toMatchObject({ launch: hour('2026-06-01T10:00Z') });
  });
});

describe('the course of an endpoint', () => {
  it('has the hours from the launch to the newest, each with its exposure', () => {
    const { hours, exposureOf, stageFrom } = course([A, B]);
    expect(hours).toHaveLength(NEWEST + 1 - LAUNCH);
    expect(exposureOf[0]).toBe(0.25);
    expect(exposureOf.at(-1)).toBe(0.5);
    expect(stageFrom).toBe(7 * 24 + 1);
    expect(exposureOf.indexOf(0.5)).toBe(7 * 24);
  });

  it('counts nothing in the hour in which the stage changed', () => {
    const { hours } = course([A, B]);
    expect(hours[7 * 24]!.n).toBe(0);
    expect(hours[7 * 24 - 1]!.n).toBeGreaterThan(0);
    expect(hours[7 * 24 + 1]!.n).toBeGreaterThan(0);
  });

  it('begins after a re-entry with the hour of it, which does not count', () => {
    const { hours, stageFrom } = course([A, B, off, again]);
    expect(hours).toHaveLength(NEWEST + 1 - hour('2026-02-21T10:00Z'));
    expect(hours[0]!.n).toBe(0);
    expect(stageFrom).toBe(1);
  });

  it('keeps the baseline of the launch on a re-entry', () => {
    expect(course([A, B, off, again]).baseline).toEqual(course([A]).baseline);
  });

  it('does not know of hours after the newest', () => {
    const early = LAUNCH + 30;
    const known = new Map([...show].filter(([at]) => at <= early));
    expect(course([A], early)).toEqual(courseOf(release, rolloutOf([A])!, known, early));
  });

  it('leaves the snapshots as they are', () => {
    expect(() => courseOf(release, rolloutOf([A])!, deepFreeze(new Map(show)), NEWEST)).not.toThrow();
  });
});

describe('the baseline of an endpoint', () => {
  const baseline = (hoursBefore: number) =>
    baselineOf(release, { log: [A], launch: LAUNCH }, hoursOf(LAUNCH - hoursBefore, LAUNCH + 9, steady));

  it('is four weeks up to the launch, and not an hour of it', () => {
    expect(baseline(672)!.weeks).toBe(4);
    expect(baseline(4000)).toEqual(baseline(2016));
    expect(baseline(2016)).toEqual({ ...baseline(672)!, spreadWeeks: 12 });
    const broken = hoursOf(LAUNCH - 672, LAUNCH + 9, (at) => (at >= LAUNCH ? [1000, 900] : steady(at)));
    expect(baselineOf(release, { log: [A], launch: LAUNCH }, broken)).toEqual(baseline(672));
  });

  it('of a younger endpoint has fewer weeks', () => {
    expect([504, 336, 168].map((hours) => baseline(hours)?.weeks)).toEqual([3, 2, 1]);
  });

  it('is none with less than one whole week of it', () => {
    expect(baseline(167)).toBeUndefined();
    expect(baseline(3)).toBeUndefined();
    expect(baseline(0)).toBeUndefined();
  });

  it('is none when all of it is unknown or without requests', () => {
    expect(
      baselineOf(
        release,
        { log: [A], launch: LAUNCH },
        hoursOf(LAUNCH - 672, LAUNCH, () => 'unknown'),
      ),
    ).toBeUndefined();
    expect(
      baselineOf(
        release,
        { log: [A], launch: LAUNCH },
        hoursOf(LAUNCH - 672, LAUNCH, () => [0, 0]),
      ),
    ).toBeUndefined();
  });

  it('takes an unknown hour for nothing, not for an hour without errors', () => {
    const gaps = (at: number) => at % 3 === 0;
    const whole = hoursOf(LAUNCH - 672, LAUNCH, (at) => (gaps(at) ? undefined : [1000, 12]));
    const unknown = hoursOf(LAUNCH - 672, LAUNCH, (at) => (gaps(at) ? 'unknown' : [1000, 12]));
    expect(baselineOf(release, { log: [A], launch: LAUNCH }, unknown)).toEqual(
      baselineOf(release, { log: [A], launch: LAUNCH }, whole),
    );
    expect(baselineOf(release, { log: [A], launch: LAUNCH }, unknown)!.raw).toBe(0.012);
  });
});

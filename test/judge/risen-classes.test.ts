import { classesName } from '../../lib/facts/series';
import type { Snapshot, Snapshots } from '../../lib/facts/snapshot';
import { failedText } from '../../lib/judge/failed';
import { judge } from '../../lib/judge/judge';
import { byStatus } from '../worlds/by-status';
import { entered, LAUNCH } from '../worlds/moments';
import { CONSISTENT, findingOf, releaseWith } from '../worlds/rollout-facts';

const A = entered(LAUNCH);
const FIRST = LAUNCH - 672;
const NEWEST = LAUNCH + 47;
const given = releaseWith([CONSISTENT]);
const release = { ...given, datadog: { ...given.datadog, classTag: 'error_class' } };

type Hourly = Record<string, number>;
/** Counts of an hour by label, or undefined where nobody knows them. */
type Facts = (hour: number) => Hourly | undefined;

const TIMEOUT = 'faraday::timeouterror';
const before: Hourly = { 200: 980, 404: 6, 500: 14 };
const broken: Hourly = { 200: 880, 404: 6, 500: 114 };
const since =
  (launch: number, old: Hourly | undefined, now: Hourly | undefined): Facts =>
  (hour) =>
    hour < launch ? old : now;

function series(endpoint: string, facts: Facts): [string, Map<number, Snapshot>] {
  const byHour = new Map<number, Snapshot>();
  for (let hour = FIRST; hour <= NEWEST; hour++) {
    const counts = facts(hour);
    const what = counts
      ? { kind: 'counted' as const, counts: byStatus(counts) }
      : { kind: 'unknown' as const, reason: 'Datadog refused to count it: got 400' };
    byHour.set(hour, { endpoint, hour, revision: 1, final: true, ...what });
  }
  return [endpoint, byHour];
}
const factsOf = (statuses: Facts, classes?: Facts): Snapshots =>
  new Map([series('#show', statuses), ...(classes ? [series(classesName('#show'), classes)] : [])]);
const verdictOf = (statuses: Facts, classes?: Facts) => judge(release, [A], factsOf(statuses, classes), NEWEST);
const classesOf = (statuses: Facts, classes: Facts) => findingOf(verdictOf(statuses, classes)).classes;

const statuses = since(LAUNCH, before, broken);

describe('the error classes of a finding', () => {
  it('are those that rose, of all errors of its window, with what was usual', () => {
    const classes = since(LAUNCH, { '500 nomethoderror': 14 }, { '500 nomethoderror': 14, [`500 ${TIMEOUT}`]: 100 });
    const finding = findingOf(verdictOf(statuses, classes));
    const hours = finding.window.to - finding.window.from;
    expect(finding.classes).toEqual({
      rose: [{ name: TIMEOUT, errors: 100 * hours, usual: 0 }],
      errors: 120 * hours,
      withClass: 114 * hours,
    });
    expect(failedText(finding)).toBe(
      'by status 500: 14 to 114 an hour; by class faraday::timeouterror 2,400 of 2,880 errors (none before); 2,736 of 2,880 errors have a class',
    );
  });

  it('rose also where their status fell', () => {
    const moved = since(LAUNCH, { 200: 900, 500: 60, 503: 40 }, { 200: 830, 500: 40, 503: 130 });
    const classes = since(
      LAUNCH,
      { '500 old': 60, '503 out': 40 },
      { '500 old': 10, [`500 ${TIMEOUT}`]: 30, '503 out': 130 },
    );
    expect(classesOf(moved, classes)?.rose).toEqual([
      { name: 'out', errors: 24 * 130, usual: expect.closeTo(24 * 40) },
      { name: TIMEOUT, errors: 24 * 30, usual: 0 },
    ]);
  });

  it('that came with their tag are not "none before": nobody knows', () => {
    const classes = since(LAUNCH, {}, { [`500 ${TIMEOUT}`]: 114 });
    const found = classesOf(statuses, classes);
    expect(found).toEqual({
      rose: [{ name: TIMEOUT, errors: 24 * 114 }],
      errors: 24 * 120,
      withClass: 24 * 114,
      since: LAUNCH,
    });
    expect(failedText({ classes: found })).toBe(
      'by class faraday::timeouterror 2,736 of 2,880 errors; 2,736 of 2,880 errors have a class; classes are counted since 2026-02-11T16:00Z',
    );
    // The same where the hours before were never counted by class.
    expect(classesOf(statuses, since(LAUNCH, undefined, { [`500 ${TIMEOUT}`]: 114 }))).toEqual(found);
    // The tag came a day after the launch, and only some hours of the window have it.
    expect(classesOf(statuses, since(LAUNCH + 40, {}, { [`500 ${TIMEOUT}`]: 114 }))?.since).toBe(LAUNCH + 40);
  });

  it('of a status that did not fail before are new, whatever was counted', () => {
    const moved = since(LAUNCH, before, { ...before, 200: 880, 503: 100 });
    expect(classesOf(moved, since(LAUNCH, {}, { '503 outage': 100 }))?.rose).toEqual([
      { name: 'outage', errors: 2_400, usual: 0 },
    ]);
  });

  it('count errors without a class to the time before, of the same status only', () => {
    // Of 14 errors an hour two had a class: the other twelve may have been of any.
    const some = since(LAUNCH, { '500 nomethoderror': 2 }, { '500 nomethoderror': 60, [`500 ${TIMEOUT}`]: 10 });
    expect(classesOf(statuses, some)?.rose).toEqual([
      { name: 'nomethoderror', errors: 24 * 60, usual: expect.closeTo(24 * 14) },
    ]);
    expect(failedText({ classes: classesOf(statuses, some) })).toContain(
      'nomethoderror 1,440 of 2,880 errors (usually at most 336)',
    );
    // Half of the hours before are unknown, and so are their errors' classes.
    const now: Hourly = { [`500 ${TIMEOUT}`]: 114 };
    const known: Hourly = { '500 nomethoderror': 14 };
    const gaps: Facts = (hour) => (hour >= LAUNCH ? now : hour % 2 ? undefined : known);
    expect(classesOf(statuses, gaps)?.rose).toEqual([
      { name: TIMEOUT, errors: 24 * 114, usual: expect.closeTo(24 * 7) },
    ]);
  });

  it('are none of excluded statuses, and of successes', () => {
    const classes = since(LAUNCH, { '500 a': 14 }, { '500 a': 14, '401 unauthorized': 500, '200 retried': 300 });
    expect(classesOf(since(LAUNCH, before, { ...broken, 401: 500 }), classes)).toBeUndefined();
  });

  it('are nothing where they are unknown, and nothing rose', () => {
    expect(classesOf(statuses, () => undefined)).toBeUndefined();
    const steady = since(LAUNCH, { '500 a': 14 }, { '500 a': 14 });
    expect(classesOf(statuses, steady)).toBeUndefined();
    expect(classesOf(() => before, since(LAUNCH, {}, { '500 a': 14 }))).toBeUndefined();
    // Ten errors are the fewest that tell.
    const one: Hourly = { '500 a': 1 };
    const few: Facts = (hour) => (hour <= NEWEST - 9 ? {} : one);
    expect(classesOf(statuses, few)).toBeUndefined();
  });
});

describe('the verdict', () => {
  it('is the same with and without them, known or not', () => {
    const without = verdictOf(statuses);
    for (const classes of [() => undefined, () => ({}), since(LAUNCH, {}, { [`500 ${TIMEOUT}`]: 114 })]) {
      const { findings, notices, ...verdict } = verdictOf(statuses, classes);
      expect({ ...verdict, findings: findings.map(({ classes: _, ...finding }) => finding), notices: [] }).toEqual({
        ...without,
        notices: [],
      });
      expect(notices.filter(({ key }) => !key.startsWith('classes/'))).toEqual(without.notices);
    }
  });

  it('is blind where the endpoints are, though their classes are known', () => {
    const dark = since(NEWEST - 5, before, undefined);
    expect(verdictOf(dark, () => ({})).blind).toEqual(verdictOf(dark).blind);
    expect(verdictOf(dark).blind).toBeDefined();
  });

  it('tells once that classes are not known, after six hours, and never of hours in which nobody was', () => {
    const noticesOf = (classes: Facts, counts: Facts = statuses) =>
      verdictOf(counts, classes).notices.filter(({ key }) => key.startsWith('classes/'));
    expect(noticesOf(since(NEWEST - 4, {}, undefined))).toEqual([]);
    expect(noticesOf(since(NEWEST - 5, {}, undefined))).toEqual([
      {
        key: 'classes/2026-02-13T10:00Z',
        kind: 'traffic',
        waits: true,
        text: 'the error classes of #show are not known since 2026-02-13 05:00 EST: Datadog refused to count it: got 400. Messages name the statuses that rose, and no classes',
      },
    ]);
    expect(noticesOf(() => undefined)).toMatchObject([
      { key: 'classes/never', text: expect.stringContaining('#show were never known: Datadog refused') },
    ]);
    const dark = since(NEWEST - 5, before, undefined);
    expect(noticesOf(since(NEWEST - 5, {}, undefined), dark)).toEqual([]);
  });
});

test('names from outside stay on their line, in so many characters, and two of them', () => {
  const rose = ['a\nSince  now', `${'x'.repeat(80)}`, 'c', 'd'].map((name) => ({ name, errors: 20, usual: 2.1 }));
  const text = failedText({ classes: { rose, errors: 80, withClass: 80 } });
  expect(text).toBe(
    `by class a Since  now 20 of 80 errors (usually at most 3), ${'x'.repeat(57)}... 20 (usually at most 3), and more`,
  );
  expect(failedText({})).toBe('');
});

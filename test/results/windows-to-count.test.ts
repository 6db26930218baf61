import fc from 'fast-check';
import { hourText, startOf } from '../../lib/facts/hour';
import type { Release } from '../../lib/release/schema';
import { windowsToCount } from '../../lib/results/windows-to-count';
import { LAUNCH } from '../worlds/moments';
import { releaseOf } from '../worlds/small-release';

const DAYS = 24;
const query = { source: 'rum', search: '*', facet: '@usr.id', counts: 'all' };
const launchRelease = (kept = '30 days', more: object = {}): Release =>
  releaseOf('counted', {
    datadog: {
      site: 'ddog-gov.com',
      metric: 'trace.rack.request.hits',
      scope: ['env:eks-prod'],
      endpointTag: 'resource_name',
      statusTag: 'http.status_code',
      users: { ...query, kept },
    },
    stages: [
      { name: 'A', exposure: '25%', length: '1 week' },
      { name: 'B', exposure: '50%', length: '2 weeks' },
      { name: 'C', exposure: '100%' },
    ],
    checks: [
      { name: '1-week', length: '1 week' },
      { name: '1-month', length: '30 days' },
    ],
    ...more,
  });
const release = launchRelease();
/** An entry so many hours after the launch. */
const at = (hours: number, stage: string, exposure: number, rest: object = {}) => ({
  at: startOf(LAUNCH) + hours * 3_600_000,
  stage,
  exposure,
  by: 'test',
  ...rest,
});
const A = at(0, 'A', 0.25);
const C = at(200, 'C', 1);

/** The windows in hours after the launch, when the newest hour is the one before `end`. */
const asked = (log: Parameters<typeof windowsToCount>[1], end: number, of = release) =>
  windowsToCount(of, log, LAUNCH + end - 1).map(({ kind, from, to }) => [kind, from - LAUNCH, to - LAUNCH]);
const users = (...windows: [number, number][]) => windows.map((window) => ['users', ...window]);

describe('the windows whose events are to be counted', () => {
  it('are a stage up to its planned end while it goes on, and the whole of it once it was left', () => {
    expect(asked([A], 167)).toEqual([]);
    expect(asked([A], 168)).toEqual(users([0, 168]));
    expect(asked([A], 190)).toEqual(users([0, 168]));
    const log = [A, at(199.5, 'B', 0.5)];
    expect(asked(log, 198)).toEqual(users([0, 168]));
    expect(asked(log, 199)).toEqual(users([0, 199], [0, 168]));
    expect(asked(log, 200)).toEqual(users([0, 199]));
    expect(asked(log, 201)).toEqual(users([0, 199]));
  });

  it('are each there once, though a stage ends as it was planned', () => {
    expect(asked([A, at(168, 'B', 0.5)], 168)).toEqual(users([0, 168]));
  });

  it('are each check that is over, and no planned end of a last stage that has checks', () => {
    expect(asked([A, C], 200 + 168)).toEqual(users([200, 368], [0, 200]));
    expect(asked([A, C], 200 + 167)).toEqual(users([0, 200]));
    expect(asked([A, C], 200 + 30 * DAYS)).toEqual(users([200, 920]));
  });

  it('of a check whose stage was left early are those of the stage only', () => {
    expect(asked([A, C, at(300, 'off', 0)], 400)).toEqual(users([200, 300]));
  });

  it('are none before the launch, at 0 %, of another launch, and in which there is no whole hour', () => {
    expect(asked([], 300)).toEqual([]);
    expect(asked([at(0, 'off', 0), at(200, 'A', 0.25)], 201)).toEqual([]);
    expect(asked([A, at(10, 'off', 0), at(20, 'A', 0.25, { relaunch: true }), at(30, 'off', 0)], 40)).toEqual(
      users([20, 30]),
    );
    expect(asked([A, at(10.1, 'B', 0.5), at(10.9, 'C', 1)], 12)).toEqual(users([0, 10]));
  });

  it('are given up a week after their end', () => {
    const log = [A, at(10, 'B', 0.5)];
    expect(asked(log, 10 + 168)).toEqual(users([0, 10]));
    expect(asked(log, 10 + 169)).toEqual([]);
  });

  it('are those of which Datadog still keeps 99 %, by the query of each kind', () => {
    const month = [A, C];
    const lastAsked = (kept: string) => {
      const of = launchRelease(kept);
      const after = Array.from({ length: 169 }, (_, late) => late);
      return after.filter((late) => asked(month, 920 + late, of).some(([, from]) => from === 200)).length - 1;
    };
    // A check of 720 hours may lose 7.2 of them; the newest hour has settled after a quarter.
    expect(lastAsked('30 days')).toBe(6);
    expect(lastAsked('31 days')).toBe(30);
    expect(lastAsked('15 days')).toBe(-1);
    const both = launchRelease('15 days');
    const datadog = { ...both.datadog, errorClasses: { ...both.datadog.users!, kept: 720 } };
    expect(asked(month, 920, { ...both, datadog })).toEqual([['errorClasses', 200, 920]]);
    expect(asked([A], 168, { ...both, datadog })).toEqual([
      ['users', 0, 168],
      ['errorClasses', 0, 168],
    ]);
  });

  it('are those of each page by its own query, before the classes of errors', () => {
    const of = launchRelease('15 days');
    const users = of.datadog.users!;
    const usersOf = [
      { ...users, name: 'List' },
      { ...users, name: 'Details', kept: 1 },
      { ...users, name: '#show' },
    ];
    const datadog = { ...of.datadog, usersOf, errorClasses: users };
    const found = windowsToCount({ ...of, datadog }, [A], LAUNCH + 167);
    expect(found.map((one) => (one.kind === 'usersOf' ? one.name : one.kind))).toEqual([
      'users',
      'List',
      '#show',
      'errorClasses',
    ]);
  });

  it('are none for a release that names no query', () => {
    const { users: _, ...datadog } = release.datadog;
    expect(asked([A], 168, { ...release, datadog })).toEqual([]);
  });

  it('have each ended and exposed users, and do not depend on what comes later', () => {
    const anyLog = fc
      .array(fc.record({ halves: fc.integer({ min: 0, max: 1600 }), stage: fc.constantFrom('A', 'B', 'C', 'off') }))
      .map((events) =>
        events
          .toSorted((a, b) => a.halves - b.halves)
          .map(({ halves, stage }) => at(halves / 2, stage, { A: 0.25, B: 0.5, C: 1, off: 0 }[stage]!)),
      );
    fc.assert(
      fc.property(anyLog, fc.integer({ min: 0, max: 1000 }), (log, end) => {
        const windows = windowsToCount(release, log, LAUNCH + end - 1);
        for (const { from, to } of windows) {
          expect(from).toBeLessThan(to);
          expect(to).toBeLessThanOrEqual(LAUNCH + end);
          expect(log.some((event) => event.exposure > 0 && Math.ceil(event.at / 3_600_000) === from)).toBe(true);
        }
        expect(new Set(windows.map(({ from, to }) => `${hourText(from)} ${to}`)).size).toBe(windows.length);
        const still = log.filter((event) => event.at < startOf(LAUNCH + end + 1));
        expect(windowsToCount(release, still, LAUNCH + end - 1)).toEqual(windows);
      }),
    );
  });
});

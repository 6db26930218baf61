import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { startOf } from '../../lib/facts/hour';
import type { StageEvent } from '../../lib/facts/stage';
import type { Recommendation, Verdict } from '../../lib/judge/verdict';
import { ownerMove } from '../../lib/local/play';
import { folder } from '../worlds/console';
import { entered, LAUNCH } from '../worlds/moments';
import { contents, played } from '../worlds/played';
import { releaseOf } from '../worlds/small-release';

const root = folder();
afterAll(() => rmSync(root, { recursive: true }));

describe('the owner of the play', () => {
  const release = releaseOf('small', { checks: [{ name: '2-day', length: '2 days' }] });
  const B = { enter: 'B', exposure: 1 };
  const DAY = 24;

  const verdict = (hour: number, recommendation: Recommendation, stage?: StageEvent): Verdict => ({
    judge: '1',
    hour,
    recommendation,
    reason: '',
    findings: [],
    notices: [],
    ...(stage && {
      stage: { name: stage.stage, exposure: stage.exposure, since: stage.at, plannedEnd: stage.at + startOf(DAY) },
    }),
  });
  const inA = (hours: number, recommendation: Recommendation) => {
    const log = [entered(LAUNCH)];
    return ownerMove(release, log, verdict(LAUNCH + hours - 1, recommendation, log[0]));
  };
  const inB = (hours: number, recommendation: Recommendation) => {
    const log = [entered(LAUNCH), entered(LAUNCH + DAY, 'B', 1)];
    return ownerMove(release, log, verdict(LAUNCH + DAY + hours - 1, recommendation, log[1]));
  };

  test('waits for a first verdict, then launches', () => {
    expect(ownerMove(release, [], undefined)).toBe('wait');
    expect(ownerMove(release, [], verdict(LAUNCH - 2, 'not exposed'))).toEqual({ enter: 'A', exposure: 0.25 });
  });

  test.each<[string, ReturnType<typeof ownerMove>, ReturnType<typeof ownerMove>]>([
    ['waits before the planned end, though all is well', inA(DAY - 1, 'advance'), 'wait'],
    ['advances at the planned end', inA(DAY, 'advance'), B],
    ['advances later, once the verdict says so', inA(5 * DAY, 'advance'), B],
    ['waits while the verdict says hold', inA(DAY, 'hold'), 'wait'],
    ['still waits an hour before four weeks of hold are over', inA(29 * DAY - 1, 'hold'), 'wait'],
    ['gives up after four weeks of hold', inA(29 * DAY, 'hold'), 'stop'],
    ['watches what is to be rolled back until the planned end', inA(DAY - 1, 'roll back'), 'wait'],
    ['and stops then', inA(DAY, 'roll back'), 'stop'],
    ['watches the last stage until its last check', inB(2 * DAY - 1, 'advance'), 'wait'],
    ['ends with the last check', inB(2 * DAY, 'advance'), 'stop'],
    ['ends with the last check whatever the verdict', inB(2 * DAY, 'hold'), 'stop'],
  ])('%s', (_, move, expected) => expect(move).toEqual(expected));

  test('waits for the verdict that knows of the last move', () => {
    const log = [entered(LAUNCH), entered(LAUNCH + DAY + 1, 'B', 1)];
    expect(ownerMove(release, log, verdict(LAUNCH + DAY - 1, 'advance', log[0]))).toBe('wait');
  });

  test('watches a release that somebody took back for a day', () => {
    const log = [entered(LAUNCH)];
    const off = [...log, entered(LAUNCH + 5, 'off', 0)];
    const at = (hours: number) => ownerMove(release, log, verdict(LAUNCH + 5 + hours - 1, 'not exposed'), off);
    expect([at(1), at(DAY - 1), at(DAY), at(DAY + 1)]).toEqual(['wait', 'wait', 'stop', 'stop']);
  });

  test('ends with the last check of the stage log, where the toggle is read after it was set', () => {
    const log = [entered(LAUNCH), entered(LAUNCH + DAY, 'B', 1)];
    const read = log.map((event) => ({ ...event, at: event.at + 20 * 60_000 }));
    const at = (hours: number) => ownerMove(release, log, verdict(LAUNCH + DAY + hours - 1, 'advance', log[1]), read);
    expect([at(2 * DAY), at(2 * DAY + 1)]).toEqual(['wait', 'stop']);
  });
});

const undisturbed = path.join(root, 'undisturbed');
let whole: Awaited<ReturnType<typeof played>>;
beforeAll(async () => {
  whole = await played(undisturbed);
});

test('a play enters every stage, ends each on a verdict, and ends itself', () => {
  expect(whole).toMatchObject({ finished: true, stages: ['A', 'B'], ends: ['A advance', 'B hold'] });
  expect(whole.verdict).toMatchObject({ recommendation: 'hold', stage: { name: 'B', exposure: 1 } });
  // The end of B falls on the same day as that of A, and a check-in waits for no other.
  expect(
    whole.messages.map(({ subject, message }) => [subject, /stage . has lasted as planned: \w+/.exec(message)?.[0]]),
  ).toEqual([
    ['NOTICE: Small - ADVANCE: stage A passed', 'stage A has lasted as planned: advance'],
    // The other one says that the release is finished.
    ['NOTICE: Small - HOLD: stage B not passed yet', 'stage B has lasted as planned: hold'],
  ]);
  expect(whole.progress).toEqual(Array.from({ length: whole.hours }, (_, index) => index - 2));
});

test('what could not be counted is told once, and holds nothing up', () => {
  expect(whole.uncounted[0]).toMatch(/^users of 2026-02-11T16:00Z - 2026-02-12T16:00Z: .*@view.url_path:.claims/);
  expect(whole.uncounted).toHaveLength(new Set(whole.uncounted).size);
});

test('a play that has ended has nothing to go on with', async () => {
  const dir = path.join(root, 'stopped');
  cpSync(undisturbed, dir, { recursive: true });
  const again = await played(dir, { resume: true });
  expect(again).toMatchObject({ finished: true, hours: 0, stages: [], messages: [] });
  expect((await contents(dir)).facts).toEqual((await contents(undisturbed)).facts);
});

import type { StageEvent } from '../../lib/facts/stage';
import { type ResultWindow, resultsOf } from '../../lib/results/results';
import { entered, hour, LAUNCH } from '../worlds/moments';
import {
  BELOW,
  CONSISTENT,
  hoursOf,
  RELEASE,
  releaseWith,
  scenarioOf,
  showFacts,
  simulatedFacts,
} from '../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const B = entered('2026-02-18T16:00Z', 'B', 0.5);
const C = entered('2026-03-04T15:00Z', 'C', 1);
const NEWEST = hour('2026-04-10T00:00Z');
const release = releaseWith([CONSISTENT]);
const results = (log: StageEvent[], newest = NEWEST) => resultsOf(release, log, showFacts(newest + 1), newest);
const row = (windows: ResultWindow[], name: string) => {
  const found = windows.find((window) => window.name === name);
  if (!found) throw new Error(`no window ${name} among ${windows.map((window) => window.name)}`);
  return found;
};

describe('the windows of the results', () => {
  it('are none before the launch', () => {
    expect(results([])).toEqual([]);
    expect(results([entered('2026-02-01T16:00Z', 'off', 0)])).toEqual([]);
  });

  it('are the baseline, since launch, each stage and each check', () => {
    expect(results([A, B, C]).map(({ name, complete }) => [name, complete])).toEqual([
      ['4 weeks before launch', true],
      ['since launch', false],
      ['stage A', true],
      ['stage B', true],
      ['stage C', false],
      ['1-week check', true],
      ['1-month check', true],
    ]);
  });

  it('are whole hours from entry to entry, and end with the newest hour', () => {
    const windows = results([A, B], hour('2026-02-20T00:00Z'));
    expect(row(windows, '4 weeks before launch')).toMatchObject({ from: LAUNCH - 672, to: LAUNCH, exposure: 0 });
    expect(row(windows, 'stage A')).toMatchObject({ from: LAUNCH, to: hour('2026-02-18T16:00Z'), exposure: 0.25 });
    expect(row(windows, 'stage B')).toMatchObject({ to: hour('2026-02-20T01:00Z'), exposure: 0.5, complete: false });
    expect(row(windows, 'since launch')).toMatchObject({ from: LAUNCH, to: hour('2026-02-20T01:00Z'), exposure: 0.5 });
  });

  it('list each entry of a stage as a row of its own', () => {
    const off = entered('2026-02-12T16:00Z', 'off', 0);
    const again = entered('2026-02-14T16:00Z', 'A', 0.25);
    const windows = results([A, off, again], hour('2026-02-20T00:00Z'));
    const stages = windows.filter(({ name }) => name === 'stage A');
    expect(stages.map(({ from, to }) => to - from)).toEqual([
      24,
      hour('2026-02-20T01:00Z') - hour('2026-02-14T16:00Z'),
    ]);
  });

  it('say that nobody is exposed after a roll-back', () => {
    const off = entered('2026-02-12T16:00Z', 'off', 0);
    expect(row(results([A, off], hour('2026-02-20T00:00Z')), 'since launch').exposure).toBe(0);
  });

  it('have no negative length when two entries fall into one hour', () => {
    const twice = [entered('2026-02-11T16:10Z', 'A', 0.25), entered('2026-02-11T16:40Z', 'B', 0.5)];
    expect(results(twice).every(({ from, to }) => from <= to)).toBe(true);
  });

  it('do not reach back before a relaunch', () => {
    const off = entered('2026-03-10T16:00Z', 'off', 0);
    const relaunch = entered('2026-04-09T16:00Z', 'A', 0.25, { relaunch: true });
    expect(results([A, B, C, off, relaunch]).map(({ name }) => name)).toEqual([
      '4 weeks before launch',
      'since launch',
      'stage A',
    ]);
  });

  it('have no exposed hour in the baseline of a relaunch', () => {
    const off = entered('2026-03-10T16:20Z', 'off', 0);
    const relaunch = entered('2026-04-01T16:00Z', 'A', 0.25, { relaunch: true });
    const [baseline] = results([A, B, C, off, relaunch]);
    const { counted, unknown } = baseline!.results[0]!.tally;
    expect(baseline).toMatchObject({ from: hour('2026-03-04T16:00Z'), to: hour('2026-04-01T16:00Z') });
    expect(counted + unknown).toBe(hour('2026-04-01T16:00Z') - hour('2026-03-10T17:00Z'));
  });

  it('leave out what was entered after the newest hour', () => {
    expect(results([A, B], LAUNCH + 5).map(({ name }) => name)).toEqual([
      '4 weeks before launch',
      'since launch',
      'stage A',
    ]);
  });
});

describe('a check in the results', () => {
  it('covers as many hours as it is long, across the night in which the clocks jump', () => {
    const check = row(results([A, B, C]), '1-week check');
    expect(check).toMatchObject({ from: hour('2026-03-04T15:00Z'), to: hour('2026-03-11T15:00Z'), complete: true });
  });

  it('is not complete while it runs, and complete with its last hour', () => {
    expect(row(results([A, B, C], hour('2026-03-11T13:00Z')), '1-week check').complete).toBe(false);
    expect(row(results([A, B, C], hour('2026-03-11T14:00Z')), '1-week check').complete).toBe(true);
  });

  it('never becomes complete when its stage was left early', () => {
    const back = entered('2026-03-06T15:00Z', 'B', 0.5);
    const check = row(results([A, B, C, back]), '1-week check');
    expect(check).toMatchObject({ from: hour('2026-03-04T15:00Z'), to: hour('2026-03-06T15:00Z'), complete: false });
  });

  it('leaves out the hour of an entry between hours', () => {
    const half = entered('2026-03-04T15:30Z', 'C', 1);
    const check = row(results([A, B, half]), '1-week check');
    expect(check).toMatchObject({ from: hour('2026-03-04T16:00Z'), to: hour('2026-03-11T15:00Z') });
    expect(check.results[0]!.tally.counted).toBe(167);
  });
});

describe('the numbers of a window', () => {
  it('are pooled over its hours, without those in which something changed', () => {
    const half = entered('2026-02-18T16:30Z', 'B', 0.5);
    const known = new Map([
      ['#show', hoursOf(LAUNCH, NEWEST + 1, (at) => (at === hour('2026-02-18T16:00Z') ? [1000, 1000] : [1000, 10]))],
    ]);
    const windows = resultsOf(release, [A, half], known, NEWEST);
    for (const name of ['since launch', 'stage A', 'stage B']) {
      const { requests, errors } = row(windows, name).results[0]!.tally;
      expect(errors / requests).toBe(0.01);
    }
    expect(row(windows, 'since launch').results[0]!.tally.counted).toBe(NEWEST - LAUNCH);
  });

  it('show unknown hours as such', () => {
    const known = new Map([['#show', hoursOf(LAUNCH, LAUNCH + 10, (at) => (at % 2 ? 'unknown' : [100, 0]))]]);
    expect(row(resultsOf(release, [A], known, LAUNCH + 9), 'stage A').results[0]!.tally).toMatchObject({
      counted: 5,
      unknown: 5,
    });
    expect(row(resultsOf(release, [A], new Map(), LAUNCH + 9), 'stage A').results[0]!.tally).toMatchObject({
      counted: 0,
      unknown: 10,
    });
  });

  it('have the requests by status, most first, and the same of the control endpoints, which have no limit', () => {
    const half = entered('2026-02-11T18:30Z', 'B', 0.5);
    const fact = (at: number): [number, number] => (at === LAUNCH + 2 ? [9, 9] : [100, 60]);
    const known = new Map([
      ['#show', hoursOf(LAUNCH, LAUNCH + 4, fact)],
      ['#search', hoursOf(LAUNCH, LAUNCH + 4, (at) => (at === LAUNCH ? 'unknown' : [50, 0]), '#search')],
    ]);
    const controlled = releaseWith([BELOW], { controls: [{ name: '#search', tag: 'search' }] });
    const { results, controls } = row(resultsOf(controlled, [A, half], known, LAUNCH + 3), 'since launch');
    expect(results[0]!.statuses).toEqual([
      { status: '500', requests: 180 },
      { status: '200', requests: 120 },
    ]);
    expect(controls).toEqual([
      {
        endpoint: '#search',
        tally: { requests: 100, errors: 0, excluded: 0, counted: 2, unknown: 1 },
        statuses: [{ status: '200', requests: 100 }],
      },
    ]);
  });

  it('say what a limit still needs, as long as even clean traffic of that size would not do', () => {
    const limited = releaseWith([BELOW]);
    const needed = (requests: number, errors: number) => {
      const known = new Map([
        ['#show', hoursOf(LAUNCH, LAUNCH + 10, (at) => (at === LAUNCH ? [requests, errors] : [0, 0]))],
      ]);
      return row(resultsOf(limited, [A], known, LAUNCH + 9), 'stage A').results[0]!.needed;
    };
    expect(needed(3, 0)).toBeGreaterThan(60);
    expect(needed(3, 1)).toBeGreaterThan(needed(3, 0)!);
    expect(needed(0, 0)).toBeGreaterThan(60);
    expect(needed(1000, 0)).toBeUndefined();
    expect(needed(100_000, 6000)).toBeUndefined();
  });

  it('need nothing where there is no limit', () => {
    expect(results([A]).every((window) => window.results.every((result) => result.needed === undefined))).toBe(true);
  });

  it('are those that the team of the real release published, within what chance allows', () => {
    const log = [A, B, C];
    const known = simulatedFacts(scenarioOf('as-it-was'), 1, log, LAUNCH - 672, NEWEST + 1);
    const windows = resultsOf(RELEASE, log, known, NEWEST);
    const rate = (name: string, endpoint: string) => {
      const { requests, errors } = row(windows, name).results.find((one) => one.endpoint === endpoint)!.tally;
      return errors / requests;
    };
    const published = [
      ['4 weeks before launch', '#index', 0.00336],
      ['4 weeks before launch', '#show', 0.012325],
      ['stage A', '#index', 0.0011],
      ['stage A', '#show', 0.0137],
      ['stage B', '#index', 0.0047],
      ['stage B', '#show', 0.0153],
      ['1-week check', '#index', 0.00104],
      ['1-week check', '#show', 0.01323],
    ] as const;
    for (const [name, endpoint, expected] of published) {
      expect(rate(name, endpoint) / expected).toBeGreaterThan(0.8);
      expect(rate(name, endpoint) / expected).toBeLessThan(1.25);
    }
    const files = row(windows, 'stage A').results.find((one) => one.endpoint === '#files-we-couldnt-receive')!;
    expect(files.tally.errors).toBe(0);
    expect(files.needed).toBeGreaterThan(files.tally.requests);
  });
});

import { resultsOf } from '../../lib/results/results';
import { resultsText } from '../../lib/text/results-text';
import { byStatus } from '../worlds/by-status';
import { entered, hour, LAUNCH } from '../worlds/moments';
import { BELOW, type HourFact, hoursOf, RELEASE, releaseWith } from '../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const release = releaseWith([BELOW], { links: [] });
const lines = (factOf: (at: number) => HourFact, newest = LAUNCH + 9) =>
  resultsText(resultsOf(release, [A], new Map([['#show', hoursOf(LAUNCH, newest + 1, factOf)]]), newest), release, []);

describe('the results as text', () => {
  it('name each window with its exposure and its hours, and have a line for each endpoint', () => {
    expect(lines(() => [1000, 12]).slice(3)).toEqual([
      'since launch, 2026-02-11 11:00 EST - 2026-02-11 21:00 EST (not complete)',
      '  #show  1.2 % (120 of 10,000)',
      '',
      'stage A, 25 % of users, 2026-02-11 11:00 EST - 2026-02-11 21:00 EST (not complete)',
      '  #show  1.2 % (120 of 10,000)',
    ]);
  });

  it('say "by the toggle" of a stage that a toggle has entered', () => {
    const windows = resultsOf(release, [{ ...A, byToggle: true }], new Map(), LAUNCH + 9);
    expect(resultsText(windows, release, [])).toContain(
      'stage A, 25 % by the toggle, 2026-02-11 11:00 EST - 2026-02-11 21:00 EST (not complete)',
    );
  });

  it('say what is missing instead of a rate of a handful of requests', () => {
    expect(lines((at) => (at === LAUNCH ? [3, 0] : [0, 0])).at(-1)).toMatch(
      /^ {2}#show {2}not enough data: 3 requests, \d+ needed; no errors$/,
    );
    expect(lines((at) => (at === LAUNCH ? [1, 1] : [0, 0])).at(-1)).toMatch(
      /^ {2}#show {2}not enough data: 1 request, \d+ needed; 1 error$/,
    );
  });

  it('show the rate of an endpoint that fails at high traffic: that is no want of data', () => {
    expect(lines(() => [10_000, 600]).at(-1)).toBe('  #show  6 % (6,000 of 100,000)');
  });

  it('tell unknown hours, and never as a rate', () => {
    expect(lines((at) => (at % 2 ? 'unknown' : [1000, 10])).at(-1)).toBe('  #show  1 % (50 of 5,000), 5 hours unknown');
    expect(lines(() => 'unknown').at(-1)).toMatch(
      /^ {2}#show {2}not enough data: 0 requests, \d+ needed; no errors, 10 hours unknown$/,
    );
  });

  it('lead to the dashboard at their hours, and nowhere from a stage in which there is no whole hour', () => {
    const log = [A, entered('2026-02-11T18:10Z', 'B', 0.5), entered('2026-02-11T18:50Z', 'C', 1)];
    const windows = resultsOf(RELEASE, log, new Map(), LAUNCH + 9);
    const blocks = resultsText(windows, RELEASE, []).join('\n').split('\n\n');
    const linkOf = (stage: string) => blocks.find((block) => block.startsWith(stage))!.match(/from_ts=.*&live/)?.[0];
    expect(linkOf('stage A')).toBe('from_ts=1770825600000&to_ts=1770832800000&live');
    expect(linkOf('stage B')).toBeUndefined();
    expect(linkOf('stage C')).toMatch(/^from_ts=1770836400000&/);
  });

  it('tell what was excluded', () => {
    const byHour = hoursOf(LAUNCH, LAUNCH + 10, () => [1000, 10]);
    const first = byHour.get(LAUNCH)!;
    if (first.kind === 'counted')
      byHour.set(LAUNCH, { ...first, counts: byStatus({ ...Object.fromEntries(first.counts), 401: 1200 }) });
    const windows = resultsOf(release, [A], new Map([['#show', byHour]]), LAUNCH + 9);
    expect(resultsText(windows, release, []).at(-1)).toBe('  #show  1 % (100 of 10,000), 1,200 excluded');
  });

  it('show the change of the clocks in a window that crosses it', () => {
    const log = [entered('2026-03-04T15:00Z', 'C', 1)];
    const newest = hour('2026-03-20T00:00Z');
    const windows = resultsOf(
      release,
      log,
      new Map([['#show', hoursOf(log[0]!.at / 3_600_000, newest + 1, () => [1000, 10])]]),
      newest,
    );
    expect(resultsText(windows, release, [])).toContain(
      '1-week check, 100 % of users, 2026-03-04 10:00 EST - 2026-03-11 11:00 EDT',
    );
  });

  it('have the users of just the window, where its events were counted', () => {
    const window = { from: LAUNCH, to: LAUNCH + 10, at: 0 };
    const windows = resultsOf(release, [A], new Map(), LAUNCH + 9);
    const text = (counts: Parameters<typeof resultsText>[2]) => resultsText(windows, release, counts).at(-1);
    expect(text([{ ...window, kind: 'users', users: 208_045, counts: 'all' }])).toBe(
      '  users: about 52,000 (25 % of 208,045)',
    );
    expect(text([{ ...window, to: LAUNCH + 9, kind: 'users', users: 208_045, counts: 'all' }])).toMatch(/^ {2}#show/);
  });

  it('end each window with the dashboard at just its hours, where the release has one', () => {
    const linked = releaseWith([BELOW]);
    const windows = resultsOf(
      linked,
      [A],
      new Map([['#show', hoursOf(LAUNCH, LAUNCH + 10, () => [1000, 10])]]),
      LAUNCH + 9,
    );
    const [from, to] = [LAUNCH * 3_600_000, (LAUNCH + 10) * 3_600_000];
    expect(resultsText(windows, linked, []).at(-1)).toMatch(
      new RegExp(`^  https://vagov\\.ddog-gov\\.com/dashboard/.*\\?from_ts=${from}&to_ts=${to}&live=false$`),
    );
  });

  it('are one line each, whatever a name holds', () => {
    const hostile = { ...release, endpoints: [{ ...release.endpoints[0]!, name: '#show\nstage B\u001b[2J\u202e' }] };
    const text = resultsText(resultsOf(hostile, [A], new Map(), LAUNCH + 9), hostile, []);
    expect(text.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text.at(-1)).toMatch(/^ {2}#show stage B \[2J {2}not enough data/);
  });
});

import type { StageEvent } from '../../../lib/facts/stage';
import type { Outcome } from '../../../lib/judge/verdict';
import { fillPlan } from '../../../lib/plan/fill/fill';
import type { Known } from '../../../lib/plan/fill/known';
import { readyLines } from '../../../lib/plan/fill/ready';
import type { Release } from '../../../lib/release/schema';
import type { EventCount } from '../../../lib/results/event-count';
import { byStatus } from '../../worlds/by-status';
import { entered, LAUNCH } from '../../worlds/moments';
import { knownOf, LETTERS } from '../../worlds/planned-rollout';

const FIRST = entered('2026-02-11T16:00Z', 'first', 0.01);
const FULL = entered('2026-02-12T16:00Z', 'full', 1);
const unlinked: Release = { ...LETTERS, links: [] };
const hours = { from: LAUNCH, to: LAUNCH + 8 };
const stage = { name: 'stage first', ...hours };
const counts: EventCount[] = [
  { ...hours, at: 0, kind: 'users', users: 1500, counts: 'all' },
  { ...hours, at: 0, kind: 'errorClasses', errorClasses: [{ name: 'Timeout', errors: 12 }] },
];
const known = (release: Release, log: StageEvent[], to: number, more: Partial<Known> = {}): Known => ({
  ...knownOf(release, log, to - 1),
  ...more,
});
const line = (lines: readonly string[], start: string) => lines.find((one) => one.startsWith(start));

describe('the text that is ready for the plan', () => {
  const lines = readyLines(stage, known(unlinked, [FIRST], stage.to, { counts }));

  it('answers what the Results ask for, each with its window and the baseline beside it', () => {
    const where = 'in stage first at 1 % of users, 2026-02-11 11:00 EST - 2026-02-11 19:00 EST';
    const rate = `0.2 % (16 of 8,000 requests) ${where}; 0.2 % (1,344 of 672,000 requests) in the 4 weeks before launch`;
    expect(lines).toEqual([
      `Estimated number of users: about 15 (1 % of 1,500) ${where}`,
      `#letters: ${rate}`,
      `#download: ${rate}`,
      `Downstream services: no sign of it beside the feature ${where}: #status 0.2 % (16 of 8,000 requests), 0.2 % (1,344 of 672,000 requests) in the 4 weeks before launch`,
      'Types of errors logged: stage first: all about as before or rarer: #letters 404 (8), 500 (8); #download 404 (8), 500 (8). 401 and 403 left out (16 requests). Most frequent classes: Timeout (12)',
      expect.stringMatching(/^KPIs against the plan's own definition of success: /),
    ]);
  });

  it('is what fill writes into the plan, but for the links', () => {
    const later = known(unlinked, [FIRST, entered('2026-02-12T00:00Z', 'full', 1)], LAUNCH + 30, { counts });
    const plan =
      '## Stage first\n\nEstimated number of users: [FILL_IN]\n\n#letters: [FILL_IN]\n\n#download: [FILL_IN]\n\nTypes of errors logged: [FILL_IN]\n';
    const filled = fillPlan(plan, later).text.trimEnd().split('\n\n').slice(1);
    expect(filled).toEqual([lines[0], lines[1], lines[2], lines[4]]);
  });

  it('leaves to fill what nobody knows yet, and says where there are too few requests or none', () => {
    const thin = readyLines(stage, known({ ...unlinked, controls: [] }, [FIRST], stage.to, {}));
    expect(line(thin, 'Estimated')).toBe('Estimated number of users: [FILL_IN]');
    expect(line(thin, 'Downstream')).toBeUndefined();
    const few = knownOf(unlinked, [FIRST], stage.to - 1, (series) =>
      series === '#letters' ? byStatus({ 200: 3 }) : undefined,
    );
    expect(line(readyLines(stage, few), '#letters')).toMatch(
      /no errors \(24 requests; [\d,]+ would show it is below 0\.3 %\)/,
    );
    expect(line(readyLines(stage, few), '#download')).toBe('#download: no hour was counted');
  });

  it.each([
    ['pass', 'pass', 'all met (#letters below 0.3 %: met; #download consistent with the baseline: met)'],
    ['pass', 'breach', 'not met (#download consistent with the baseline: not met; #letters below 0.3 %: met)'],
    [
      'inconclusive',
      'pass',
      'not all shown to be met (#letters below 0.3 %: not shown yet; #download consistent with the baseline: met)',
    ],
    ['no-data', 'breach', 'not met (#download consistent with the baseline: not met; #letters below 0.3 %: no data)'],
  ] as const)('compares the KPIs with the criteria: after %s and %s', (letters, download, said) => {
    const found = known(unlinked, [FIRST], stage.to);
    const [finding] = found.findingsAt(stage.to - 1);
    const judged = (endpoint: string, criterion: 'below' | 'consistentWithBaseline', outcome: Outcome) => ({
      ...finding!,
      endpoint,
      criterion,
      outcome,
    });
    const findingsAt = (at: number) =>
      at === stage.to - 1
        ? [judged('#letters', 'below', letters), judged('#download', 'consistentWithBaseline', download)]
        : [];
    expect(line(readyLines(stage, { ...found, findingsAt }), 'KPIs')).toBe(
      `KPIs against the plan's own definition of success: ${said}`,
    );
  });

  it('names the toggles to clean up after the last check of a release that all users have, and not before', () => {
    const release = { ...unlinked, toggles: [{ name: 'show_letters' }, { name: 'b' }] };
    const toggles = (name: string, days: number, exposure = 1, judged: object = {}, isDone = true) => {
      const window = { name, from: LAUNCH + 24, to: LAUNCH + 24 + 24 * days };
      const { to } = window;
      const found = known(release, [FIRST, { ...FULL, exposure }], to);
      const findingsAt = (hour: number) => found.findingsAt(hour).map((finding) => ({ ...finding, ...judged }));
      return line(readyLines(window, { ...found, findingsAt }, isDone), 'Toggles');
    };
    expect(toggles('1-month check', 30)).toBe('Toggles at 100 %, to be taken out of the code: show\\_letters, b');
    expect(toggles('1-month check', 30, 1, {}, false)).toBeUndefined();
    expect(toggles('1-month check', 30, 0.9)).toBeUndefined();
    expect(toggles('1-week check', 7)).toBeUndefined();
    expect(toggles('1-month check', 30, 1, { outcome: 'breach', reportOnly: true })).toBeUndefined();
    expect(toggles('1-month check', 30, 1, { outcome: 'inconclusive' })).toBeUndefined();
    expect(toggles('1-month check', 30, 1, { outcome: 'inconclusive', reportOnly: true })).toContain('show');
  });

  it('is bounded for a thousand endpoints, and none for hours that no stage and no check has', () => {
    const endpoints = Array.from({ length: 1000 }, (_, index) => ({
      ...LETTERS.endpoints[1]!,
      name: `#page-${index}`,
    }));
    const few = known(unlinked, [FIRST], stage.to);
    const [one] = few.windows.at(-1)!.results;
    const windows = few.windows.map((window) => ({
      ...window,
      results: endpoints.map(({ name }) => ({ ...one!, endpoint: name })),
    }));
    const all = readyLines(stage, { ...few, release: { ...unlinked, endpoints }, windows });
    expect(all).toContain('and 970 more endpoints; the command results has all');
    expect(all.join('').length).toBeLessThan(40_000);
    expect(readyLines({ ...stage, to: stage.to + 1 }, few)).toEqual([]);
  });
});

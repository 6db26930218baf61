import { stripVTControlCharacters } from 'node:util';
import picocolors from 'picocolors';
import stringWidth from 'string-width';
import { sparkline, statusText } from '../../lib/text/status-text';
import { viewOf } from '../../lib/text/view';
import { MOMENTS } from '../worlds/page-moments';

const plainly = picocolors.createColors(false);
const counted = (requests: number, errors: number) => ({ hour: '', kind: 'counted', requests, errors }) as const;
const unknown = { hour: '', kind: 'unknown', reason: '' } as const;

test.each([
  ['rises from 0 to the highest hour', [counted(10, 0), counted(10, 5), counted(10, 10)], '│▁▅█│'],
  ['shows an unknown hour as a gap, at an end too', [unknown, counted(10, 0), unknown], '│ ▁ │'],
  ['tells an hour without requests from one without errors', [counted(0, 0), counted(10, 0)], '│·▁│'],
  ['shows the smallest rate as more than none', [counted(1000, 1), counted(10, 10)], '│▂█│'],
  ['has nothing to rise to without a rate', [unknown, unknown], '│  │'],
])('a sparkline %s', (_, hours, drawn) => expect(sparkline({ hours: [...hours] })).toBe(drawn));

describe('the status', () => {
  const linesOf = (name: keyof typeof MOMENTS) => statusText(viewOf(MOMENTS[name]), plainly);

  test('begins with the verdict and its reason, then the place, then how late the data is', () => {
    expect(linesOf('blind').slice(0, 3)).toEqual([
      expect.stringMatching(/^HOLD: blind for about 9 hours \(Datadog has no data\); /),
      '  Document Status, stage A, 25 % of users since 2026-02-11 11:00 EST, planned until 2026-02-18 11:00 EST',
      '  judged up to 2026-02-13 18:00 EST; newest counted hour ended 2026-02-13 09:00 EST, 9 hours ago',
    ]);
  });

  test('draws each endpoint, unknown hours as a gap', () => {
    const drawn = linesOf('blind').filter((line) => line.includes('│'));
    expect(drawn).toHaveLength(3);
    expect(drawn[0]).toMatch(/^ {2}#index {2}│[▁-█]{39} {9}│$/);
  });

  test('says what is open, who works on it, and what was said', () => {
    const text = linesOf('open').join('\n');
    expect(text).toContain(
      '\nOpen\n  #show is not consistent with the baseline since 2026-02-12 22:00 EST, bad enough to roll back; acknowledged 2026-02-14 03:25 EST by Ada: rolling back at 15:00\n',
    );
    expect(text).toMatch(
      /\nLast messages\n {2}2026-02-14 03:20 EST {2}ALARM: ROLL BACK: #show still 5 % \(baseline 1\.2 %\)\n/,
    );
  });

  test('says what a notice told', () => {
    expect(linesOf('finished').find((line) => line.includes('NOTICE'))).toMatch(
      /EDT {2}NOTICE: ADVANCE: 1-week check passed: 1-week check: #index 1\.21 % /,
    );
  });

  test('says what a silence holds back', () => {
    const text = linesOf('silenced').join('\n');
    expect(text).toContain('\nQuiet\n  silence by dana: database upgrade; the whole release until');
    expect(text).toMatch(/\nHeld back\n.*firing/);
  });

  test('says that runs fail when settled hours are not judged, but not while the run of the newest one may come', () => {
    const later = (hours: number) => ({ ...MOMENTS.quiet, now: MOMENTS.quiet.now + hours * 3_600_000 });
    expect(statusText(viewOf(later(2)), plainly)[2]).toContain(
      '; 2 settled hours not judged yet: is every run failing?;',
    );
    expect(statusText(viewOf(later(1)), plainly)[2]).not.toContain('not judged yet');
  });

  test('says that nothing is judged before the first run', () => {
    const view = viewOf({ ...MOMENTS['not-launched'], verdict: undefined });
    expect(statusText(view, plainly)[0]).toBe('NOT JUDGED YET: no run has judged this release yet');
  });

  test('ends with each different window that a number is of, and the dashboard at its hours', () => {
    const lines = linesOf('open');
    const windows = lines.slice(lines.indexOf('Windows') + 1);
    expect(windows.filter((line) => !line.includes('https://'))).toEqual([
      '  last 48 hours, 2026-02-12 03:00 EST - 2026-02-14 03:00 EST',
      '  stage A, 2026-02-11 11:00 EST - 2026-02-14 03:00 EST',
      '  4 weeks before launch, 2026-01-14 11:00 EST - 2026-02-11 11:00 EST',
      '  last 24 hours, 2026-02-13 03:00 EST - 2026-02-14 03:00 EST',
      '  since it opened, 2026-02-12 22:00 EST - 2026-02-14 03:00 EST',
    ]);
    const [from, to] = ['2026-02-13T03:00Z', '2026-02-14T08:00Z'].map(Date.parse);
    expect(windows.at(-1)).toMatch(new RegExp(`^    https://vagov\\.ddog-gov\\.com/.*from_ts=${from}&to_ts=${to}&`));
    expect(windows.filter((line) => line.includes('https://'))).toHaveLength(5);
  });

  test.each([40, 80])('fits into %d columns, and says the same', (columns) => {
    for (const facts of Object.values(MOMENTS)) {
      const view = viewOf(facts);
      const lines = statusText(view, plainly, columns);
      const wide = lines.filter((line) => stringWidth(line) > columns && !line.includes('https://'));
      expect(wide).toEqual([]);
      const said = (some: string[]) =>
        some
          .join('\n')
          .replace(/│\n +│/g, '')
          .replace(/\s+/g, ' ');
      expect(said(lines)).toBe(said(statusText(view, plainly)));
    }
  });

  test('draws the hours of a day in a line where two days have no place', () => {
    const drawn = statusText(viewOf(MOMENTS.blind), plainly, 40).filter((line) => line.includes('│'));
    expect(drawn.slice(0, 2)).toEqual([
      expect.stringMatching(/^ {4}│[▁-█]{24}│$/),
      expect.stringMatching(/^ {4}│[▁-█]{15} {9}│$/),
    ]);
  });

  test('is coloured only by its caller', () => {
    const painted = statusText(viewOf(MOMENTS.open), picocolors.createColors(true)).join('\n');
    expect(painted).toContain(`${picocolors.createColors(true).red('✗ breach       ')}`);
    const narrow = statusText(viewOf(MOMENTS.open), picocolors.createColors(true), 40);
    expect(narrow.map(stripVTControlCharacters)).toEqual(statusText(viewOf(MOMENTS.open), plainly, 40));
    expect(linesOf('open').join('')).not.toContain('\u001b');
  });
});

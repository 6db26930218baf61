import fc from 'fast-check';
import { type Report, reportOf } from '../../lib/report/report-facts';
import { linkedWindow } from '../../lib/text/verdict-windows';
import { hostileText } from '../fuzz/hostile-text';
import { entered, LAUNCH } from './moments';
import { BELOW, CONSISTENT, hoursOf, RELEASE, steady } from './rollout-facts';

const PIECES = [
  '| a |',
  '</td><script>alert(1)</script>',
  '[x](javascript:alert(1))',
  '![](http://evil.example/x.png)',
  '![x][y]\n\n[y]: http://evil.example',
  '[^1]: note',
  'www.evil.example',
  'WWW.evil.example',
  'https://evil.example/?a=b&copy;',
  'mailto:a@evil.example',
  'a@evil.example',
  '@team',
  '`',
  '```\n',
  '~~gone~~',
  '---',
  '===',
  '\n---\n',
  '\n\n# head',
  '    code',
  '1. one',
  '- [ ] one',
  '<!-- ',
  ' -->',
  '<b onclick=x>',
  '$x$',
  '&amp;#60;',
  '\\',
  '\u200frtl\u202e',
  "' onmouseover='x",
];

/** Texts that do something in Markdown or HTML where they get there as they are; a letter, since no name is empty. */
export const trick = fc
  .tuple(fc.array(fc.oneof(fc.constantFrom(...PIECES), hostileText), { maxLength: 4 }), fc.nat(4))
  .map(([pieces, at]) => [...pieces.slice(0, at), 'x', ...pieces.slice(at)].join(''));

/** An address of a dashboard with all that a release file may have in it. */
const DASHBOARD = 'https://x.datadoghq.com/dashboard/a-(b)$?c=|\\`&d=*_~[]"<e>\'#f\\|&lt;<g>"';

const log = [entered('2026-02-11T16:00Z', 'A', 0.25)];
const release = {
  ...RELEASE,
  endpoints: [{ name: '#show', tag: 'show', criteria: [CONSISTENT, BELOW] }],
  controls: [{ name: '#search', tag: 'search' }],
  links: [{ title: 'Dashboard', url: DASHBOARD }],
};
const newest = LAUNCH + 5;
const snapshots = new Map(
  ['#show', '#search'].map((series) => [series, hoursOf(LAUNCH - 672, newest + 1, steady, series)]),
);
const report = reportOf(release, { log, snapshots, newest, alerts: [], onCall: [], now: 0 });

/** A small report of everything that a report can have, in which each text from outside is one of `texts`. */
export function reportSaying(texts: readonly [string, string, string, string]): Report {
  const [name, other, note, reason] = texts;
  const { verdict } = report;
  const open = { endpoint: name, what: 'below' as const, since: LAUNCH + 2, rollBack: false };
  const named = (was: string) => (was === '#show' ? name : other);
  return {
    ...report,
    release: { ...release, title: other, team: note },
    verdict: {
      ...verdict,
      reason,
      stage: { ...verdict.stage!, name: note },
      findings: verdict.findings.map((one) => ({
        ...one,
        endpoint: name,
        reason,
        upstream: note,
        classes: { rose: [{ name: other, errors: 12, usual: 0 }], errors: 20, withClass: 12 },
        window: { ...one.window, name: other },
      })),
    },
    log: log.map((event) => ({ ...event, stage: other, by: name, note })),
    stays: report.stays.map((stay) => ({ ...stay, stage: other })),
    windows: report.windows.map((window) => ({
      ...window,
      name: `stage ${other}`,
      results: window.results.map((one) => ({ ...one, endpoint: name })),
      controls: window.controls.map((one) => ({ ...one, endpoint: other })),
    })),
    series: report.series.map((one) => ({
      ...one,
      name: named(one.name),
      ...(one.endpoint && { endpoint: { ...one.endpoint, route: note } }),
      statuses: one.statuses.map((status) => ({ ...status, status: reason })),
      incidents: [{ endpoint: name, what: 'below', from: open.since }],
    })),
    alerts: [
      {
        seq: 1,
        at: 0,
        severity: 'page',
        change: 'firing',
        reason,
        changes: [],
        dedupKey: '',
        open: [open, { ...open, endpoint: other }],
        told: [],
        notices: [{ key: name, kind: 'drift', text: note }],
        verdict,
        status: 'sent',
      },
    ],
    standing: [
      { label: 'open', text: reason, window: linkedWindow({ name, from: open.since, to: newest + 1 }, release) },
      { label: 'quiet', text: note },
    ],
  };
}

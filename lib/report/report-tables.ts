import { memberName } from '../alert/member';
import { isOutcome, tallyOf } from '../facts/counts';
import { leftOutTexts } from '../facts/exclusion';
import { clock, count, percent, rateOf, span } from '../facts/format';
import { hourFrom, startOf } from '../facts/hour';
import type { Tally } from '../facts/window';
import { failedText } from '../judge/failed';
import { entryExposureText } from '../judge/toggles/exposure-text';
import type { Finding, Verdict } from '../judge/verdict';
import { CRITERION_TEXT } from '../judge/verdict';
import { tracesAt } from '../release/measure/traces';
import { rateOfResult } from '../text/results-text';
import { isShown } from '../text/verdict-text';
import type { Report } from './report-facts';
import type { SeriesReport } from './report-series';
import { linkedHours, linkedText, type Text } from './report-text';

/** A table as every format shows it. */
export interface Table {
  caption: string;
  head: Text[];
  rows: Text[][];
  /** First of the columns that hold numbers. */
  numbersFrom?: number;
  /** What stands there when there is no row. */
  empty: string;
}

export const findingsTable = ({ verdict, release }: Report): Table => ({
  caption: 'Criteria, as judged now',
  head: ['Endpoint', 'Criterion', 'Outcome', 'Why', 'Hours', 'Since'],
  rows: verdict.findings.filter(isShown).map((finding) => {
    const { endpoint, criterion, outcome, reportOnly, reason, since, upstream, expectedAt } = finding;
    const expected =
      expectedAt === undefined || outcome === 'pass'
        ? ''
        : `; expected ${clock(startOf(expectedAt), release.timeZone)}`;
    return [
      endpoint,
      CRITERION_TEXT[criterion],
      reportOnly && outcome !== 'pass' ? `${outcome} (reported only)` : outcome,
      `${[reason, failedText(finding), upstream].filter(Boolean).join('; ')}${expected}`,
      findingHours(finding, release),
      since === undefined ? '' : sinceText(since, verdict.hour + 1, release),
    ];
  }),
  empty: 'Nobody is exposed, so nothing is judged.',
});

/** The hours of a finding's counts, with what Datadog has of them. */
function findingHours({ endpoint, window }: Finding, release: Report['release']): Text {
  const hours = linkedText(`${window.name}, ${span(window.from, window.to, release.timeZone)}`, release, window);
  const traces = tracesAt(release, endpoint, window);
  if (!traces) return hours;
  return [hours, ': ', { text: 'errors', href: traces.failed }, ', ', { text: 'traces', href: traces.all }];
}

/** A moment that lasts, leading to all hours from it up to `to`. */
const sinceText = (since: number, to: number, release: Report['release']): Text =>
  linkedText(clock(startOf(since), release.timeZone), release, { from: since, to });

export const standingTable = ({ standing }: Report): Table => ({
  caption: 'Open, quiet or untold now',
  head: ['What', 'Which'],
  rows: (standing ?? []).map(({ label, text, window }) => [
    label,
    window?.link === undefined ? text : { text, href: window.link },
  ]),
  empty: 'Nothing is open, quiet or untold.',
});

export const stageTable = ({ log, release }: Report): Table => ({
  caption: 'Stage log: what really happened',
  head: ['When', 'Stage', 'Exposure', 'By', 'Note'],
  rows: log.map(({ at, stage, exposure, share, byToggle, by, note, relaunch }) => [
    clock(at, release.timeZone),
    stage,
    entryExposureText({ exposure, ...(share !== undefined && { share }), ...(byToggle && { byToggle }) }),
    by,
    [relaunch ? 'relaunch' : '', note ?? ''].filter(Boolean).join('; '),
  ]),
  empty: 'No stage was entered yet.',
});

export const windowsTable = ({ windows, release }: Report): Table => ({
  caption: 'Results: pooled counts of each window',
  head: ['Window', 'Hours', 'Users', 'Endpoint', 'Error rate', 'Excluded', 'Unknown hours'],
  rows: windows.flatMap((window) =>
    [
      ...window.results,
      ...window.controls.map((result) => ({ ...result, endpoint: `${result.endpoint} (control)` })),
    ].map((result): Text[] => [
      `${window.name}${window.complete ? '' : ' (not complete)'}`,
      [
        linkedHours(release, window),
        ...leftOutTexts(window.leftOut ?? [], release.timeZone).map((text) => `; ${text}`),
      ],
      window.name === 'since launch' ? '' : percent(window.exposure),
      result.endpoint,
      linkedText(rateOfResult(result), release, window),
      count(result.tally.excluded),
      unknownHours(result.tally),
    ]),
  ),
  numbersFrom: 5,
  empty: 'The release is not launched: there are no results yet.',
});

export const alertsTable = ({ alerts, release }: Report): Table => ({
  caption: 'Messages so far',
  head: ['When', 'Message', 'Status', 'Why', 'Hours', 'Open after it'],
  rows: alerts.map(({ at, severity, change, status, reason, notices, open, verdict }) => [
    clock(at, release.timeZone),
    severity === 'page' ? `page, ${change}` : change,
    status,
    [reason, ...notices.map((notice) => notice.text)].join('; '),
    verdict.stage === undefined ? '' : stageHours(verdict.stage, verdict.hour + 1, release),
    open.map((member, index) => [
      `${index > 0 ? '; ' : ''}${memberName(member)} since `,
      sinceText(member.since, verdict.hour + 1, release),
    ]),
  ]),
  empty: 'No message was sent.',
});

/** The hours of a stage before a message, which its numbers are of. */
function stageHours({ name, since }: NonNullable<Verdict['stage']>, to: number, release: Report['release']): Text {
  const from = hourFrom(since);
  return linkedText(`stage ${name}, ${span(from, to, release.timeZone)}`, release, { from, to });
}

export const daysTable = ({ name, days, toggleOff }: SeriesReport, { release }: Report): Table => ({
  caption: `${name} by day, ${release.timeZone}; hours in which the exposure changed are left out`,
  head: ['Day', 'Error rate', ...(toggleOff ? ['With the toggle off'] : []), 'Excluded', 'Unknown hours'],
  rows: days.map((day) => [
    linkedText(day.date, release, day),
    known(day.tally, rateOf),
    ...(day.toggleOff ? [known(day.toggleOff, rateOf)] : []),
    known(day.tally, ({ excluded }) => count(excluded)),
    unknownHours(day.tally),
  ]),
  numbersFrom: 1,
  empty: 'No hour.',
});

/** Hours that nobody measured, and those that do not count. */
const unknownHours = ({ unknown, leftOut = 0 }: Tally) =>
  `${count(unknown)}${leftOut > 0 ? ` (${count(leftOut)} left out)` : ''}`;

const known = (tally: Tally, text: (tally: Tally) => string) => (tally.counted === 0 ? 'unknown' : text(tally));

export function statusTable({ name, statuses }: SeriesReport, { release, windows }: Report): Table {
  const total = (part: 'before' | 'since') => statuses.reduce((sum, one) => sum + one[part], 0);
  const [before, since] = [total('before'), total('since')];
  const share = (part: number, whole: number) => (whole === 0 ? 'none' : `${percent(part / whole)} (${count(part)})`);
  return {
    caption: `${name} by status: share of its requests, excluded ones among them`,
    head: ['Status', 'Counts as', ...windows.slice(0, 2).map((window) => linkedText(window.name, release, window))],
    rows: statuses.map((one) => [
      one.status,
      kindOf(one.status, release),
      share(one.before, before),
      share(one.since, since),
    ]),
    numbersFrom: 2,
    empty: 'The release is not launched.',
  };
}

function kindOf(status: string, release: Report['release']): string {
  if (!isOutcome(status)) return 'no status';
  const { errors, excluded } = tallyOf(new Map([[status, 1]]), release);
  return errors ? 'error' : excluded ? 'excluded' : 'request';
}

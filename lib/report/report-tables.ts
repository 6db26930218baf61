import { isStatus, tallyOf } from '../domain/counts';
import { BASELINE_WEEKS } from '../domain/course';
import { CRITERION_TEXT, clock, count, percent, plural, rateOf, span } from '../domain/format';
import { startOf } from '../domain/hour';
import type { Pooled } from '../domain/verdict';
import type { EndpointReport, Report } from './report-facts';
import { isShown } from './verdict-text';

/** A table as every format shows it; cells are plain text that nothing has been escaped in. */
export interface Table {
  caption: string;
  head: string[];
  rows: string[][];
  /** First of the columns that hold numbers. */
  numbersFrom?: number;
  /** What stands there when there is no row. */
  empty: string;
}

export const findingsTable = ({ verdict, release }: Report): Table => ({
  caption: 'Criteria, as judged now',
  head: ['Endpoint', 'Criterion', 'Outcome', 'Why', 'Since'],
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
      `${reason}${upstream ? `; ${upstream}` : ''}${expected}`,
      since === undefined ? '' : clock(startOf(since), release.timeZone),
    ];
  }),
  empty: 'Nobody is exposed, so nothing is judged.',
});

export const stageTable = ({ log, release }: Report): Table => ({
  caption: 'Stage log: what really happened',
  head: ['When', 'Stage', 'Exposure', 'By', 'Note'],
  rows: log.map(({ at, stage, exposure, by, note, relaunch }) => [
    clock(at, release.timeZone),
    stage,
    `${percent(exposure)} of users`,
    by,
    [relaunch ? 'relaunch' : '', note ?? ''].filter(Boolean).join('; '),
  ]),
  empty: 'No stage was entered yet.',
});

export const windowsTable = ({ windows, release }: Report): Table => ({
  caption: 'Results: pooled counts of each window',
  head: ['Window', 'Hours', 'Users', 'Endpoint', 'Error rate', 'Excluded', 'Unknown hours'],
  rows: windows.flatMap(({ name, from, to, exposure, complete, results }) =>
    results.map(({ endpoint, tally, needed }) => [
      `${name}${complete ? '' : ' (not complete)'}`,
      span(from, to, release.timeZone),
      name === 'since launch' ? '' : percent(exposure),
      endpoint,
      needed === undefined
        ? rateOf(tally)
        : `not enough data: ${plural(tally.requests, 'request')}, ${count(needed)} needed; ${plural(tally.errors, 'error')}`,
      count(tally.excluded),
      count(tally.unknown),
    ]),
  ),
  numbersFrom: 5,
  empty: 'The release is not launched: there are no results yet.',
});

export const alertsTable = ({ alerts, release }: Report): Table => ({
  caption: 'Messages so far',
  head: ['When', 'Message', 'Status', 'Why', 'Open after it'],
  rows: alerts.map(({ at, severity, change, status, reason, notices, open }) => [
    clock(at, release.timeZone),
    severity === 'page' ? `page, ${change}` : change,
    status,
    [reason, ...notices.map((notice) => notice.text)].join('; '),
    open.map(({ key }) => key).join(', '),
  ]),
  empty: 'No message was sent.',
});

export const daysTable = ({ endpoint, days }: EndpointReport, { release }: Report): Table => ({
  caption: `${endpoint.name} by day, ${release.timeZone}; hours in which the exposure changed are left out`,
  head: ['Day', 'Error rate', 'Errors', 'Requests', 'Excluded', 'Unknown hours'],
  rows: days.map(({ date, tally }) => [
    date,
    tally.requests === 0 ? (tally.counted === 0 ? 'unknown' : 'no requests') : percent(tally.errors / tally.requests),
    ...[tally.errors, tally.requests, tally.excluded].map((value) => (tally.counted === 0 ? 'unknown' : count(value))),
    count(tally.unknown),
  ]),
  numbersFrom: 1,
  empty: 'No hour.',
});

export function statusTable({ endpoint, statuses }: EndpointReport, { release }: Report): Table {
  const total = (part: 'before' | 'since') => statuses.reduce((sum, one) => sum + one[part], 0);
  const [before, since] = [total('before'), total('since')];
  const share = (part: number, whole: number) => (whole === 0 ? 'none' : `${percent(part / whole)} (${count(part)})`);
  return {
    caption: `${endpoint.name} by status: share of its requests, excluded ones among them`,
    head: ['Status', 'Counts as', `${BASELINE_WEEKS} weeks before launch`, 'Since launch'],
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
  if (!isStatus(status)) return 'no status';
  const { errors, excluded } = tallyOf(new Map([[status, 1]]), release);
  return errors ? 'error' : excluded ? 'excluded' : 'request';
}

/** What a chart of rates shows, in words. */
export function rateText(
  report: Report,
  { endpoint, hours, baselineRate, tolerated, limit, incidents }: EndpointReport,
) {
  const { from, to, release } = report;
  const sum: Pooled = { requests: 0, errors: 0 };
  let unknown = 0;
  let worst: { at: number; requests: number; errors: number } | undefined;
  hours.forEach((hour, index) => {
    if (!hour) unknown++;
    else {
      sum.requests += hour.requests;
      sum.errors += hour.errors;
      if (hour.errors > 0 && (!worst || hour.errors / hour.requests > worst.errors / worst.requests))
        worst = { at: from + index, ...hour };
    }
  });
  const time = (hour: number) => clock(startOf(hour), release.timeZone);
  const levels = [
    ...(baselineRate === undefined ? [] : [`baseline ${percent(baselineRate)}`]),
    ...(tolerated === undefined ? [] : [`tolerated ${percent(tolerated)}`]),
    `limit ${percent(limit)}`,
  ];
  const shown = incidents.filter((one) => (one.to ?? to) > from);
  return [
    `${endpoint.name}, error rate by hour, ${span(from, to, release.timeZone)}: ${rateOf(sum)} in all.`,
    `Levels: ${levels.join(', ')}.`,
    ...(worst ? [`Highest hour: ${rateOf(worst)}, ${time(worst.at)}.`] : []),
    unknown === 0 ? 'No hour is unknown.' : `${plural(unknown, 'hour')} unknown.`,
    shown.length === 0
      ? 'Nothing was alerted.'
      : `Alerted: ${shown.map((one) => `${one.key} from ${time(one.from)} ${one.to === undefined ? 'on' : `to ${time(one.to)}`}`).join('; ')}.`,
  ].join(' ');
}

/** What a chart of evidence shows, in words. */
export function evidenceText({ evidence, endpoint }: EndpointReport): string {
  if (evidence.every(({ breach }) => breach.length === 0)) return `${endpoint.name}: there is no evidence yet.`;
  const odds = (value: number) => {
    if (value > 1e6) return 'over a million : 1';
    return value < 0.01 ? 'below 0.01 : 1' : `${value >= 10 ? count(value) : Number(value.toPrecision(2))} : 1`;
  };
  const said = evidence.map(({ criterion, breach, pass, passesAt }) => {
    const most = `highest ${odds(Math.max(...breach))}`;
    const met = criterion === 'ceiling' ? '' : `; that it is met: ${odds(pass.at(-1)!)}, a pass needs ${passesAt} : 1`;
    return `Not ${CRITERION_TEXT[criterion]}: ${odds(breach.at(-1)!)} now, ${most}, broken at 20 : 1${met}.`;
  });
  return [`${endpoint.name}, odds hour by hour.`, ...said].join(' ');
}

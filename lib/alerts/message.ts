import type { AlertRecord } from '../domain/alert';
import { CRITERION_TEXT, clock, count, lasting, percent, plain, rateOf, span } from '../domain/format';
import { type Hour, startOf } from '../domain/hour';
import type { Release } from '../domain/release';
import type { Finding } from '../domain/verdict';

export interface Message {
  /** ASCII, one line, under 100 characters, as SNS wants it. */
  subject: string;
  /** Plain text, at most 78 columns. */
  text: string;
}

const COLUMNS = 78;

/** One alert as a person reads it: what, where, since when, how bad, how sure, what to do. */
export function messageOf(alert: AlertRecord, release: Release): Message {
  const { verdict } = alert;
  const broken = verdict.findings.filter((finding) => finding.outcome === 'breach');
  const body = alert.severity === 'notice' ? noticeLines(alert) : pageLines(alert, broken, release);
  return {
    subject: asciiLine(`${subjectPrefix(alert)}: ${release.title} - ${headline(alert, broken)}`, 99),
    text: [
      plain(`${release.title}: ${headline(alert, broken)}`),
      '',
      ...body,
      '',
      ...line('Where', whereText(alert, release)),
      ...line(
        'Verdict',
        alert.severity === 'page' && broken.length > 0
          ? verdict.recommendation
          : `${verdict.recommendation}: ${verdict.reason}`,
      ),
      ...line('Hour', `judged up to ${clock(startOf(verdict.hour + 1), release.timeZone)}`),
      ...linkLines(alert, release),
      ...line('Alert', `${alert.dedupKey} #${alert.seq}, ${alert.change} (${alert.reason})`),
    ].join('\n'),
  };
}

const subjectPrefix = ({ severity, change }: AlertRecord) =>
  severity === 'notice' ? 'NOTICE' : change === 'resolved' ? 'OK' : 'ALARM';

function headline(alert: AlertRecord, broken: readonly Finding[]): string {
  if (alert.severity === 'notice') return alert.notices.length === 1 ? 'one notice' : `${alert.notices.length} notices`;
  if (alert.change === 'resolved') return `resolved, ${alert.reason}`;
  const names = [...new Set(broken.map((finding) => finding.endpoint))];
  if (alert.verdict.blind) names.push('blind: no data');
  const still = alert.change === 'repeat' ? 'still broken' : alert.change === 'worse' ? 'worse' : 'broken';
  return names.length === 1 && alert.verdict.blind ? 'blind: no data' : `${names.join(', ')} ${still}`;
}

function pageLines(alert: AlertRecord, broken: readonly Finding[], release: Release): string[] {
  const lines = broken.flatMap((finding) => [
    ...line('What', `${finding.endpoint} is not ${CRITERION_TEXT[finding.criterion]}`),
    ...line(
      'Value',
      `${rateOf(finding.pooled)}, limit ${percent(finding.limit!)}${finding.baselineRate === undefined ? '' : `, baseline ${percent(finding.baselineRate)}`}`,
    ),
    ...line('Window', `${finding.window.name}, ${span(finding.window.from, finding.window.to, release.timeZone)}`),
    ...line('Since', clock(startOf(finding.since!), release.timeZone)),
    ...line(
      'Sure',
      `odds of ${odds(finding.evidence.breach ?? 0)} : 1 that the rate is above the limit (acts at 20 : 1)`,
    ),
    '',
  ]);
  const { blind } = alert.verdict;
  if (blind) {
    lines.push(
      ...line('What', `no data for ${lasting(blind.hours)}: ${blind.reason}`),
      ...line('Since', clock(startOf(blind.since), release.timeZone)),
      '',
    );
  }
  if (alert.change === 'resolved') lines.push(...line('What', `nothing is open any more: ${alert.reason}`));
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

const odds = (evidence: number) => (evidence > 1e6 ? 'over a million' : count(evidence));

const noticeLines = ({ notices }: AlertRecord) => notices.flatMap((notice) => line('-', notice.text));

function whereText({ verdict: { stage } }: AlertRecord, release: Release): string {
  const place = `${release.title} (${release.team})`;
  return stage
    ? `${place}, stage ${stage.name}, ${percent(stage.exposure)} of users, since ${clock(stage.since, release.timeZone)}`
    : `${place}, before launch`;
}

function linkLines(alert: AlertRecord, release: Release): string[] {
  const windows = alert.verdict.findings
    .filter((finding) => finding.outcome === 'breach')
    .map((finding) => finding.window);
  const to = alert.verdict.hour + 1;
  const from = Math.min(to - 24, ...windows.map((window) => window.from));
  return [
    `Runbook ${release.runbook}`,
    ...release.links.filter(({ url }) => isDashboard(url)).map(({ url }) => `Look    ${atWindow(url, from, to)}`),
  ];
}

const isDashboard = (url: string) => /^https:\/\/[^/]*(datadoghq|ddog-gov)\.[^/]+\/dashboard\//.test(url);

/** A Datadog dashboard's address, showing the hours [from, to). */
export function atWindow(url: string, from: Hour, to: Hour): string {
  const address = new URL(url);
  address.searchParams.set('from_ts', String(startOf(from)));
  address.searchParams.set('to_ts', String(startOf(to)));
  address.searchParams.set('live', 'false');
  return address.href;
}

/** One labelled line of the message, wrapped. */
function line(label: string, text: string): string[] {
  const indent = label === '-' ? 2 : 8;
  const lines: string[] = [];
  let current = label.padEnd(indent);
  for (const word of plain(text, 600).split(/ (?!%)/)) {
    if (current.length > indent && current.length + word.length + 1 > COLUMNS) {
      lines.push(current);
      current = ' '.repeat(indent);
    }
    current += current.length === indent ? word : ` ${word}`;
  }
  return [...lines, current];
}

function asciiLine(text: string, max: number): string {
  const ascii = plain(text, 1000).replace(/[^\x20-\x7e]/g, '?');
  return ascii.length > max ? `${ascii.slice(0, max - 3)}...` : ascii;
}

import type { AlertRecord } from '../domain/alert';
import { CRITERION_TEXT, clock, count, lasting, percent, plain, plural, rateOf, span } from '../domain/format';
import { type Hour, startOf } from '../domain/hour';
import type { Release } from '../domain/release';
import type { Finding } from '../domain/verdict';

export interface Message {
  /** ASCII, one line, under 100 characters, as SNS wants it. */
  subject: string;
  /** Plain text, at most 78 columns but for addresses; far below the 256 KB of an SNS message. */
  text: string;
}

const COLUMNS = 78;
/** So many findings or notices are told in full; of the rest only how many they are. */
const LISTED = 20;

/** One alert as a person reads it: what, where, since when, how bad, how sure, what to do. */
export function messageOf(alert: AlertRecord, release: Release): Message {
  const { verdict } = alert;
  const broken = verdict.findings.filter((finding) => finding.outcome === 'breach');
  const told = alert.severity === 'notice' || alert.change === 'test';
  const body = told ? noticeLines(alert) : pageLines(alert, broken, release);
  return {
    subject: asciiLine(`${subjectPrefix(alert)}: ${release.title} - ${headline(alert, broken)}`, 99),
    text: [
      ...wrapped('', `${release.title}: ${headline(alert, broken)}`),
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
      ...(alert.remarks ?? []).flatMap((remark) => line('Note', remark)),
      ...linkLines(alert, release),
      ...line('Alert', `${alert.dedupKey} #${alert.seq}, ${alert.change} (${alert.reason})`),
    ].join('\n'),
  };
}

function subjectPrefix({ severity, change }: AlertRecord): string {
  if (change === 'test') return 'TEST';
  return severity === 'notice' ? 'NOTICE' : change === 'resolved' ? 'OK' : 'ALARM';
}

function headline(alert: AlertRecord, broken: readonly Finding[]): string {
  if (alert.change === 'test') return 'a test, nothing is wrong';
  if (alert.severity === 'notice') return alert.notices.length === 1 ? 'one notice' : `${alert.notices.length} notices`;
  if (alert.change === 'resolved') return `resolved, ${alert.reason}`;
  const names = [...new Set(broken.map((finding) => finding.endpoint))];
  const still = alert.change === 'repeat' ? 'still broken' : alert.change === 'worse' ? 'worse' : 'broken';
  return [
    ...(names.length > 0 ? [`${names.join(', ')} ${still}`] : []),
    ...[...silentIn(alert).keys()].map((name) => `${name} silent`),
    ...(alert.verdict.blind ? ['blind: no data'] : []),
  ].join('; ');
}

function pageLines(alert: AlertRecord, broken: readonly Finding[], release: Release): string[] {
  const lines = broken
    .slice(0, LISTED)
    .flatMap((finding) => [
      ...line('What', `${finding.endpoint} is not ${CRITERION_TEXT[finding.criterion]}`),
      ...line(
        'Value',
        `${rateOf(finding.pooled)}, limit ${percent(finding.limit!)}${finding.baselineRate === undefined ? '' : `, baseline ${percent(finding.baselineRate)}`}`,
      ),
      ...line('Window', `${finding.window.name}, ${span(finding.window.from, finding.window.to, release.timeZone)}`),
      ...line('Since', clock(startOf(finding.since!), release.timeZone)),
      ...line(
        'Sure',
        `odds of ${odds(finding.evidence.breach ?? 0)} : 1 that the rate is above the ${finding.criterion === 'consistentWithBaseline' ? 'baseline' : 'limit'} (acts at 20 : 1)`,
      ),
      '',
    ]);
  if (broken.length > LISTED)
    lines.push(...line('More', `${count(broken.length - LISTED)} more criteria are broken`), '');
  for (const [endpoint, finding] of silentIn(alert)) {
    lines.push(
      ...line('What', `${endpoint} is silent: ${finding.reason}`),
      ...line('Since', clock(startOf(finding.silentSince!), release.timeZone)),
      '',
    );
  }
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

/** The endpoints that fell silent, each with one finding. */
const silentIn = ({ verdict }: AlertRecord) =>
  new Map(
    verdict.findings
      .filter((finding) => finding.silentSince !== undefined)
      .slice(0, LISTED)
      .map((finding) => [finding.endpoint, finding]),
  );

const odds = (evidence: number) => (evidence > 1e6 ? 'over a million' : count(evidence));

const noticeLines = ({ notices }: AlertRecord) => [
  ...notices.slice(0, LISTED).flatMap((notice) => line('-', notice.text)),
  ...(notices.length > LISTED ? line('-', `and ${plural(notices.length - LISTED, 'more notice')}`) : []),
];

function whereText({ verdict: { stage } }: AlertRecord, release: Release): string {
  const place = `${release.title} (${release.team})`;
  return stage
    ? `${place}, stage ${stage.name}, ${percent(stage.exposure)} of users, since ${clock(stage.since, release.timeZone)}`
    : `${place}, nobody is exposed`;
}

function linkLines(alert: AlertRecord, release: Release): string[] {
  const windows = alert.verdict.findings
    .filter((finding) => finding.outcome === 'breach')
    .map((finding) => finding.window);
  const to = alert.verdict.hour + 1;
  const from = Math.min(to - 24, ...windows.map((window) => window.from));
  return [
    `Runbook ${plain(release.runbook, 2000)}`,
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
const line = (label: string, text: string): string[] => wrapped(label.padEnd(label === '-' ? 2 : 8), text);

/** Text after a label, in as many lines as it takes; only an address may be longer than a line. */
function wrapped(label: string, text: string): string[] {
  const indent = label.length;
  const words = plain(text, 600)
    .split(/ (?!%)/)
    .flatMap((word) => (word.startsWith('https://') ? [word] : pieces(word, COLUMNS - indent)));
  const lines: string[] = [];
  let current = label;
  for (const word of words) {
    if (current.length > indent && current.length + word.length + 1 > COLUMNS) {
      lines.push(current);
      current = ' '.repeat(indent);
    }
    current += current.length === indent ? word : ` ${word}`;
  }
  return [...lines, current];
}

/** A word in pieces of at most `longest`, none of which ends within a character. */
const pieces = (word: string, longest: number): string[] =>
  word.length <= longest ? [word] : (word.match(new RegExp(`.{1,${Math.floor(longest / 2)}}`, 'gu')) ?? []);

function asciiLine(text: string, max: number): string {
  const ascii = plain(text, 1000).replace(/[^\x20-\x7e]/g, '?');
  return ascii.length > max ? `${ascii.slice(0, max - 3)}...` : ascii;
}

import { clock, count, percent, plain, plural } from '../facts/format';
import { type Hour, startOf } from '../facts/hour';
import { JUDGE_VERSION } from '../judge/judge';
import { CRITERION_TEXT } from '../judge/verdict';
import type { Release } from '../release/schema';
import { findingLines } from '../text/verdict-text';
import { type AlertLine, alertRateOf, type Backtest, type BacktestMessage, type StageVerdict } from './backtest';
import type { RuleAlarms } from './rule-alarms';

/** A backtest as a person reads it: messages and verdicts in the order of time, then how many a week that is. */
export function backtestText(replayed: Backtest, release: Release, rules?: readonly RuleAlarms[]): string[] {
  const { judge, from, to, messages, verdicts } = replayed;
  // The hour's end is when it could be known.
  const time = (hour: Hour) => clock(startOf(hour + 1), release.timeZone);
  const told = [
    ...messages.map((message) => ({ hour: message.hour, lines: messageLines(message, time(message.hour)) })),
    ...verdicts.map((verdict) => ({ hour: verdict.hour, lines: turnLines(verdict, time(verdict.hour), release) })),
  ].sort((a, b) => a.hour - b.hour);
  return [
    `${plain(release.title)}: ${plural(to - from, 'hour')} replayed${judge === JUDGE_VERSION ? '' : ` by judge ${judge}`}, ${time(from - 1)} - ${time(to - 1)}`,
    '',
    ...told.flatMap(({ lines }) => [...lines, '']),
    ...(rules ? [...ruleLines(rules, time), ''] : []),
    summaryLine(replayed),
  ];
}

/** A notice of a stage's end says at length what stands below it anyway. */
const NOTICE_COLUMNS = 160;

const SUBJECTS = {
  firing: 'ALARM',
  worse: 'ALARM',
  repeat: 'ALARM',
  improved: 'ALARM',
  resolved: 'OK',
  notice: 'NOTICE',
  test: 'TEST',
} as const;

function messageLines({ change, severity, reason, lines }: BacktestMessage, time: string): string[] {
  return [
    `${time}  ${SUBJECTS[change]}${severity === 'page' ? ` ${change}: ${plain(reason)}` : ''}`,
    ...lines.map((line) => `  ${severity === 'page' ? lineText(line) : plain(line.text, NOTICE_COLUMNS)}`),
  ];
}

function lineText({ change, endpoint, criterion, text, finding }: AlertLine): string {
  const said = plain(text, Number.POSITIVE_INFINITY);
  if (endpoint === undefined) return `${change.padEnd(9)} no data: ${said}`;
  const odds = finding?.evidence.breach;
  const sure = finding?.outcome === 'breach' && odds !== undefined ? `; odds of ${oddsText(odds)} : 1` : '';
  const asked = `${change === 'resolved' ? '' : 'not '}${CRITERION_TEXT[criterion as keyof typeof CRITERION_TEXT]}`;
  return `${change.padEnd(9)} ${plain(endpoint)} ${asked}: ${said}${sure}`;
}

const oddsText = (odds: number) => (odds > 1e6 ? 'over a million' : count(odds));

function turnLines(verdict: StageVerdict, time: string, release: Release): string[] {
  const { stage, exposure, at, recommendation } = verdict;
  return [
    `${time}  stage ${stage}, ${percent(exposure)} of users, ${at.join(' and ')}: ${recommendation.toUpperCase()}`,
    ...findingLines(verdict, release),
  ];
}

function ruleLines(rules: readonly RuleAlarms[], time: (hour: Hour) => string): string[] {
  const width = Math.max(...rules.map((rule) => rule.name.length));
  return [
    `${'rule'.padEnd(width)}  alarms  a week  the first`,
    ...rules.map(({ name, alarms, alarmsAWeek }) => {
      const [first] = alarms;
      const when = first ? `${time(first.hour)} ${plain(first.endpoint)}` : 'none';
      return `${name.padEnd(width)}  ${count(alarms.length).padStart(6)}  ${aWeek(alarmsAWeek).padStart(6)}  ${when}`;
    }),
  ];
}

/** @example "1 page (1 firing) and 2 notices in 3 weeks: 0.33 pages a week" */
function summaryLine(replayed: Backtest): string {
  const { pages, notices, weeks, alertsAWeek } = alertRateOf(replayed);
  const kinds = Object.entries(pages).filter(([, number]) => number > 0);
  const total = kinds.reduce((sum, [, number]) => sum + number, 0);
  const detail = kinds.length > 0 ? ` (${kinds.map(([kind, number]) => `${count(number)} ${kind}`).join(', ')})` : '';
  const often = alertsAWeek === 1 ? '1 page a week' : `${aWeek(alertsAWeek)} pages a week`;
  const weeksText = weeks === 1 ? '1 week' : `${aWeek(weeks)} weeks`;
  return `${plural(total, 'page')}${detail} and ${plural(notices, 'notice')} in ${weeksText}: ${often}`;
}

/** Two significant digits are enough to plan by. */
const aWeek = (value: number) => (value >= 10 ? count(value) : String(Number(value.toPrecision(2))));

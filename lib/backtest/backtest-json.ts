import { hourText } from '../facts/hour';
import { findingJson } from '../text/verdict-json';
import { alertRateOf, type Backtest } from './backtest';
import type { RuleAlarms } from './rule-alarms';

/** Changes whenever a field of {@link backtestJson} changes its name or its meaning; new fields do not change it. */
const VERSION = 1;

/** A backtest for machines, as docs/backtest.md describes it: a row for every criterion of every message. */
export function backtestJson(release: string, replayed: Backtest, rules?: readonly RuleAlarms[]) {
  const { from, to, messages, verdicts } = replayed;
  const { pages, notices, weeks, alertsAWeek } = alertRateOf(replayed);
  return {
    version: VERSION,
    release,
    judge: replayed.judge,
    from: hourText(from),
    to: hourText(to),
    alerts: messages.flatMap(({ hour, severity, reason, lines }, index) =>
      lines.map(({ endpoint, criterion, change, text, since, rollBack, finding }) => ({
        hour: hourText(hour),
        endpoint: endpoint ?? null,
        criterion,
        change,
        message: index + 1,
        severity,
        reason,
        text,
        rollBack,
        ...(since !== undefined && { since: hourText(since) }),
        ...(finding && evidenceOf(findingJson(finding))),
      })),
    ),
    verdicts: verdicts.map(({ hour, findings, ...verdict }) => ({
      hour: hourText(hour),
      ...verdict,
      findings: findings.map(findingJson),
    })),
    pages,
    notices,
    weeks,
    alertsAWeek,
    ...(rules && {
      rules: rules.map(({ alarms, ...rule }) => ({
        ...rule,
        alarms: alarms.map(({ endpoint, hour }) => ({ hour: hourText(hour), endpoint })),
      })),
    }),
  };
}

const evidenceOf = ({ outcome, evidence, pooled, window, limit, baselineRate }: ReturnType<typeof findingJson>) => ({
  outcome,
  evidence,
  pooled,
  window,
  ...(limit !== undefined && { limit }),
  ...(baselineRate !== undefined && { baselineRate }),
});

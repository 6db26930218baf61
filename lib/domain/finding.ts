import { limitFinding } from './below-limit';
import type { Case } from './case';
import { consistentFinding } from './consistent-with-baseline';
import { count, plural } from './format';
import type { Finding } from './verdict';

/** Fewer usual requests than this may be missing by chance. */
const MISSED_REQUESTS = 30;

/** What is known about every criterion of one endpoint, and about the release's ceiling where it has no limit of its own. */
export function findingsOf(about: Case): Finding[] {
  const { endpoint, release } = about;
  const limit = endpoint.criteria.find((criterion) => 'below' in criterion);
  const consistent = endpoint.criteria.find((criterion) => 'consistentWithBaseline' in criterion);
  return [
    ...(consistent ? [consistentFinding(about, consistent, limit?.below ?? release.ceiling)] : []),
    ...(limit ? [limitFinding(about, 'below', limit.below, limit.whenThin)] : []),
    ...(limit ? [] : [limitFinding(about, 'ceiling', release.ceiling, 'report')]),
  ];
}

/**
 * A finding, unless nothing was counted of its endpoint lately while others were: then what it rests on is old. A breach
 * stays one.
 */
export function unlessSilent(finding: Finding, { release, course: { silence } }: Case): Finding {
  if (finding.outcome === 'breach') return finding;
  if (silence.hours < release.alerts.blindAfter || silence.usual < MISSED_REQUESTS) return finding;
  const reason = `no request counted in the last ${plural(silence.hours, 'hour')}, where about ${count(silence.usual)} are usual; renamed, cut off, or not measured?`;
  return { ...finding, outcome: 'no-data', reason, reportOnly: false, silentSince: silence.since };
}

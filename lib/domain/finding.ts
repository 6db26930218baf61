import { limitFinding } from './below-limit';
import type { Case } from './case';
import { consistentFinding } from './consistent-with-baseline';
import type { Finding } from './verdict';

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
 * A finding, unless requests of its endpoint are missing: then what it rests on is old, or of a part of them. A breach
 * stays one, and one that was open before cannot close by what is still counted.
 */
export function unlessSilent(finding: Finding, about: Case): Finding {
  const { course, rollout } = about;
  const { silence } = course;
  if (finding.outcome === 'breach' || !silence) return finding;
  const hours = course.hours.map((hour, index) =>
    rollout.from + index < silence.since ? hour : { ...hour, n: 0, x: 0 },
  );
  const before = findingsOf({ ...about, course: { ...course, hours } }).find(
    ({ criterion }) => criterion === finding.criterion,
  )!;
  if (before.outcome === 'breach') return before;
  return { ...finding, outcome: 'no-data', reason: silence.reason, reportOnly: false, silentSince: silence.since };
}

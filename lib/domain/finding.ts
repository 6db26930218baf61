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

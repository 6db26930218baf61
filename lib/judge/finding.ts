import { count, plain, plural, times } from '../facts/format';
import { criterionOf, limitOf } from '../release/criteria';
import { controlsFor } from '../release/measure/like-measures';
import { limitFinding } from './below-limit';
import { AFTERMATH_HOURS, type Case } from './case';
import { consistentFinding } from './consistent-with-baseline';
import type { CountedCourse } from './course';
import { holdingText } from './traffic/traffic-text';
import type { CriterionKind, Finding, TrafficKind } from './verdict';

/** From here on the upstream's rise, and the endpoint's in the same hours, is worth a word. */
const RISE = 1.2;

/** What is known about every criterion of one endpoint, and about the release's ceiling where it has no limit of its own. */
export function findingsOf(about: Case): Finding[] {
  const findings = eitherWay(about);
  const beyond = findings.some(
    ({ criterion, outcome }) => criterion === 'consistentWithBaseline' && outcome === 'breach',
  );
  const upstream = upstreamText(about, beyond);
  return upstream ? findings.map((finding) => ({ ...finding, upstream })) : findings;
}

/** Whether the last day's errors are likely the upstream's: it rose, and the endpoint with it. */
function upstreamText({ release, endpoint, course: { baseline, hours } }: Case, beyond: boolean): string | undefined {
  if (!baseline) return undefined;
  const lately = hours.slice(-AFTERMATH_HOURS);
  const risen = lately.filter(({ n, drift = 1 }) => n > 0 && drift >= RISE);
  const errors = risen.reduce((sum, { x }) => sum + x, 0);
  const usual = risen.reduce((sum, { n, cell }) => sum + n * baseline.p0 * baseline.season[cell]!, 0);
  if (risen.length === 0 || errors < RISE * usual) return undefined;
  const what = baseline.followsUpstream
    ? controlsFor(release, endpoint)
        .map(({ name }) => name)
        .join(', ')
    : 'its requests with the toggle off';
  const rise = `up to ${times(Math.max(...risen.map(({ drift = 1 }) => drift)))} the usual error rate in the last ${plural(lately.length, 'hour')}`;
  return beyond
    ? `partly upstream: ${what} had ${rise} too, and this endpoint rose beyond that`
    : `likely upstream: ${what} had ${rise} too`;
}

/**
 * Nobody knows how requests without a status ended. So each criterion is looked at twice, without them and with them as
 * errors, each beside a baseline that is counted alike; what is worse counts.
 */
function eitherWay(about: Case): Finding[] {
  const without = criteriaOf(about);
  const { withoutStatus } = about.course;
  if (!withoutStatus) return without;
  const failed = criteriaOf({ ...about, course: { ...about.course, ...withoutStatus } });
  return without.map((finding, index) => {
    const other = failed[index]!;
    const isWorse =
      other.outcome === 'breach' || (finding.outcome === 'pass' && other.outcome !== 'pass') || other.rollBack;
    if (finding.outcome === 'breach' || finding.rollBack || !isWorse) return finding;
    return { ...other, withoutStatus: true, reason: `errors or requests without status: ${other.reason}` };
  });
}

/** Each criterion is judged by itself: numbers that one cannot use are its own finding. */
function criteriaOf(about: Case): Finding[] {
  const { endpoint, release } = about;
  const limit = criterionOf(endpoint, 'below');
  const consistent = criterionOf(endpoint, 'consistentWithBaseline');
  const found = (criterion: CriterionKind, find: () => Finding): Finding => {
    try {
      return find();
    } catch (error) {
      return unjudged(about, criterion, error);
    }
  };
  return criteriaAsked(about).map((criterion) =>
    found(criterion, () =>
      criterion === 'consistentWithBaseline'
        ? consistentFinding(about, consistent!, limitOf(release, endpoint))
        : limitFinding(about, criterion, limitOf(release, endpoint), limit?.whenThin ?? 'report'),
    ),
  );
}

/** What an endpoint is judged by, in the order of its findings. */
const criteriaAsked = ({ endpoint }: Pick<Case, 'endpoint'>): CriterionKind[] => [
  ...(criterionOf(endpoint, 'consistentWithBaseline') ? (['consistentWithBaseline'] as const) : []),
  criterionOf(endpoint, 'below') ? 'below' : 'ceiling',
];

/** The findings about an endpoint of which nothing can be judged. */
export const unjudgedFindings = (about: Omit<Case, 'course' | 'snapshots'>, error: unknown): Finding[] =>
  criteriaAsked(about).map((criterion) => unjudged(about, criterion, error));

/** Numbers that cannot be used are no data, and no data is no pass. */
function unjudged(
  { endpoint, rollout: { current }, newest }: Omit<Case, 'course' | 'snapshots'>,
  criterion: CriterionKind,
  error: unknown,
): Finding {
  return {
    endpoint: endpoint.name,
    criterion,
    outcome: 'no-data',
    reason: `its numbers cannot be judged: ${plain(error instanceof Error ? error.message : String(error), 200)}`,
    window: { name: `stage ${current.stage}`, from: current.from, to: newest + 1 },
    pooled: { requests: 0, errors: 0 },
    evidence: {},
    rollBack: false,
    reportOnly: false,
  };
}

/**
 * A finding, unless requests of its endpoint are missing: then what it rests on is old, or of a part of them. A breach
 * stays one, and one that was open before cannot close by what is still counted.
 */
export function unlessSilent(finding: Finding, about: Case): Finding {
  const { course, rollout } = about;
  const { silence } = course;
  if (finding.outcome === 'breach' || !silence) return finding;
  const until = <T extends CountedCourse>(counted: T): T => ({
    ...counted,
    hours: counted.hours.map((hour, index) => (rollout.from + index < silence.since ? hour : { ...hour, n: 0, x: 0 })),
  });
  const withoutStatus = course.withoutStatus && until(course.withoutStatus);
  const before = findingsOf({ ...about, course: { ...until(course), withoutStatus } }).find(
    ({ criterion }) => criterion === finding.criterion,
  )!;
  if (before.outcome === 'breach') return before;
  return { ...finding, outcome: 'no-data', reason: silence.reason, reportOnly: false, silentSince: silence.since };
}

/** A finding, unless the traffic that it rests on is not what it was: then it is no pass, and holds whatever it is. */
export const unlessOtherTraffic = (finding: Finding, holds: readonly TrafficKind[]): Finding =>
  finding.outcome === 'breach' || holds.length === 0
    ? finding
    : {
        ...finding,
        outcome: finding.outcome === 'pass' ? 'no-data' : finding.outcome,
        reason:
          finding.silentSince === undefined
            ? `${finding.reason}${finding.outcome === 'pass' ? ' for the requests that were counted' : ''}; ${holdingText(holds)}`
            : finding.reason,
        reportOnly: false,
      };

/** Where most of the stage's hours are left out, the others let nothing pass. */
export function unlessMostLeftOut(finding: Finding, { newest, rollout }: Case, leftOutOfStage: number): Finding {
  const hours = newest + 1 - rollout.current.from;
  if (finding.outcome !== 'pass' || !isMostOf(hours, leftOutOfStage)) return finding;
  return { ...finding, outcome: 'inconclusive', reason: `${finding.reason}; ${mostLeftOut(hours, leftOutOfStage)}` };
}

export const isMostOf = (hours: number, leftOut: number): boolean => leftOut > hours / 2;

export const mostLeftOut = (hours: number, leftOut: number): string =>
  `${count(leftOut)} of the stage's ${plural(hours, 'hour')} are left out; most must count`;

/** While nothing is known of the newest hours, nothing passes. */
export const notWhileBlind = (finding: Finding): Finding =>
  finding.outcome === 'pass'
    ? { ...finding, outcome: 'inconclusive', reason: `blind since then: ${finding.reason}` }
    : finding;

/** What no longer says what is usual lets nothing pass. */
export const notByStaleBaseline = (finding: Finding): Finding =>
  finding.criterion === 'consistentWithBaseline' && finding.outcome === 'pass'
    ? {
        ...finding,
        outcome: 'no-data',
        reason: `${finding.reason}; the baseline is too old to pass by`,
        reportOnly: false,
      }
    : finding;

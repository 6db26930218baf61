import type { Incident } from '../alert/incidents';
import { tallyOf } from '../facts/counts';
import { plural } from '../facts/format';
import { type Hour, hourOf, hourText } from '../facts/hour';
import type { Snapshot } from '../facts/snapshot';
import type { StageEvent } from '../facts/stage';
import type { Pooled } from '../facts/window';
import { failedText } from '../judge/failed';
import type { CriterionKind, Finding, Outcome, Verdict } from '../judge/verdict';
import type { Traces } from '../release/measure/traces';
import type { Release } from '../release/schema';
import { isShown } from './verdict-text';
import { findingWindows, type LinkedWindow, linkedWindow } from './verdict-windows';

/** One hour of a chart; unknown is never zero. */
export type HourView = { hour: string; entered?: string } & (
  | { kind: 'counted'; requests: number; errors: number }
  | { kind: 'unknown'; reason: string }
);

/** One criterion, with the window that its numbers are of. */
export interface CriterionView extends LinkedWindow {
  criterion: CriterionKind;
  outcome: Outcome;
  /** One sentence with the numbers. */
  reason: string;
  /** What failed, where it is known. */
  failed?: string;
  since?: string;
  rollBack: boolean;
  /** Missing evidence does not hold the release. */
  reportOnly: boolean;
  upstream?: string;
  /** Requests seen and, where a pass waits for so many, needed in all; and when they are expected at the usual traffic. */
  requests: number;
  needed?: number;
  expectedAt?: string;
  /** Odds; a breach acts at 20, a pass of "consistent with the baseline" at 100. */
  evidence: Finding['evidence'];
  /** Where it compares with the baseline. */
  baseline?: LinkedWindow;
  /** Where Datadog shows what was counted in the window, if its endpoint says which resource it is. */
  traces?: Traces;
}

/** One endpoint, with the window of its hours. */
export interface EndpointView extends LinkedWindow {
  name: string;
  /** The worst of its criteria; absent while nothing is judged. */
  outcome?: Outcome;
  /** Rates of the criterion that is shown first. */
  limit?: number;
  baselineRate?: number;
  hours: HourView[];
  /** When something of it was open in these hours, by the alert records; without an end it still is. Absent where nothing was. */
  alerted?: { from: string; to?: string }[];
  /** Of the counted hours. */
  pooled: Pooled;
  unknown: number;
  /** The hour with the highest rate, the first of them; absent where no request failed. */
  highest?: LinkedWindow & Pooled;
  criteria: CriterionView[];
}

const WORST_FIRST: readonly Outcome[] = ['breach', 'no-data', 'inconclusive', 'pass'];
/** A page of more is read by nobody, and drawn for nothing. */
const ENDPOINTS_SHOWN = 50;

const worstOf = (findings: readonly Pick<Finding, 'outcome'>[]): Outcome | undefined =>
  WORST_FIRST.find((outcome) => findings.some((finding) => finding.outcome === outcome));

/** The endpoints that are shown, in the order of the release file; of more than 50 the worst ones first. */
export function shownEndpoints({ endpoints }: Release, verdict: Verdict | undefined): string[] {
  const names = endpoints.map(({ name }) => name);
  if (names.length <= ENDPOINTS_SHOWN) return names;
  const rank = new Map(names.map((name) => [name, WORST_FIRST.length]));
  for (const { endpoint, outcome } of verdict?.findings ?? [])
    rank.set(endpoint, Math.min(rank.get(endpoint)!, WORST_FIRST.indexOf(outcome)));
  return names.toSorted((a, b) => rank.get(a)! - rank.get(b)!).slice(0, ENDPOINTS_SHOWN);
}

/** The endpoints with the worst outcomes first. */
export const worstFirst = (endpoints: readonly EndpointView[]): EndpointView[] =>
  endpoints.toSorted((a, b) => rankOf(a) - rankOf(b));

const rankOf = ({ outcome }: EndpointView) => (outcome ? WORST_FIRST.indexOf(outcome) : WORST_FIRST.length);

/** One endpoint in the hours [from, to): what was counted, and what the verdict says of its criteria. */
export function endpointView(
  name: string,
  facts: {
    release: Release;
    log: readonly StageEvent[];
    verdict: Verdict | undefined;
    incidents: readonly Incident[];
    snapshots: ReadonlyMap<Hour, Snapshot>;
  },
  { from, to }: { from: Hour; to: Hour },
): EndpointView {
  const { release, log, verdict, incidents, snapshots } = facts;
  const hours = Array.from({ length: to - from }, (_, index) =>
    hourView(from + index, snapshots.get(from + index), release, log),
  );
  const counted = hours.filter((hour) => hour.kind === 'counted');
  const findings = (verdict?.findings ?? []).filter((finding) => finding.endpoint === name && isShown(finding));
  const outcome = worstOf(findings);
  const measure = findings[0];
  const highest = highestOf(hours);
  const alerted = incidents.filter((one) => (one.endpoint ?? name) === name && one.from < to && (one.to ?? to) > from);
  return {
    name,
    ...linkedWindow({ name: `last ${plural(hours.length, 'hour')}`, from, to }, release),
    ...(outcome && { outcome }),
    ...(measure?.limit !== undefined && { limit: measure.limit }),
    ...(measure?.baselineRate !== undefined && { baselineRate: measure.baselineRate }),
    hours,
    ...(alerted.length > 0 && {
      alerted: alerted.map((one) => ({
        from: hourText(one.from),
        ...(one.to !== undefined && { to: hourText(one.to) }),
      })),
    }),
    pooled: {
      requests: counted.reduce((sum, { requests }) => sum + requests, 0),
      errors: counted.reduce((sum, { errors }) => sum + errors, 0),
    },
    unknown: hours.length - counted.length,
    ...(highest && {
      highest: {
        ...linkedWindow({ name: 'highest hour', from: from + highest.index, to: from + highest.index + 1 }, release),
        requests: highest.requests,
        errors: highest.errors,
      },
    }),
    criteria: findings.map((finding) => ({ ...criterionView(finding), ...findingWindows(finding, log, release) })),
  };
}

function highestOf(hours: readonly HourView[]): (Pooled & { index: number }) | undefined {
  let highest: (Pooled & { index: number }) | undefined;
  hours.forEach((hour, index) => {
    if (hour.kind !== 'counted' || hour.errors === 0) return;
    if (!highest || hour.errors / hour.requests > highest.errors / highest.requests) highest = { ...hour, index };
  });
  return highest;
}

const criterionView = (finding: Finding): Omit<CriterionView, keyof LinkedWindow> => ({
  criterion: finding.criterion,
  outcome: finding.outcome,
  reason: finding.reason,
  ...(failedText(finding) !== '' && { failed: failedText(finding) }),
  ...(finding.since !== undefined && { since: hourText(finding.since) }),
  rollBack: finding.rollBack,
  reportOnly: finding.reportOnly,
  ...(finding.upstream !== undefined && { upstream: finding.upstream }),
  requests: finding.pooled.requests,
  ...(finding.needed !== undefined && { needed: finding.needed }),
  ...(finding.expectedAt !== undefined && { expectedAt: hourText(finding.expectedAt) }),
  evidence: finding.evidence,
});

function hourView(hour: Hour, snapshot: Snapshot | undefined, release: Release, log: readonly StageEvent[]): HourView {
  const entered = log.findLast(({ at }) => hourOf(at) === hour)?.stage;
  const place = { hour: hourText(hour), ...(entered !== undefined && { entered }) };
  if (snapshot?.kind !== 'counted')
    return { ...place, kind: 'unknown', reason: snapshot ? snapshot.reason : 'not recorded' };
  const { requests, errors } = tallyOf(snapshot.counts, release);
  return { ...place, kind: 'counted', requests, errors };
}

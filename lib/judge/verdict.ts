import type { Hour, Instant } from '../facts/hour';
import type { Pooled, Window } from '../facts/window';

export type Outcome = 'pass' | 'breach' | 'inconclusive' | 'no-data';
export type Recommendation = 'advance' | 'hold' | 'roll back' | 'not exposed';
export type CriterionKind = 'below' | 'consistentWithBaseline' | 'ceiling';

/** What is known about one criterion of one endpoint. Rates are fractions. */
export interface Finding {
  endpoint: string;
  criterion: CriterionKind;
  outcome: Outcome;
  /** One sentence with the numbers. */
  reason: string;
  /** The rate that counts as broken: the limit, or the level tolerated over the baseline; absent without a baseline. */
  limit?: number;
  baselineRate?: number;
  window: Window;
  pooled: Pooled;
  /** The requests with the toggle off in the same hours, where they are the measure; `pooled` is then of the others. */
  control?: Pooled;
  /** Evidence, as odds against the null hypothesis; acts at 20, a pass of "consistent with the baseline" at 100. */
  evidence: { breach?: number; pass?: number };
  /** Start of an open breach. */
  since?: Hour;
  /** Start of the hours without any request where there usually are many: what is known is old. */
  silentSince?: Hour;
  /** The breach is bad enough to take the release back. */
  rollBack: boolean;
  /** Whether the cause is likely upstream and not the feature: a sentence, where something speaks for it. */
  upstream?: string;
  /** Missing evidence does not hold the release (`whenThin: report`). */
  reportOnly: boolean;
  /** Requests that a pass needs in all if no further one fails, and when the usual traffic brings them. */
  needed?: number;
  expectedAt?: Hour;
  /** Overall rate that the stage's hours rule out at 20 : 1. */
  provenLevel?: number;
}

/** Something worth a line in the day's notice; `key` makes sure that it is told once. */
export interface Notice {
  /** What it is about, and when; only compared as a whole. */
  key: string;
  kind: 'drift' | 'check-in' | 'gap-closed';
  text: string;
  /** Of a check-in: the stage or the check that it looks back on, and what is recommended at a stage's end. */
  of?: { stage: string } | { check: string };
  said?: Recommendation;
  /** It does not wait for the day's notice. */
  atOnce?: true;
  /** What a check-in looks back over. */
  window?: Window;
  /** Lines for the plan's Results, in Markdown; the run that tells a check-in adds them. */
  ready?: string[];
}

export interface Verdict {
  /** Version of the judge that gave it. */
  judge: string;
  /** The newest hour that it knows of. */
  hour: Hour;
  /** The release file that it was given by, and the tick that first brought it; the judge does not know it. */
  edition?: { digest: string; since: Instant };
  stage?: { name: string; exposure: number; since: Instant; plannedEnd?: Instant };
  recommendation: Recommendation;
  reason: string;
  findings: Finding[];
  /** Set while the newest hours are unknown: since when, how many, and what the source said. */
  blind?: { since: Hour; hours: number; reason: string };
  notices: Notice[];
  /** When the next check-in falls due: the planned end of the stage, or of a check. */
  nextCheckIn?: Instant;
}

/** What a criterion asks for, in a few words. */
export const CRITERION_TEXT: Record<CriterionKind, string> = {
  below: 'below its limit',
  consistentWithBaseline: 'consistent with the baseline',
  ceiling: 'below the release ceiling',
};

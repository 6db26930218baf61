import type { LeftOut } from '../facts/exclusion';
import type { Hour, Instant } from '../facts/hour';
import type { ToggleState } from '../facts/toggle';
import type { Pooled, Window } from '../facts/window';

export type Outcome = 'pass' | 'breach' | 'inconclusive' | 'no-data';
export type Recommendation = 'advance' | 'hold' | 'roll back' | 'not exposed';
export type CriterionKind = 'below' | 'consistentWithBaseline' | 'ceiling';

/** A status of which there are more than before the launch: how many an hour, and how many are usual in as many requests. */
export interface RisenStatus {
  status: string;
  now: number;
  usual: number;
}

/** An error class of which there is more than before the launch. */
export interface RisenClass {
  name: string;
  errors: number;
  /** Usual in as many requests at most; absent where nobody knows. */
  usual?: number;
}

/** What the classes of some errors tell of them. */
export interface RisenClasses {
  /** Most first; where no class was counted before the launch, the most frequent ones. */
  rose: RisenClass[];
  /** Of so many errors so many have a class. */
  errors: number;
  withClass: number;
  /** The first hour that has a class, where that is after the launch: what was before it nobody knows. */
  since?: Hour;
}

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
  /** What failed: the statuses that rose in the window against the time before the launch, the largest rise first. */
  rose?: RisenStatus[];
  /** The error classes that rose in it, where the source tells them. */
  classes?: RisenClasses;
  /** Requests without a status are counted as errors: so it is not met, though it may be without them. */
  withoutStatus?: true;
  /** The requests with the toggle off in the same hours, where they are the measure; `pooled` is then of the others. */
  toggleOff?: Pooled;
  /** Evidence, as odds against the null hypothesis; acts at 20, a pass of "consistent with the baseline" at 100. */
  evidence: { breach?: number; pass?: number };
  /** What alone broke it: one hour with at least so many requests that was not below the limit (`alarm: hourly`). */
  hourly?: { minRequests: number };
  /** Start of an open breach. */
  since?: Hour;
  /** End of the newest breach that is over, also while another one is open. */
  overSince?: Hour;
  /** Start of the hours without any request where there usually are many: what is known is old. */
  silentSince?: Hour;
  /** The breach is bad enough to take the release back. */
  rollBack: boolean;
  /** Whether the cause is likely upstream and not the feature: a sentence, where something speaks for it. */
  upstream?: string;
  /** Missing evidence does not hold the release (`whenThin: report`). */
  reportOnly: boolean;
  /** Overall rates cannot show what the criterion asks while so few users are exposed. */
  beyondExposure?: true;
  /** Requests that a pass needs in all if no further one fails, and when the usual traffic brings them. */
  needed?: number;
  expectedAt?: Hour;
  /** Overall rate that the stage's hours rule out at 20 : 1. */
  provenLevel?: number;
}

/** What may be wrong with the requests that a rate is taken of. */
export type TrafficKind = 'fewer' | 'more' | 'excluded' | 'redirects' | 'withoutStatus' | 'unknown';

/** One kind's share of all requests of the stage; before the launch that of the median day, and of a high one. */
export interface ShareOfRequests {
  share: number;
  usual?: number;
  high?: number;
}

/** What the numbers of an endpoint's stage rest on. */
export interface EndpointTraffic {
  endpoint: string;
  /** All that were seen in the stage. */
  requests: number;
  /** The stage's whole days against the usual ones; absent while none can tell. */
  day?: {
    days: number;
    /** Answered requests of the mean day, and the usual ones. */
    seen: number;
    usual: number;
    /** Of the median day: as a share of the usual, of the lowest week's and, of all that were seen, of the highest's. */
    ratio: number;
    low: number;
    high: number;
    /** All that were seen, as a share of the usual. */
    times: number;
    /** A smaller loss, as a share of the usual, cannot be told. */
    tells: number;
  };
  excluded: ShareOfRequests;
  redirects: ShareOfRequests;
  withoutStatus: ShareOfRequests;
  /** Hours of the stage that count, those that are unknown, and the share of the usual requests in those that are known. */
  hours: number;
  unknown: number;
  covered: number;
  /** What is judged, and how many errors so many requests usually have. */
  judged: { requests: number; errors: number; usualErrors: number };
  /** Why the release file means it to have other traffic than usual. */
  meant?: string;
  /** While there is one, nothing of it passes. */
  holds: TrafficKind[];
  /** What is to be said of it. */
  said: string[];
}

/** Something worth a line in the day's notice; `key` makes sure that it is told once. */
export interface Notice {
  /** What it is about, and when; only compared as a whole. */
  key: string;
  kind: 'drift' | 'check-in' | 'gap-closed' | 'traffic' | 'past' | 'reminder' | 'finished' | 'toggle' | 'clean-up';
  text: string;
  /** The endpoint that it is about; absent where it is about the release, and in notices of older versions. */
  endpoint?: string;
  /** Of a check-in: the stage or the check that it looks back on, and what is recommended at a stage's end. */
  of?: { stage: string } | { check: string };
  said?: Recommendation;
  /** Of a check-in: the end that it is about; a later one of the same key is another check-in. */
  until?: Instant;
  /** It does not wait for the day's notice. */
  atOnce?: true;
  /** There is nothing to do about it: it is no message of its own, and goes with the next one. */
  waits?: true;
  /** What a check-in looks back over. */
  window?: Window;
  /** Of what broke and is over: when it did. */
  hours?: Pick<Window, 'from' | 'to'>;
  /** Lines for the plan's Results, in Markdown; the run that tells a check-in adds them. */
  ready?: string[];
}

/** The stage that a verdict is about. */
export interface VerdictStage {
  name: string;
  exposure: number;
  since: Instant;
  plannedEnd?: Instant;
  /** A toggle says so: what it is set to, which is another share where several toggles count. */
  toggle?: number;
}

/** What the toggles said, and how that stands beside the stage log. */
export interface TogglesSaid {
  /** When they were read. */
  at: Instant;
  toggles: ({ toggle: string } & ToggleState)[];
  standing: 'agrees' | 'differs' | 'partial' | 'unknown';
  /** Share of users that they expose, where it is known. */
  exposure?: number;
  /** What is to be said of it; empty where nothing is. */
  said: string;
  /** Nobody can advance on what the log says. */
  holds: boolean;
  /** Only one reading says so; another may contradict it. */
  unsure?: true;
  /** The log says that the release was taken back, and a toggle is on: since the hour of that entry. */
  onSince?: Hour;
  /** By what it is told once. */
  notice?: string;
}

export interface Verdict {
  /** Version of the judge that gave it. */
  judge: string;
  /** The newest hour that it knows of. */
  hour: Hour;
  /** Which release file it was given by; the run says it, the judge does not know it. */
  edition?: string;
  stage?: VerdictStage;
  recommendation: Recommendation;
  reason: string;
  findings: Finding[];
  /** What the findings rest on, of each endpoint; absent in verdicts of earlier versions. */
  traffic?: EndpointTraffic[];
  /**
   * Set while the newest hours are unknown: since when, how many, and what the source said. At `overSince`, before it
   * began, no earlier blindness was left; absent where it is the first and began with the launch.
   */
  blind?: { since: Hour; hours: number; reason: string; overSince?: Hour };
  /** Hours of the baseline and since the launch that do not count. */
  leftOut?: LeftOut[];
  /** What the toggles said; absent where none is read. */
  toggles?: TogglesSaid;
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

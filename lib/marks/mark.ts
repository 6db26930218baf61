import type { Instant } from '../facts/hour';
import type { Recommendation } from '../judge/verdict';

/** A moment of a release that the dashboards of its team can mark: the exposure changed, or the verdict. */
export interface Mark {
  /** The same whenever it is sent, and that of no other mark of any release. */
  key: string;
  kind: 'stage' | 'undo' | 'verdict';
  release: string;
  title: string;
  team: string;
  env?: string;
  /** The instant at which it is shown: that of the moment, unless that is too long ago. */
  at: Instant;
  /** What happened, in a few words. */
  headline: string;
  /** Who said so, and why. */
  text: string;
  /** The stage that was entered, was taken back, or is judged. */
  stage?: string;
  recommendation?: Recommendation;
}

/** What has been marked so far. */
export interface Marked {
  at: Instant;
  /** The lines of the stage log, by their keys. */
  lines: string[];
  recommendation: Recommendation;
}

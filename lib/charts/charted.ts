import type { Hour } from '../facts/hour';
import type { Stay } from '../facts/stage';
import type { CriterionEvidence } from '../judge/evidence';

/** The hours [from, to) that charts show, and the stays in them. */
export interface ChartedHours {
  from: Hour;
  to: Hour;
  timeZone: string;
  stays: readonly Pick<Stay, 'stage' | 'exposure' | 'byToggle' | 'from' | 'to'>[];
}

/** One hour as a chart shows it; undefined when it is unknown. */
export type CountedHour = { requests: number; errors: number } | undefined;

/** What a chart of rates shows of an endpoint or a control: one value for each of its hours, and what they are held against. */
export interface ChartedRates {
  hours: readonly CountedHour[];
  /** The same of its requests with the toggle off, where those are the measure. */
  toggleOff?: readonly CountedHour[];
  baseline?: { rate: number };
  /** The rate from which a page is due against the baseline. */
  tolerated?: { rate: number };
  limit?: number;
  /** When something of it was alerted; without an end it is open. */
  incidents: readonly { from: Hour; to?: Hour }[];
}

/** What a chart of evidence shows. */
export interface ChartedEvidence {
  hours: readonly CountedHour[];
  /** From this hour on, one value an hour. */
  evidenceFrom: Hour;
  evidence: readonly CriterionEvidence[];
}

import { PEER_RULES } from '../../lib/backtest/peer-rules';
import { type Baseline, fitBaseline } from '../../lib/statistics/baseline';
import type { Level } from '../../lib/statistics/comparison';
import type { HourCount } from '../../lib/statistics/hour-count';
import { pageEvidence } from '../../lib/statistics/page';
import { ACTS_AT, type PageEpisode, pageEpisodes, regressionEvidence } from '../../lib/statistics/regression';
import { toleratedLevels } from '../../lib/statistics/spread';
import { limitsIn, thresholdEpisodes, thresholdEvidence } from '../../lib/statistics/threshold';
import { type Past, simulate, type Traffic } from './traffic';

/** The settings of a release that says nothing else. */
export const TOLERANCE = { allowed: 0.25, floor: 0.001 } as const;
export const LIMIT = 0.05;
export const PLANNED_HOURS = 504;

/** One simulated rollout, with what every rule may know of it. */
export interface Rollout {
  before: HourCount[];
  baseline: Baseline;
  level: Level;
  hours: HourCount[];
  planned: number;
}

export const rolloutOf = (name: string, traffic: Traffic, planned = PLANNED_HOURS): Rollout =>
  judgedBy(name, simulate(name, traffic), planned);

/** A past with its baseline. */
export function judgedBy(name: string, { earlier, baseline: before, hours }: Past, planned = PLANNED_HOURS): Rollout {
  const baseline = fitBaseline(before, earlier);
  if (!baseline) throw new Error(`baseline of ${name} - got no request in four weeks, expected some; use more traffic`);
  return { before, baseline, level: toleratedLevels(baseline, TOLERANCE, LIMIT), hours, planned };
}

export function pagesOf({ hours, baseline, level, planned }: Rollout): PageEpisode[] {
  return pageEpisodes(hours, baseline, level, pageEvidence(hours, baseline, level, planned));
}

/** A rule of this product or of a peer: the hours at which it starts to fire. */
export interface Rule {
  name: string;
  ours: boolean;
  alarms(rollout: Rollout): number[];
}

export const RULES: readonly Rule[] = [
  ...PEER_RULES.map(({ name, alarms }) => ({
    name,
    ours: false,
    alarms: ({ hours, before }: Rollout) => alarms(hours, before, LIMIT),
  })),
  {
    name: 'NOTICE',
    ours: true,
    alarms({ hours, baseline, planned }) {
      const evidence = regressionEvidence(hours, baseline, baseline.noticeLevel, planned);
      return evidence.flatMap((now, t) => (now >= ACTS_AT && !(t > 0 && evidence[t - 1]! >= ACTS_AT) ? [t] : []));
    },
  },
  { name: 'PAGE', ours: true, alarms: (rollout) => pagesOf(rollout).map(({ from }) => from) },
  {
    name: 'THRESHOLD',
    ours: true,
    alarms({ hours, baseline: { rho, habits } }) {
      const limits = limitsIn(habits, LIMIT);
      return thresholdEpisodes(hours, limits, rho, thresholdEvidence(hours, limits, rho)).map(({ from }) => from);
    },
  },
];

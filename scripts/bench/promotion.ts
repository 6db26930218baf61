import path from 'node:path';
import { type Hour, startOf } from '../../lib/facts/hour';
import type { Stay } from '../../lib/facts/stage';
import type { Case } from '../../lib/judge/case';
import { findingsOf } from '../../lib/judge/finding';
import { volumeOf } from '../../lib/judge/traffic/missing-requests';
import { readRelease } from '../../lib/release/read';
import { plannedHours } from '../../lib/release/schedule';
import type { Release } from '../../lib/release/schema';
import { type Rollout, TOLERANCE } from './rules';

const { release: whole } = readRelease(path.join(__dirname, '../../releases/document-status'));
const ENDPOINT = '#show';
/** Consistent with the baseline, and with no limit of its own below the release's ceiling of 5 %. */
const release: Release = {
  ...whole,
  endpoints: [{ name: ENDPOINT, tag: ENDPOINT, criteria: [{ consistentWithBaseline: TOLERANCE, whenThin: 'hold' }] }],
};
const LAUNCH: Hour = 490_000;

/** What the judge says of a stage: go on, wait, or that nothing can be known at this exposure. */
export type Promotion = 'advance' | 'hold' | 'cannot';

/** What the judge says after so many hours of stage A, in which a share of the users has been exposed since the launch. */
export function promotionOf({ baseline, hours }: Rollout, after: number, exposure = 0.25): Promotion {
  const current: Stay = { stage: 'A', exposure, at: startOf(LAUNCH), from: LAUNCH, to: Number.POSITIVE_INFINITY };
  const seen = hours.slice(0, after);
  const about: Case = {
    release,
    endpoint: release.endpoints[0]!,
    snapshots: new Map(),
    rollout: { log: [], launch: LAUNCH, from: LAUNCH, stays: [current], current },
    course: {
      baseline,
      baselineUnknown: 0,
      silence: undefined,
      withoutStatus: undefined,
      volume: volumeOf(new Map(), { log: [], launch: LAUNCH }, LAUNCH, LAUNCH, release),
      hours: seen,
      exposureOf: seen.map(() => exposure),
      stageFrom: 0,
    },
    newest: LAUNCH + after - 1,
    plannedHours: plannedHours(release),
  };
  const findings = findingsOf(about);
  if (findings.some(({ beyondExposure }) => beyondExposure)) return 'cannot';
  const passes = findings.every(
    ({ outcome, rollBack, reportOnly }) => !rollBack && outcome !== 'breach' && (outcome === 'pass' || reportOnly),
  );
  return passes ? 'advance' : 'hold';
}

/** Whether the judge would leave stage A for the next one after so many hours of it. */
export const advances = (rollout: Rollout, after: number, exposure?: number): boolean =>
  promotionOf(rollout, after, exposure) === 'advance';

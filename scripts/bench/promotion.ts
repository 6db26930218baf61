import path from 'node:path';
import { type Hour, startOf } from '../../lib/facts/hour';
import type { Stay } from '../../lib/facts/stage';
import type { Case } from '../../lib/judge/case';
import { findingsOf } from '../../lib/judge/finding';
import { volumeOf } from '../../lib/judge/missing-requests';
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

/** Whether the judge would leave stage A, at 25 % since the launch, for the next stage after so many hours of it. */
export function advances({ baseline, hours }: Rollout, after: number): boolean {
  const current: Stay = { stage: 'A', exposure: 0.25, at: startOf(LAUNCH), from: LAUNCH, to: Number.POSITIVE_INFINITY };
  const seen = hours.slice(0, after);
  const about: Case = {
    release,
    endpoint: release.endpoints[0]!,
    rollout: { log: [], launch: LAUNCH, from: LAUNCH, stays: [current], current },
    course: {
      baseline,
      baselineUnknown: 0,
      silence: undefined,
      withoutStatus: undefined,
      volume: volumeOf(new Map(), { log: [], launch: LAUNCH }, LAUNCH, release),
      hours: seen,
      exposureOf: seen.map(() => current.exposure),
      stageFrom: 0,
    },
    newest: LAUNCH + after - 1,
    plannedHours: plannedHours(release),
  };
  return findingsOf(about).every(
    ({ outcome, rollBack, reportOnly }) => !rollBack && outcome !== 'breach' && (outcome === 'pass' || reportOnly),
  );
}

import { HOUR_MS } from '../../facts/hour';
import { isUndo, OFF, type StageEvent, type StageLine, timelineOf } from '../../facts/stage';
import type { ToggleFacts } from '../../facts/toggle';
import type { Release } from '../../release/schema';
import { countingToggles } from '../../release/toggles/exposed-share';
import { changeSince, type Joint, jointOf } from './joint';

/** As a stage's name has it: without a space. @example percentWord(0.3) === '30%' */
export const percentWord = (share: number): string => `${Number((share * 100).toPrecision(6))}%`;

/**
 * The entry that the toggles make by themselves: they stand otherwise than the log says since a change that is known and
 * newer than the log. What stood so before anybody looked is no entry, since nobody knows when it began; neither is one
 * that somebody has undone, nor what only one reading said.
 */
export function followedEntry(
  release: Pick<Release, 'toggles' | 'exposed' | 'stages' | 'timeZone'>,
  lines: readonly StageLine[],
  facts: ToggleFacts,
): StageEvent | undefined {
  const joint = jointOf(release, facts);
  if (joint.kind !== 'known' || joint.unsure) return undefined;
  const { exposure, share } = joint;
  const last = beforeSaid(timelineOf(lines), joint);
  const change = changeSince(joint, last?.at ?? Number.NEGATIVE_INFINITY);
  if (!change || (!last && exposure === 0)) return undefined;
  const { after, by } = change;
  // The same share as in the log, but another one was read since its entry: that was too early.
  if (exposure === (last?.exposure ?? 0) && !(last && exposure > 0 && after > last.at)) return undefined;
  if (lines.some((line) => isUndo(line) && line.at === by)) return undefined;
  const planned = share === undefined ? undefined : stageAt(release, share, last?.stage);
  return {
    at: by,
    stage: planned?.name ?? stageName(joint),
    exposure,
    ...(planned && { plannedExposure: planned.exposure }),
    by: countingToggles(release)
      .map((name) => `toggle ${name}`)
      .join(', '),
    ...(share !== undefined && share !== exposure && { share }),
    byToggle: true,
    ...(after < by && { after }),
  };
}

/** The newest entry but for a person's about the same change, typed after it was read and before it was confirmed. */
function beforeSaid(timeline: readonly StageEvent[], joint: Extract<Joint, { kind: 'known' }>): StageEvent | undefined {
  const last = timeline.at(-1);
  if (!last || last.byToggle || last.exposure !== joint.exposure || last.relaunch) return last;
  const before = timeline.at(-2);
  const change = changeSince(joint, before?.at ?? Number.NEGATIVE_INFINITY);
  return change && change.by < last.at && last.at - change.by <= HOUR_MS ? before : last;
}

/** The stage of the plan that has a share: of several the next one, or the present. */
function stageAt({ stages }: Pick<Release, 'stages'>, share: number, current: string | undefined) {
  const from = Math.max(
    0,
    stages.findIndex(({ name }) => name === current),
  );
  const has = ({ exposure }: { exposure: number }) => exposure === share;
  return stages.slice(from).find(has) ?? stages.find(has);
}

const stageName = ({ exposure, known }: { exposure: number; known: readonly { share: number }[] }): string =>
  exposure === 0 ? OFF : [...new Set(known.map(({ share }) => percentWord(share)))].join('+');

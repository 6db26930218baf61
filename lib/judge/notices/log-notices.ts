import { clock } from '../../facts/format';
import { type Instant, startOf } from '../../facts/hour';
import { localTime } from '../../facts/local-time';
import { launchOf, type StageEvent } from '../../facts/stage';
import { commandText } from '../../release/command-text';
import { doneAt } from '../../release/schedule';
import type { Release } from '../../release/schema';
import type { Notice, Verdict } from '../verdict';

/** The key by which it is told that a release is finished, for the entry of its last stage. */
export const finishedKey = (entered: Instant): string => `finished/${entered}`;

/**
 * What somebody should do or know of the log: that a planned launch or a next stage was not entered, on each weekday after
 * the day it was planned for, and that the rollout is done.
 */
export function logNotices(
  release: Release,
  log: readonly StageEvent[],
  { hour, stage, recommendation }: Pick<Verdict, 'hour' | 'stage' | 'recommendation'>,
): Notice[] {
  const now = startOf(hour + 1);
  const reminder = (about: string, planned: string, text: string): Notice[] => {
    const today = localTime(now, release.timeZone);
    return today.weekend || today.date <= planned
      ? []
      : [{ key: `reminder/${about}/${today.date}`, kind: 'reminder', text }];
  };
  const done = doneAt(release, log);
  const current = log.at(-1);
  if (current && done !== undefined && done <= now)
    return [
      {
        key: finishedKey(current.at),
        kind: 'finished',
        until: done,
        text: `the release is finished: its last check-in is told. Its history is kept; after six more hours nothing is read and no alert comes any more, unless a stage is entered${release.toggleService ? '. Once a month, its toggles are read, and what is left to do with them is said' : ''}`,
      },
    ];
  if (!launchOf(log) && release.launch !== undefined)
    return reminder(
      'launch',
      release.launch,
      `the launch was planned for ${release.launch}, and no stage was entered yet. If it was launched, say so: ${commandText(release, 'stage', 'enter', release.stages[0]!.name, '--at', 'WHEN')}; if it was put off, change launch in release.yaml`,
    );
  const next = release.stages[release.stages.findIndex(({ name }) => name === stage?.name) + 1];
  if (stage?.plannedEnd === undefined || now <= stage.plannedEnd || !next || next === release.stages[0]) return [];
  return reminder(
    `stage/${stage.name}/${stage.since}`,
    localTime(stage.plannedEnd, release.timeZone).date,
    `stage ${stage.name} was planned until ${clock(stage.plannedEnd, release.timeZone)}, and no stage was entered since; the recommendation is ${recommendation}. ${release.toggleService?.follow ? 'The toggles enter the next one when they are moved' : `If stage ${next.name} was entered, say so: ${commandText(release, 'stage', 'enter', next.name, '--at', 'WHEN')}`}`,
  );
}

import { percent } from '../facts/format';
import { type Instant, instantText } from '../facts/hour';
import { OFF, type StageEvent, type StageUndo, timelineOf } from '../facts/stage';
import type { Release } from '../release/schema';
import { exposureAt } from '../release/toggles/exposed-share';
import { entryText } from '../text/stage-lines';
import { type ActedOn, type Action, ActionError } from './action';

/** An entry as somebody asks for it: at a time that has come, or now; with the exposure of the release file, or another one. */
export interface AskedEntry {
  stage: string;
  at?: Instant | undefined;
  exposure?: number | undefined;
  by: string;
  note?: string | undefined;
  relaunch?: boolean | undefined;
}

/** @throws ActionError that lists every problem, those among them that are known already */
export function entering(about: ActedOn, asked: AskedEntry, known: readonly string[] = []): Action<StageEvent> {
  const { release, history, now } = about;
  const event = entryOf(asked, release, now, known);
  return {
    event,
    text: [entryText(event, release.timeZone)],
    async record() {
      if (!(await history.enterStage(event)))
        throw new ActionError(
          `stage log - it already has an event at ${instantText(event.at)}; say when this one happened, or undo that one first: stagewatch stage undo`,
        );
    },
  };
}

/** The same as an event, before a history is opened. */
export function entryOf(
  { stage, at, exposure, by, note, relaunch }: AskedEntry,
  release: Pick<Release, 'stages' | 'toggles' | 'exposed'>,
  now: Instant,
  known: readonly string[] = [],
): StageEvent {
  const { stages } = release;
  const planned = stages.find((one) => one.name === stage);
  const problems = [...known];
  if (!planned && stage !== OFF)
    problems.push(`stage - got ${stage}, expected one of ${stages.map((one) => one.name).join(', ')} or ${OFF}`);
  if (stage === OFF && Number(exposure) > 0)
    problems.push(`--exposure - got ${percent(exposure!)}, expected none: "${OFF}" is 0 %`);
  if (planned && exposure === 0)
    problems.push(`--exposure - got 0 %, expected more; "stagewatch stage enter ${OFF}" takes the release back`);
  if (at !== undefined && at > now)
    problems.push(`--at - got ${instantText(at)}, expected a time that has come; it is ${instantText(now)}`);
  if (problems.length > 0) throw new ActionError(problems.join('\n'));
  return {
    at: at ?? now,
    stage,
    ...(planned ? exposureAt(release, exposure ?? planned.exposure) : { exposure: 0 }),
    ...(planned && { plannedExposure: planned.exposure }),
    by,
    ...(note && { note }),
    ...(relaunch && { relaunch: true }),
  };
}

/** An undo with the entry that it takes back, and the one that counts after it. */
export interface Undoing extends Action<StageUndo> {
  entry: StageEvent;
  current: StageEvent | undefined;
}

/**
 * Takes back the newest entry that counts.
 *
 * @throws ActionError when there is none
 */
export async function undoing(
  { release: { timeZone }, history, now }: ActedOn,
  { by, note }: { by: string; note?: string | undefined },
): Promise<Undoing> {
  const lines = await history.stageLog();
  const counting = timelineOf(lines);
  const entry = counting.at(-1);
  if (!entry) {
    const got = lines.length > 0 ? 'only entries that are undone already' : 'no entry';
    throw new ActionError(`stage log - got ${got}, expected one to undo; see: stagewatch stage list`);
  }
  const event = { at: entry.at, undoneAt: now, by, ...(note && { note }) };
  const current = counting.at(-2);
  return {
    ...{ event, entry, current },
    text: [
      entryText({ ...entry, undone: event }, timeZone),
      `what counts now: ${current ? entryText(current, timeZone) : 'no entry; the release is not launched'}`,
    ],
    async record() {
      if (!(await history.undoStage(event)))
        throw new ActionError(
          `stage log - the entry at ${instantText(entry.at)} was undone already, by somebody else; see: stagewatch stage list`,
        );
    },
  };
}

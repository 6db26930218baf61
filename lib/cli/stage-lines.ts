import { clock, percent, plain } from '../facts/format';
import { instantText } from '../facts/hour';
import { isUndo, OFF, type StageEvent, type StageLine, type StageUndo } from '../facts/stage';

/** An entry of the stage log, with the undo that took it back. */
export type Entry = StageEvent & { undone?: StageUndo };

/** Every entry of a stage log as it is kept, in its order. */
export function entriesOf(lines: readonly StageLine[]): Entry[] {
  const entries: Entry[] = [];
  for (const line of lines) {
    if (isUndo(line)) entries.push({ ...entries.pop()!, undone: line });
    else entries.push(line);
  }
  return entries;
}

/** An entry for machines; instants are ISO text. */
export const entryJson = ({ undone, ...entry }: Entry) => ({
  ...entry,
  at: instantText(entry.at),
  ...(entry.after !== undefined && { after: instantText(entry.after) }),
  ...(undone && {
    undone: { at: instantText(undone.undoneAt), by: undone.by, ...(undone.note && { note: undone.note }) },
  }),
});

/** An entry as people read it, and who undid it. */
export function entryText(entry: Entry, timeZone: string): string {
  const { at, stage, exposure, plannedExposure, share: set = exposure, after, by, note, relaunch, undone } = entry;
  const planned =
    plannedExposure !== undefined && plannedExposure !== set ? ` (planned ${percent(plannedExposure)})` : '';
  const words =
    stage === OFF
      ? 'off, 0 % of users'
      : `stage ${plain(stage)}, ${percent(exposure)} of users${set === exposure ? '' : `, each toggle at ${percent(set)}`}${planned}`;
  const why = (text: string | undefined) => (text ? `: ${plain(text)}` : '');
  const taken = undone ? `; undone ${clock(undone.undoneAt, timeZone)} by ${plain(undone.by)}${why(undone.note)}` : '';
  return `${clock(at, timeZone)}  ${words}${relaunch ? ', relaunch' : ''}, by ${plain(by)}${after === undefined ? '' : `, after ${clock(after, timeZone)}`}${why(note)}${taken}`;
}

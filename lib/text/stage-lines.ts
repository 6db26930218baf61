import { clock, percent, plain } from '../facts/format';
import { instantText } from '../facts/hour';
import { asOneChange, isUndo, OFF, type StageEvent, type StageLine, type StageUndo } from '../facts/stage';

/** An entry of the stage log, with the undo that took it back, and with the lines that it is made of, where several are. */
export type Entry = StageEvent & { undone?: StageUndo; said?: StageEvent[] };

/** Every entry of a stage log, in its order: what a person and a toggle said of the same change is one. */
export function entriesOf(lines: readonly StageLine[]): Entry[] {
  const entries: Entry[] = [];
  for (const line of lines) {
    if (isUndo(line)) entries.push({ ...entries.pop()!, undone: line });
    else entries.push(line);
  }
  return together(entries);
}

function together(entries: readonly Entry[]): Entry[] {
  const all: Entry[] = [];
  for (const entry of entries) {
    const before = all.findLastIndex(({ undone }) => !undone);
    const one = before >= 0 && !entry.undone ? asOneChange(withoutSaid(all[before]!), entry) : undefined;
    if (one) all[before] = { ...one, said: [...(all[before]!.said ?? [all[before]!]), entry] };
    else all.push(entry);
  }
  return all;
}

const withoutSaid = ({ said: _, ...entry }: Entry): StageEvent => entry;

/** An entry for machines; instants are ISO text. */
export const entryJson = ({ undone, said, ...entry }: Entry): object => ({
  ...entry,
  ...(said && { said: said.map((one) => entryJson(one)) }),
  at: instantText(entry.at),
  ...(entry.after !== undefined && { after: instantText(entry.after) }),
  ...(undone && {
    undone: { at: instantText(undone.undoneAt), by: undone.by, ...(undone.note && { note: undone.note }) },
  }),
});

/** An entry as people read it, and who undid it. */
export function entryText(entry: Entry, timeZone: string): string {
  const {
    at,
    stage,
    exposure,
    plannedExposure,
    share: set = exposure,
    after,
    by,
    note,
    relaunch,
    undone,
    said,
  } = entry;
  const planned =
    plannedExposure !== undefined && plannedExposure !== set ? ` (planned ${percent(plannedExposure)})` : '';
  const words =
    stage === OFF
      ? 'off, 0 % of users'
      : `stage ${plain(stage)}, ${percent(exposure)} of users${set === exposure ? '' : `, each toggle at ${percent(set)}`}${planned}`;
  const why = (text: string | undefined) => (text ? `: ${plain(text)}` : '');
  const taken = undone ? `; undone ${clock(undone.undoneAt, timeZone)} by ${plain(undone.by)}${why(undone.note)}` : '';
  return `${clock(at, timeZone)}  ${words}${relaunch ? ', relaunch' : ''}, by ${plain(by)}${after === undefined ? '' : `, after ${clock(after, timeZone)}`}${why(note)}${said ? ` (${said.map((one) => saidText(one, timeZone)).join('; ')})` : ''}${taken}`;
}

const saidText = ({ by, at, after, note }: StageEvent, timeZone: string): string =>
  `${plain(by)} said ${after === undefined ? '' : `after ${clock(after, timeZone)}, by `}${clock(at, timeZone)}${note ? `: ${plain(note)}` : ''}`;

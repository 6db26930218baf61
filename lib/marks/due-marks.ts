import { clock, plain } from '../facts/format';
import { HOUR_MS, type Instant, startOf } from '../facts/hour';
import { isUndo, type StageLine } from '../facts/stage';
import { entryExposureText, exposureText } from '../judge/toggles/exposure-text';
import type { Verdict } from '../judge/verdict';
import type { Release } from '../release/schema';
import type { Mark, Marked } from './mark';

/** Datadog shows no event of more than 18 hours ago, and a mark may wait six hours in the queue of its receiver. */
const SHOWN_MS = 12 * HOUR_MS;

/** A mark, and what is marked once it was sent. */
export interface DueMark {
  mark: Mark;
  after: Marked;
}

/**
 * What is to be marked: the lines of the stage log that were written since, and that the verdict says something else. What
 * happened too long ago to be shown at its own instant is shown now, and says when it was. The first time, the verdict is
 * no change, and what happened long ago is left out: it is not news.
 *
 * @param lines all of the stage log, in its order
 * @param before undefined the first time
 * @returns the marks, oldest first, and what was marked before them
 */
export function dueMarks(
  release: Release,
  lines: readonly StageLine[],
  verdict: Verdict,
  before: Marked | undefined,
  now: Instant,
): { due: DueMark[]; known: Marked } {
  const keyed = keyedLines(lines);
  const isOld = (line: StageLine) => now - momentOf(line) > SHOWN_MS;
  const known = before ?? {
    at: now,
    lines: keyed.filter(({ line }) => isOld(line)).map(({ key }) => key),
    recommendation: verdict.recommendation,
  };
  const fresh = keyed.filter(({ key }) => !known.lines.includes(key));
  let after = { ...known, at: now };
  const due = fresh
    .toSorted((a, b) => momentOf(a.line) - momentOf(b.line))
    .map(({ key, line, entry }): DueMark => {
      after = { ...after, lines: [...after.lines, key] };
      return { mark: shown(lineMark(line, entry, release), key, release, now), after };
    });
  const { recommendation } = verdict;
  if (recommendation !== known.recommendation) {
    const mark = shown(verdictMark(verdict, known.recommendation), `verdict/${verdict.hour}`, release, now);
    due.push({ mark, after: { ...after, recommendation } });
  }
  return { due, known };
}

type Moment = Pick<Mark, 'kind' | 'at' | 'headline' | 'text' | 'stage' | 'recommendation'>;

interface KeyedLine {
  key: string;
  line: StageLine;
  /** The entry that an undo takes back. */
  entry?: StageLine | undefined;
}

/** Lines of one instant follow each other, and are told apart by their number. */
function keyedLines(lines: readonly StageLine[]): KeyedLine[] {
  return lines.map((line, index) => {
    const number = lines.slice(0, index).filter(({ at }) => at === line.at).length;
    return { key: `stage/${line.at}/${number}`, line, entry: isUndo(line) ? lines[index - 1] : undefined };
  });
}

/** When somebody did it. */
const momentOf = (line: StageLine): Instant => (isUndo(line) ? line.undoneAt : line.at);

function lineMark(line: StageLine, entry: StageLine | undefined, { timeZone }: Release): Moment {
  const by = `by ${plain(line.by)}${line.note ? `: ${plain(line.note)}` : ''}`;
  if (isUndo(line)) {
    const stage = entry && !isUndo(entry) ? entry.stage : undefined;
    const what = `the entry of ${stage === undefined ? 'a stage' : `stage ${plain(stage)}`} at ${clock(line.at, timeZone)}`;
    const text = `it counts as if it had never been; taken back ${by}`;
    return {
      kind: 'undo',
      at: line.undoneAt,
      headline: `taken back: ${what}`,
      text,
      ...(stage !== undefined && { stage }),
    };
  }
  const { stage, exposure, relaunch, after } = line;
  const headline =
    exposure === 0
      ? 'taken back to 0 % of users'
      : `stage ${plain(stage)}, ${entryExposureText(line)}${relaunch ? ', relaunch' : ''}`;
  const since = after === undefined ? '' : `after ${clock(after, timeZone)}, `;
  return { kind: 'stage', at: line.at, headline, text: `${since}${by}`, stage };
}

function verdictMark({ hour, recommendation, reason, stage }: Verdict, said: string): Moment {
  const where = stage ? `; stage ${plain(stage.name)}, ${exposureText(stage)}` : '';
  return {
    kind: 'verdict',
    at: startOf(hour + 1),
    headline: `${recommendation} (before: ${said})`,
    text: `${plain(reason, 2000)}${where}`,
    ...(stage && { stage: stage.name }),
    recommendation,
  };
}

function shown(moment: Moment, key: string, release: Release, now: Instant): Mark {
  const { name, title, team, timeZone, datadog } = release;
  const isLate = now - moment.at > SHOWN_MS;
  const env = datadog.scope.find((pair) => pair.startsWith('env:'))?.slice('env:'.length);
  return {
    ...moment,
    key: `${name}/mark/${key}`,
    ...{ release: name, title, team },
    ...(env !== undefined && { env }),
    ...(isLate && { at: now, text: `it was at ${clock(moment.at, timeZone)}, and is shown late; ${moment.text}` }),
  };
}

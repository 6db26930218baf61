import type { Instant } from './facts/hour';
import type { Verdict } from './judge/verdict';
import { dueMarks } from './marks/due-marks';
import type { History, MarkSink } from './ports';
import type { Release } from './release/schema';

/** The release that is marked, and where its marks go. */
interface Marking {
  release: Release;
  history: Pick<History, 'stageLog' | 'lastMarked' | 'recordMarked'>;
  marks?: MarkSink | undefined;
}

/**
 * Sends what is to be marked since the last time, each before it is recorded: after a crash it is sent again, under the same
 * key, and its receiver knows it. What could not be sent waits for the next hour.
 *
 * @returns why something was not sent; undefined when all was
 */
export async function tellMarks(
  { release, history, marks }: Marking,
  verdict: Verdict,
  now: Instant,
): Promise<string | undefined> {
  if (!marks) return undefined;
  try {
    const [lines, before] = await Promise.all([history.stageLog(), history.lastMarked()]);
    const { due, known } = dueMarks(release, lines, verdict, before, now);
    let marked = known;
    try {
      for (const { mark, after } of due) {
        await marks.send(mark);
        marked = after;
      }
    } finally {
      if (marked !== before) await history.recordMarked(marked);
    }
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

import { incidentsOf } from '../alert/incidents';
import { undoneIn } from '../facts/stage';
import { type Known, knownAt } from '../plan/fill/known';
import { type Book, factsOf } from './book';

/** What a plan can be answered from, as of the newest settled hour. */
export async function knownIn(book: Book): Promise<Known> {
  const { log, snapshots, newest } = await factsOf(book);
  const { history } = book;
  const [counts, alerts, lines] = await Promise.all([history.eventCounts(), history.alerts(), history.stageLog()]);
  return {
    ...knownAt(book.release, log, snapshots, newest, counts),
    incidents: incidentsOf(alerts),
    undone: undoneIn(lines),
  };
}

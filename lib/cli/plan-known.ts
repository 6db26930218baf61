import { incidentsOf } from '../alert/incidents';
import { type Known, knownAt } from '../plan/fill/known';
import { type Book, factsOf } from './book';

/** What a plan can be answered from, as of the newest settled hour. */
export async function knownIn(book: Book): Promise<Known> {
  const { log, snapshots, newest } = await factsOf(book);
  const [counts, alerts] = await Promise.all([book.history.eventCounts(), book.history.alerts()]);
  return { ...knownAt(book.release, log, snapshots, newest, counts), incidents: incidentsOf(alerts) };
}

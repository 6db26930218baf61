import type { OnCallEvent } from '../alert/on-call';
import type { AlertRecord } from '../alert/record';
import type { Instant } from '../facts/hour';
import type { StageEvent } from '../facts/stage';
import type { Verdict } from '../judge/verdict';
import type { AlertSink, History, ToggleService } from '../ports';
import type { Release } from '../release/schema';
import { toggleFacts } from '../toggle-readings';
import { cleanUpAlert, cleanUpDue } from './notice';

/** A finished release, its newest message, and where the next one goes. */
interface Finished {
  log: readonly StageEvent[];
  last: AlertRecord;
  verdict: Verdict;
  onCall: readonly OnCallEvent[];
}

/**
 * Tells once a month what is left to do with the toggles of a finished release, by what they say of themselves, until they
 * are gone. It costs nothing in the other hours. What an earlier run could not deliver is sent first.
 *
 * @returns what was published
 */
export async function tellCleanUp(
  watch: { release: Release; history: History; sink: AlertSink; toggles?: ToggleService },
  { log, last, verdict, onCall }: Finished,
  now: Instant,
  signal?: AbortSignal,
): Promise<AlertRecord | undefined> {
  const { release, history, sink } = watch;
  const send = async (alert: AlertRecord) => {
    await sink.publish(alert);
    await history.markSent(alert);
    return alert;
  };
  if (last.status === 'pending') return (await history.takeOver(last)) ? send(last) : undefined;
  const due = cleanUpDue(release, log, last, onCall, now);
  const facts = due && (await toggleFacts(watch, now, signal));
  const alert = facts && cleanUpAlert(due, last, verdict, release, facts, now);
  return alert && (await history.recordAlert(alert)) ? send(alert) : undefined;
}

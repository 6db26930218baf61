import type { AlertRecord } from '../alert/record';
import { HOUR_MS, type Instant } from '../facts/hour';
import { eventOf } from '../messages/event/event';
import type { Archive, Receipts } from '../ports';
import type { Release } from '../release/schema';
import { acknowledgementOf } from './acknowledgement';
import { type Bulletin, receiptPlaceOf } from './bulletin';
import { deliver } from './deliver';
import { ReceiverError, type Tell } from './receiver';

/** A receiver that this process tells itself. */
export interface Addressee {
  /** As people call it. */
  title: string;
  tell: Tell;
  receipts: Receipts;
}

/** A message that a receiver has not taken. */
export interface Missed {
  title: string;
  alert: Pick<AlertRecord, 'seq' | 'at' | 'change'>;
  failure: string;
  /** It is not tried any more. */
  lost: boolean;
}

/** As long as the queue of a stack tries. */
const TRIED_MS = 6 * HOUR_MS;
/** As long as the queue of a stack keeps what could not be brought. */
const KNOWN_MS = 14 * 24 * HOUR_MS;
/** Of findings, open members and notices each; no receiver lists as many. */
const MOST = 100;

/**
 * Brings a release's messages to receivers from where they are kept: what was published, and is in no receipt, is still to
 * be told. So a process that was killed goes on where it was. A message is tried for six hours, and once after that if no
 * process was there; what is still open, and the all-clear of what a receiver knows of, for as long as it is the newest page.
 * A receiver that is new is told what is newer than six hours, and what is open. None waits for another receiver.
 *
 * @returns what was not taken, of the last 14 days
 */
export async function bringTo(
  addressees: readonly Addressee[],
  release: Release,
  history: Pick<Archive, 'alerts' | 'onCall'>,
  now: Instant,
): Promise<Missed[]> {
  const [alerts, onCall] = await Promise.all([history.alerts(), history.onCall()]);
  const newest = alerts.findLast(({ severity }) => severity === 'page');
  const published = alerts.filter((one) => one.status === 'sent' && (one === newest || now - one.at < KNOWN_MS));
  const acknowledged = acknowledgementOf(alerts.at(-1), onCall);
  const all = addressees.map(async ({ title, tell, receipts }) => {
    const missed: Missed[] = [];
    /** Why it takes nothing at present, whatever it is told. */
    let down: ReceiverError | undefined;
    /** It was told something before. */
    let isKnown = false;
    for (const alert of published) {
      const bulletin = bulletinFor(alert, release);
      const { key, number } = receiptPlaceOf(bulletin);
      const receipt = await receipts.look(key);
      isKnown ||= receipt !== undefined;
      if (receipt?.newest !== undefined && receipt.newest >= number) continue;
      const stands = alert === newest && (alert.open.length > 0 || receipt?.newest !== undefined);
      const isNew = isKnown && receipt?.failure === undefined;
      if (now - alert.at >= TRIED_MS && !stands && !isNew) {
        if (receipt?.failure !== undefined) missed.push({ title, alert, failure: receipt.failure, lost: true });
        continue;
      }
      // That it was not taken is kept also of what is not tried, as nothing is at present.
      const failure = await failureOf(deliver(bulletin, down ? () => Promise.reject(down) : tell, receipts));
      if (failure === undefined) continue;
      missed.push({ title, alert, failure: failure.message, lost: false });
      if (failure instanceof ReceiverError && failure.kind !== 'content') down = failure;
    }
    // Not before the pages that it answers.
    if (acknowledged && missed.every(({ lost }) => lost))
      await failureOf(deliver({ id: acknowledged.dedupKey, kind: 'ack', ...acknowledged }, tell, receipts));
    return missed;
  });
  return (await Promise.all(all)).flat();
}

/** A message as its receivers are told it. */
export const bulletinFor = (alert: AlertRecord, release: Release): Bulletin => ({
  id: `${alert.dedupKey}#${alert.seq}`,
  kind: 'alert',
  event: eventOf(alert, release, MOST),
});

const failureOf = (work: Promise<unknown>): Promise<Error | undefined> =>
  work.then(
    () => undefined,
    (error: Error) => error,
  );

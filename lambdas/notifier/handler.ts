import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Instant } from '../../lib/facts/hour';
import { BOUNDED_CALLS, bounded, openDynamo } from '../../lib/history/client';
import { dynamoReceipts } from '../../lib/history/receipts';
import { queuedOf, receiptPlaceOf } from '../../lib/receivers/bulletin';
import { type Delivered, deliver } from '../../lib/receivers/deliver';
import { ReceiverError } from '../../lib/receivers/receiver';
import { RECEIVERS } from '../../lib/receivers/receivers';
import { receiverSecret } from '../../lib/receivers/secret';
import { readNotifierSettings } from './settings';

/** The notifier of one receiver as one process uses it: each call brings what its queue has. */
export function notifier(
  env: NodeJS.ProcessEnv,
  // Not console.log: Lambda puts the time and more before its lines.
  log: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
  clock: () => Instant = Date.now,
) {
  const { name, place, table, secret } = readNotifierSettings(env);
  const receiver = RECEIVERS[name];
  const kept = receiverSecret(bounded(new SecretsManagerClient(BOUNDED_CALLS)), secret, receiver.secret, clock);
  const receipts = dynamoReceipts(openDynamo(), table, name, clock);

  const bring = async (body: string): Promise<Delivered & { key?: string }> => {
    const bulletin = queuedOf(body);
    const { key } = receiptPlaceOf(bulletin);
    if (bulletin.to !== undefined && bulletin.to !== name) return { key, unused: true };
    const tell = receiver.connect(await kept.get(), place);
    return { key, ...(await deliver(bulletin, tell, receipts)) };
  };

  /** What could not be brought is named, and stays in the queue; the rest of the batch does not wait for it. */
  return async ({ Records }: Pick<SQSEvent, 'Records'>): Promise<SQSBatchResponse> => {
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    for (const { messageId, body } of Records) {
      try {
        log(JSON.stringify({ receiver: name, messageId, ...(await bring(body)) }));
      } catch (error) {
        // A revoked token may have been replaced meanwhile.
        if (error instanceof ReceiverError && error.kind === 'refused') kept.forget();
        log(JSON.stringify({ receiver: name, messageId, failure: (error as Error).message }));
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
}

let warm: ReturnType<typeof notifier> | undefined;

/** What AWS Lambda calls, with messages of the receiver's queue. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> => {
  warm ??= notifier(process.env);
  return warm(event);
};

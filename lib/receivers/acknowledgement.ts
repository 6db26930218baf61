import * as z from 'zod/mini';
import { ackOf, type OnCallEvent } from '../alert/on-call';
import type { AlertRecord } from '../alert/record';

/** That somebody works on all that is open of an alert, as it is published for a receiver. */
export const acknowledgementSchema = z.strictObject({
  acknowledged: z.strictObject({
    /** The alert's, and the number of its newest message when it was acknowledged. */
    dedupKey: z.string().check(z.minLength(1)),
    seq: z.number().check(z.int(), z.gte(1)),
  }),
});

export type Acknowledgement = z.output<typeof acknowledgementSchema>['acknowledged'];

/**
 * The acknowledgement of an alert; none while something of it is open that nobody has acknowledged: an incident that is
 * acknowledged calls nobody any more.
 *
 * @param last the newest record of the release
 */
export function acknowledgementOf(
  last: AlertRecord | undefined,
  onCall: readonly OnCallEvent[],
): Acknowledgement | undefined {
  if (!last || last.open.length === 0 || !last.open.every((member) => ackOf(member, onCall))) return undefined;
  return { dedupKey: last.dedupKey, seq: last.seq };
}

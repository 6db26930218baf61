import type { Queued } from './bulletin';

/** A chat, a pager or the like, to which the notifier brings what the topic publishes. It keeps nothing itself. */
export interface Receiver {
  /** As people call it. */
  title: string;
  /** The hosts that it may be reached at; the first unless the settings name another. */
  hosts: readonly [string, ...string[]];
  /** It shows marks, and not only what people are told. */
  marks?: true;
  /** What its secret holds, as an example; without any real value. */
  secret: string;
  /**
   * A way to it.
   *
   * @throws ReceiverError when the secret has another form; it never says what is in it
   */
  connect(secret: unknown, place: ReceiverPlace): Tell;
  /**
   * Asks whether the credential would be taken, and tells nobody anything. Absent where a receiver has no such question.
   *
   * @returns what is proved by that, and what is not
   * @throws ReceiverError when the credential is refused, has another form, or there is no answer
   */
  prove?(secret: unknown, place: ReceiverPlace): Promise<string>;
}

export interface ReceiverPlace {
  /** One of the receiver's hosts. */
  host: string;
  /** A stand-in on this machine, for tests. */
  url?: URL;
}

/**
 * Brings a bulletin to the receiver.
 *
 * @param thread what it gave back for an older bulletin under the same key
 * @returns what newer bulletins under this key are to be given
 * @throws ReceiverError when it did not take it
 */
export type Tell = (bulletin: Queued, thread?: string) => Promise<Taken>;

export interface Taken {
  thread?: string;
  /** The receiver refused the form of the message, for this reason, and has it as plain text. */
  plainly?: string;
  /** The receiver has no use for such a bulletin, and was not asked. */
  unused?: true;
}

/** A receiver did not take a bulletin. The queue brings it again, whatever the kind. */
export class ReceiverError extends Error {
  override readonly name = 'ReceiverError';

  /**
   * @param kind `content`: it will never take this message in this form; `refused`: whoever tells it has no right to, or no
   * more; `unreachable`: later it may
   */
  constructor(
    message: string,
    readonly kind: 'content' | 'refused' | 'unreachable',
  ) {
    super(message);
  }
}

/** An address of a receiver; a stand-in has the same path on this machine. */
export const addressAt = (address: string, { url }: ReceiverPlace): URL =>
  url ? new URL(new URL(address).pathname, url) : new URL(address);

import * as z from 'zod/mini';
import { RECEIVER_NAMES, RECEIVERS, type ReceiverName } from './receivers';

/** One shape for every receiver: where it is reached, if not at the first of its hosts. */
const receiver = <const H extends readonly [string, ...string[]]>(hosts: H) =>
  z.strictObject({ host: z._default(z.enum(hosts, `expected ${hosts.join(', ')}`), hosts[0]) });
type Notified = { [R in ReceiverName]: z.ZodMiniOptional<ReturnType<typeof receiver>> };

/** `notify` of the settings file: the receivers that are told, each at its host. */
export const notifySchema = z.optional(
  z.strictObject(
    Object.fromEntries(RECEIVER_NAMES.map((name) => [name, z.optional(receiver(RECEIVERS[name].hosts))])) as Notified,
  ),
);

export type Notify = z.output<typeof notifySchema>;

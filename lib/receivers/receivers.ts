import { datadog } from './datadog/receiver';
import { pagerDuty } from './pager-duty/receiver';
import type { Receiver } from './receiver';
import { slack } from './slack/receiver';

/** Every receiver, by its name in the settings file: another one is a folder beside theirs and a line here. */
export const RECEIVERS = { slack, pagerDuty, datadog } satisfies Record<string, Receiver>;

export type ReceiverName = keyof typeof RECEIVERS;

export const RECEIVER_NAMES = Object.keys(RECEIVERS) as [ReceiverName, ...ReceiverName[]];

import path from 'node:path';
import { type AlertSubscription, KEPT, type Kept, type Settings, type Strict } from '../../lib/infra/settings-schema';
import { RECEIVER_NAMES, RECEIVERS } from '../../lib/receivers/receivers';

export const SUBSCRIPTIONS: AlertSubscription[] = [
  { protocol: 'email', endpoint: 'team@example.com' },
  { protocol: 'https', endpoint: 'https://chat.example.com/alerts', filter: { severity: ['page'], env: ['prod'] } },
  { protocol: 'sqs', endpoint: 'arn:aws:sqs:us-east-1:111111111111:alerts' },
];

export const STRICT: Strict = { vpcId: 'vpc-0123456789abcdef0', subnetIds: ['subnet-0123456789abcdef0'] };

/** Every receiver, at the last of its hosts. */
export const NOTIFY = Object.fromEntries(
  RECEIVER_NAMES.map((name) => [name, { host: RECEIVERS[name].hosts.at(-1)! }]),
) as NonNullable<Settings['notify']>;

/** A key of the account for each thing that can have one. */
export const KMS_KEYS = Object.fromEntries(
  KEPT.map((kept, index) => [
    kept,
    `arn:aws-us-gov:kms:us-gov-west-1:111111111111:key/00000000-0000-0000-0000-00000000000${index}`,
  ]),
) as Record<Kept, string>;

/** A certificate that signs itself; its key is nowhere. */
export const CA_FILE = path.join(__dirname, 'agency-ca.pem');

import type { AlertSubscription, Settings, Strict } from '../../lib/infra/settings-schema';

export const SUBSCRIPTIONS: AlertSubscription[] = [
  { protocol: 'email', endpoint: 'team@example.com' },
  { protocol: 'https', endpoint: 'https://chat.example.com/alerts', filter: { severity: ['page'], env: ['prod'] } },
  { protocol: 'sqs', endpoint: 'arn:aws:sqs:us-east-1:111111111111:alerts' },
];

export const STRICT: Strict = { vpcId: 'vpc-0123456789abcdef0', subnetIds: ['subnet-0123456789abcdef0'] };

export const NOTIFY: NonNullable<Settings['notify']> = {
  slack: { host: 'slack-gov.com' },
  pagerDuty: { host: 'events.eu.pagerduty.com' },
};

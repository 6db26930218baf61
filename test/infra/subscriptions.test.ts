import { readSubscriptions } from '../../lib/infra/subscriptions';
import { SUBSCRIPTIONS } from './context';

const read = (context: unknown) => readSubscriptions(context, ['document-status']);

test('what cdk.json says is taken as it is, and nothing means that people subscribe by hand', () => {
  expect(read(SUBSCRIPTIONS)).toEqual(SUBSCRIPTIONS);
  expect(read(undefined)).toEqual([]);
});

test('every kind of alert can be asked for, by what is known of it', () => {
  const filter = {
    severity: ['page', 'notice'],
    status: ['firing', 'worse', 'repeat', 'resolved', 'notice'],
    release: ['document-status'],
    env: ['eks-prod'],
  };
  const subscriptions = [SUBSCRIPTIONS[0], { protocol: 'https', endpoint: 'https://example.com', filter }];
  expect(read(subscriptions)).toEqual(subscriptions);
});

test('all that is wrong is said in one error, and no address is repeated in it', () => {
  const subscriptions = [
    'team@example.com',
    { protocol: 'sms', endpoint: '+15550100', raw: true },
    { protocol: 'https', endpoint: 'https://user:hunter2@example.com/' },
    { protocol: 'https', endpoint: 'http://example.com/' },
    { protocol: 'sqs', endpoint: 'https://sqs.us-east-1.amazonaws.com/1/alerts' },
    { protocol: 'email', endpoint: 'team@example.com', filter: {} },
    { protocol: 'email', endpoint: 'team@example.com', filter: { severity: ['critical'], team: ['a'], env: 'prod' } },
    { protocol: 'email', endpoint: 'b@example.com', filter: { status: [], release: ['claim-letters'], env: [' '] } },
  ];
  expect(() => read(subscriptions)).toThrow(
    new Error(`cdk.json has 14 problems:
  subscriptions[0] - got "team@example.com", expected { protocol, endpoint, filter? }
  subscriptions[1].raw - unknown key, expected protocol, endpoint or filter
  subscriptions[1].protocol - got "sms", expected email, https, sqs
  subscriptions[2].endpoint - expected an https:// address without a password
  subscriptions[3].endpoint - expected an https:// address without a password
  subscriptions[4].endpoint - expected the ARN of a standard queue
  subscriptions[5].filter - got {}, expected lists of values by severity, status, release, env
  subscriptions[6].filter.severity - got "critical", expected page, notice
  subscriptions[6].filter.team - unknown key, expected severity, status, release, env
  subscriptions[6].filter.env - got "prod", expected a list of values
  subscriptions[7].filter.status - got [], expected a list of values
  subscriptions[7].filter.release - got "claim-letters", expected document-status
  subscriptions[7].filter.env - got " ", expected text
  subscriptions[6] - stands twice, as subscriptions[5]`),
  );
});

test.each(['team@example.com', {}, null, true])('%j is no list of subscriptions', (context) => {
  expect(() => read(context)).toThrow('expected a list of { protocol, endpoint, filter? }; correct it in cdk.json');
});

test('one must be without a filter: the alarms about Stagewatch itself have no attributes and would reach nobody', () => {
  const filter = { severity: ['page'] };
  const filtered = SUBSCRIPTIONS.map((one) => ({ ...one, filter }));
  expect(() => read(filtered)).toThrow('subscriptions - got a filter in each, expected one without');
});

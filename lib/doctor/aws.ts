import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { lookedAt } from '../alert/finish';
import { isToCome, SETTLE_MINUTES } from '../facts/due';
import { plural } from '../facts/format';
import { type Hour, hourText, type Instant, newestSettledHour } from '../facts/hour';
import { BOUNDED_CALLS, dateOf, openDynamo } from '../history/client';
import { dynamoHistory } from '../history/dynamodb';
import { releaseKey } from '../history/items/item';
import type { Release } from '../release/schema';
import { type Check, ok, skipped, wrong } from './check';
import type { ClockReading } from './clock';
import type { SetUp } from './set-up';

/** Hours without a verdict that a retry still makes good; the stack's alarm NotRunning waits as long. */
const STILL_FINE_HOURS = 2;

/** Whether table and topic of the stack can be used. DynamoDB's clock goes into `readings`. */
export async function awsChecks(
  { release, table, topic, now, embedded }: SetUp,
  readings: ClockReading[],
): Promise<Check[]> {
  const local = 'no STAGEWATCH_TABLE: the history is kept on this machine';
  if (table === undefined)
    return [
      skipped('table', local),
      futureCheck(await embedded?.(), now()) ?? skipped('runs', local),
      skipped('topic', `${local}, and alerts are printed`),
    ];
  const client = openDynamo();
  const topicChecked = topic
    ? await topicCheck(new SNSClient(BOUNDED_CALLS), topic)
    : wrong(
        'topic',
        "STAGEWATCH_TOPIC - got nothing, expected the ARN of the topic that belongs to the table; it is the stack's output TopicArn",
      );
  const tableChecked = await tableChecks(client, table, release, now());
  const theirs = dateOf(client);
  if (theirs !== undefined) readings.push({ server: 'DynamoDB', theirs, ours: now() });
  return [...tableChecked, topicChecked];
}

/** Whether the table can be read and written, and whether somebody runs every hour. Nothing is written. */
async function tableChecks(client: DynamoDBClient, table: string, release: Release, now: Instant): Promise<Check[]> {
  const history = dynamoHistory({ client, table, release: release.name, classify: release });
  try {
    const [log, verdict, last] = await Promise.all([history.stages(), history.lastVerdict(), history.lastAlert()]);
    const stage = log.at(-1);
    const known = stage ? `stage ${stage.stage} was entered last` : 'no stage was entered yet';
    const rights = await writeRight(client, table, release);
    return [
      ok('table', `${table} can be ${rights}; ${known}`),
      futureCheck(verdict?.hour, now) ??
        runCheck(verdict?.hour, newestSettledHour(lookedAt(release, log, { last, verdict }, now), SETTLE_MINUTES)),
    ];
  } catch (error) {
    return [
      wrong('table', `table ${table} - ${reasonOf(error as Error)}`),
      skipped('runs', 'the table cannot be read'),
    ];
  }
}

/** A write on the condition that its item is there already, which never is: allowed or not, it changes nothing. */
async function writeRight(client: DynamoDBClient, TableName: string, release: Release): Promise<string> {
  try {
    const Item = { pk: { S: releaseKey(release.name) }, sk: { S: 'doctor' } };
    await client.send(new PutItemCommand({ TableName, Item, ConditionExpression: 'attribute_exists(pk)' }));
    return 'read and written';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'read and written';
    if ((error as Error).name !== 'AccessDeniedException') throw error;
    return 'read, not written: stage and run need dynamodb:PutItem';
  }
}

/** A verdict of an hour that has not come: a run's clock was ahead, unless this one is behind, which the clock check says. */
function futureCheck(verdict: Hour | undefined, now: Instant): Check | undefined {
  if (verdict === undefined || !isToCome(verdict, now)) return undefined;
  return wrong(
    'runs',
    `runs - got a verdict of ${hourText(verdict)}, expected none of an hour that has not come; a run's clock was ahead, or this machine's is behind: npx --no-install stagewatch run asks the source what time it is, and takes the verdict back`,
  );
}

function runCheck(verdict: Hour | undefined, newest: Hour): Check {
  if (verdict === undefined) return skipped('runs', 'no run has given a verdict yet; the first comes at minute 20');
  if (newest - verdict <= STILL_FINE_HOURS) return ok('runs', `the newest verdict is that of ${hourText(verdict)}`);
  return wrong(
    'runs',
    `runs - got no verdict since ${hourText(verdict)}, expected ${hourText(newest)}; see "Not running" in docs/runbook.md`,
  );
}

/** Whether somebody hears what is published. One page of subscriptions is enough to tell. */
async function topicCheck(client: SNSClient, TopicArn: string): Promise<Check> {
  try {
    const { Subscriptions = [] } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    const confirmed = Subscriptions.filter(({ SubscriptionArn }) => SubscriptionArn?.startsWith('arn:'));
    const pending = Subscriptions.filter(({ SubscriptionArn }) => SubscriptionArn === 'PendingConfirmation').length;
    const waiting = pending > 0 ? `, ${pending} not confirmed yet` : '';
    if (confirmed.length > 0) {
      const protocols = [...new Set(confirmed.map(({ Protocol }) => Protocol))].sort().join(', ');
      return ok('topic', `${plural(confirmed.length, 'confirmed subscription')} (${protocols})${waiting}`);
    }
    return wrong(
      'topic',
      pending > 0
        ? `subscriptions - got ${pending} that nobody confirmed, expected one confirmed at least; follow the link in the message that AWS sent`
        : 'subscriptions - got none, expected one confirmed at least; aws sns subscribe --topic-arn ... --protocol email --notification-endpoint ...',
    );
  } catch (error) {
    return wrong('topic', `topic ${TopicArn} - ${reasonOf(error as Error)}`);
  }
}

/** What an error of the AWS SDK means for whoever sets this up. */
function reasonOf({ name, message }: Error): string {
  const right = /not authorized to perform: (\S+)/.exec(message)?.[1];
  if (right) return `got access denied, expected the right ${right}; ask for the role that has it`;
  if (name === 'ResourceNotFoundException' || name === 'NotFoundException')
    return `got none of that name in ${process.env.AWS_REGION ?? 'this region'}, expected the one of the stack's outputs; check name, account and region`;
  if (name === 'ValidationException')
    return `got a table with other keys (${message}), expected pk and sk, both text; is this the table of the stack's output TableName?`;
  return `got ${name}: ${message}; check region, credentials and network`;
}

import { rmSync } from 'node:fs';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { instantText, newestSettledHour } from '../../lib/facts/hour';
import { openDynamo } from '../../lib/history/client';
import { dynamoHistory } from '../../lib/history/dynamodb';
import { judge } from '../../lib/judge/judge';
import { listen } from '../../lib/local/listen';
import { folder, stagewatch, written } from '../worlds/console';
import { openSetUp } from '../worlds/set-up';
import { releaseOf } from '../worlds/small-release';

let setUp: Awaited<ReturnType<typeof openSetUp>>;
const root = folder();
const small = written(root, 'small');
beforeAll(async () => {
  setUp = await openSetUp();
});
beforeEach(() => setUp.heal());
afterAll(async () => {
  rmSync(root, { recursive: true });
  await setUp.close();
});

/** What doctor says of AWS; Datadog is not asked, for want of keys. */
async function ofAws(place: string, change: Parameters<typeof setUp.doctor>[1] = {}) {
  const env = { DD_API_KEY: '', DD_APP_KEY: '', ...change.env };
  const { wrong, ...rest } = await setUp.doctor(place, { ...change, env });
  const { keys, ...others } = wrong;
  expect(keys).toMatch(/got nothing/);
  return { ...rest, wrong: others };
}

describe('the table', () => {
  test('does not exist here', async () => {
    const { code, wrong, skipped } = await ofAws(small, { args: ['--table', 'no-such-table'] });
    expect(code).toBe(1);
    expect(wrong).toEqual({ table: expect.stringContaining('got none of that name in us-east-1') });
    expect(skipped.runs).toBe('the table cannot be read');
  });

  test('has other keys', async () => {
    await openDynamo().send(
      new CreateTableCommand({
        TableName: 'another',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    let answer = await ofAws(small, { args: ['--table', 'another'] });
    // The embedded DynamoDB takes half a second to create a table.
    for (let tries = 0; tries < 20 && answer.wrong.table?.includes('none of that name'); tries++)
      answer = await ofAws(small, { args: ['--table', 'another'] });
    expect(answer.wrong).toEqual({ table: expect.stringContaining('expected pk and sk, both text') });
  });

  test.each([
    ['Query', { table: expect.stringContaining('expected the right dynamodb:Query') }, undefined],
    ['PutItem', {}, 'can be read, not written: stage and run need dynamodb:PutItem'],
  ])('cannot be used for want of the right to %s', async (denied, wrong, said) => {
    const dynamodb = await listen(async (request, body) => {
      const target = String(request.headers['x-amz-target']);
      if (target.endsWith(`.${denied}`))
        return {
          status: 400,
          type: 'application/x-amz-json-1.0',
          body: JSON.stringify({
            __type: 'com.amazon.coral.service#AccessDeniedException',
            Message: `User: arn:aws:iam::1:user/a is not authorized to perform: dynamodb:${denied} on resource: arn:aws:dynamodb:us-east-1:1:table/stagewatch`,
          }),
        };
      const { host, connection, ...headers } = request.headers;
      const sent = { method: 'POST', headers: headers as Record<string, string>, body };
      const answer = await fetch(setUp.store.url, sent);
      return { status: answer.status, type: 'application/x-amz-json-1.0', body: await answer.text() };
    });
    const answer = await ofAws(small, { env: { AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url } });
    await dynamodb.close();
    expect(answer.wrong).toEqual(wrong);
    if (said) expect(answer.ok.table).toContain(said);
  });

  test('has a newest verdict of five hours ago: nobody runs', async () => {
    const release = releaseOf('stopped');
    const history = dynamoHistory({ client: openDynamo(), table: 'stagewatch', release: 'stopped', classify: release });
    const hour = newestSettledHour(Date.now(), 15) - 5;
    await history.recordVerdict(judge(release, [], new Map([['#show', new Map()]]), hour));
    const place = written(root, 'stopped');
    const { code, wrong } = await ofAws(place);
    expect(code).toBe(1);
    expect(wrong).toEqual({ runs: expect.stringContaining(`since ${instantText(hour * 3_600_000)}`) });
    await history.recordVerdict(judge(release, [], new Map([['#show', new Map()]]), hour + 4));
    expect((await ofAws(place)).ok.runs).toMatch(/^the newest verdict is that of/);
    await history.recordVerdict(judge(release, [], new Map([['#show', new Map()]]), hour + 720));
    expect((await ofAws(place)).wrong.runs).toMatch(
      /^runs - got a verdict of .*, expected none of an hour that has not come/,
    );
  });

  test('has no name: that is wrong use', async () => {
    const { code, err } = await stagewatch(['doctor', '--release', small, '--table', ' ']);
    expect([code, err]).toEqual([64, expect.stringContaining('table - got empty text')]);
  });
});

describe('the topic', () => {
  test.each([
    ['is not named', { STAGEWATCH_TOPIC: '' }, /^STAGEWATCH_TOPIC - got nothing/],
    ['does not exist', { STAGEWATCH_TOPIC: 'arn:aws:sns:us-east-1:000000000000:other' }, /got none of that name/],
  ])('%s', async (_what, env, said) => {
    const { code, wrong } = await ofAws(small, { env });
    expect(code).toBe(1);
    expect(wrong).toEqual({ topic: expect.stringMatching(said) });
  });

  test.each([
    ['nobody has subscribed', [], /^subscriptions - got none/],
    ['nobody has confirmed', ['PendingConfirmation'], /^subscriptions - got 1 that nobody confirmed/],
  ])('%s', async (_what, arns, said) => {
    setUp.subscribed(arns.map((arn) => ({ protocol: 'email', arn })));
    const { code, wrong } = await ofAws(small);
    expect(code).toBe(1);
    expect(wrong).toEqual({ topic: expect.stringMatching(said) });
  });

  test('one of two has confirmed', async () => {
    const arns = ['PendingConfirmation', 'arn:aws:sns:us-east-1:000000000000:stagewatch-alerts:2'];
    setUp.subscribed(arns.map((arn) => ({ protocol: 'https', arn })));
    expect((await ofAws(small)).ok.topic).toBe('1 confirmed subscription (https), 1 not confirmed yet');
  });
});

import { randomBytes } from 'node:crypto';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';

/** `npm run test:aws` starts moto, and says here where it is. */
const url = process.env.STAGEWATCH_TEST_MOTO!;
const region = 'us-gov-west-1';
const place = { region, endpoint: url, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
const name = () => `stagewatch-${randomBytes(6).toString('hex')}`;

/** SQS by its JSON protocol: no package of the project needs the client. Moto looks at no signature, only for the service in it. */
async function sqs(action: string, content: object) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
      authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/sqs/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(content),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${action} - ${answer}`);
  return answer === '' ? {} : JSON.parse(answer);
}

interface Message {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
}

export const moto = {
  url,
  region,
  async topic(): Promise<string> {
    return (await new SNSClient(place).send(new CreateTopicCommand({ Name: name() }))).TopicArn!;
  },
  async subscribe(TopicArn: string, Endpoint: string) {
    await new SNSClient(place).send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  },
  async secret(content: object): Promise<string> {
    const command = new CreateSecretCommand({ Name: name(), SecretString: JSON.stringify(content) });
    return (await new SecretsManagerClient(place).send(command)).ARN!;
  },
  async queue() {
    const { QueueUrl } = await sqs('CreateQueue', { QueueName: name() });
    const { Attributes } = await sqs('GetQueueAttributes', { QueueUrl, AttributeNames: ['QueueArn'] });
    return {
      arn: Attributes.QueueArn as string,
      /** All messages, as Lambda's event source hands them on; they are gone from the queue. */
      async receive() {
        const { Messages = [] }: { Messages?: Message[] } = await sqs('ReceiveMessage', {
          QueueUrl,
          MaxNumberOfMessages: 10,
        });
        for (const { ReceiptHandle } of Messages) await sqs('DeleteMessage', { QueueUrl, ReceiptHandle });
        return Messages.map(({ MessageId, Body }) => ({ messageId: MessageId, body: Body }));
      },
    };
  },
};

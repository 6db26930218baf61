import { ArnFormat, Stack, Token, Validations } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { AlertTopic } from './alert-topic';
import type { Console } from './console/console';
import type { HistoryTable } from './history-table';

interface AccessProps {
  readonly history: HistoryTable;
  readonly alerts: AlertTopic;
  readonly console: Console | undefined;
}

/** What people may do with the command, as policies for the roles that they have already. */
export class AccessPolicies extends Construct {
  /** Whoever only reads: history, check, results, stage list. */
  readonly reader: ManagedPolicy;
  /**
   * Whoever is on call or moves a release: all of the reader, what is written to the history, and publishing. Not Datadog's keys: whoever
   * put them into the secret can also try them.
   */
  readonly operator: ManagedPolicy;

  constructor(scope: Construct, id: string, { history, alerts, console }: AccessProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const policy = (name: string, description: string) => {
      const made = new ManagedPolicy(this, name, { description });
      history.allowReading(made);
      console?.allowReading(made);
      // `stagewatch --stack` reads the outputs; a stack's ARN ends with an id that is new whenever the stack is.
      const resourceName = `${stack.stackName}/*`;
      const arn = stack.formatArn({
        service: 'cloudformation',
        resource: 'stack',
        resourceName,
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      });
      made.addStatements(new PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: [arn] }));
      Validations.of(made).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:${said(stack.partition, 'Partition')}:cloudformation:${said(stack.region, 'Region')}:${said(stack.account, 'AccountId')}:stack/${resourceName}]`,
        reason: 'The wildcard is the random end of the ARN of this one stack',
      });
      return made;
    };
    this.reader = policy('Reader', 'Reads the history of Stagewatch');
    this.operator = policy('Operator', 'Reads and writes the history of Stagewatch, and publishes to its topic');
    history.allowWriting(this.operator);
    history.allowReadingReceipts(this.operator);
    alerts.allowPublishing(this.operator);
    console?.allowOperating(this.operator);
    // To see that somebody confirmed a subscription.
    this.operator.addStatements(
      new PolicyStatement({ actions: ['sns:ListSubscriptionsByTopic'], resources: [alerts.topic.topicArn] }),
    );
  }
}

/** As the rules write what is known only when it is deployed. */
const said = (value: string, name: string) => (Token.isUnresolved(value) ? `<AWS::${name}>` : value);

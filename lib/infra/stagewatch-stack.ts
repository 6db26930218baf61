import { CfnOutput, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { AccessPolicies } from './access-policies';
import { Alarms } from './alarms';
import { AlertTopic } from './alert-topic';
import { dataKey } from './data-key';
import { DatadogKeysSecret } from './datadog-keys';
import { HistoryTable } from './history-table';
import { HourlySchedules, type ScheduledRelease } from './hourly-schedules';
import { Overview } from './overview';
import { Sampler } from './sampler';
import type { Strict } from './strict';
import type { AlertSubscription } from './subscriptions';

export interface StagewatchProps extends StackProps {
  readonly releases: readonly ScheduledRelease[];
  /** The bundled sampler; its handler is index.handler. */
  readonly code: Code;
  readonly subscriptions: readonly AlertSubscription[];
  /** Unless it is given: no network of the account, no data key, no reserved concurrency. */
  readonly strict?: Strict | undefined;
}

/** All of Stagewatch, for any account, region and partition. */
export class StagewatchStack extends Stack {
  /** @throws when there is no release to watch, or one that its schedule cannot carry */
  constructor(scope: Construct, id: string, { releases, code, subscriptions, strict, ...props }: StagewatchProps) {
    super(scope, id, props);
    if (releases.length === 0) {
      throw new Error(
        'no release to watch - got no releases/<name>/release.yaml, expected at least one; add one and synth again',
      );
    }
    const key = strict && dataKey(this, 'DataKey');
    const history = new HistoryTable(this, 'History', key);
    const alerts = new AlertTopic(this, 'Alerts', { subscriptions, key });
    const keys = new DatadogKeysSecret(this, 'DatadogKeys', key);
    // All schedules fire in the same minute.
    const sampler = new Sampler(this, 'Sampler', { code, key, network: strict, reserved: strict && releases.length });
    history.allowSampling(sampler.function);
    alerts.allowAlerting(sampler.function);
    keys.allowReading(sampler.function);
    const schedules = new HourlySchedules(this, 'Schedules', { releases, sampler: sampler.function, key });
    const alarms = new Alarms(this, 'Alarms', {
      topic: alerts.topic,
      sampler: sampler.function,
      failed: sampler.failed,
      undelivered: schedules.undelivered,
    });
    new Overview(this, 'Overview', { alarms, log: sampler.log, releases: releases.map(({ name }) => name) });
    const access = new AccessPolicies(this, 'Access', { history, alerts });

    for (const actions of ['kms:GenerateDataKey*', 'kms:ReEncrypt*']) {
      Validations.of(this).acknowledge({
        id: `AwsSolutions-IAM5[Action::${actions}]`,
        reason: 'The wildcard stands for the variants of one right, on the one key that the statement names',
      });
    }

    const output = (name: string, value: string, description: string) =>
      new CfnOutput(this, name, { value, description });
    // `stagewatch --stack` finds its way by the first three.
    output('TableName', history.table.tableName, 'Holds the history of all releases');
    output('TopicArn', alerts.topic.topicArn, 'Subscribe people and tools to this topic');
    output('SecretArn', keys.secret.secretArn, 'Holds the Datadog keys');
    output('ReaderPolicyArn', access.reader.managedPolicyArn, 'For the role of whoever is on call');
    output('OperatorPolicyArn', access.operator.managedPolicyArn, 'For the role of whoever enters stages');
    output(
      'FillSecret',
      `aws secretsmanager put-secret-value --secret-id ${keys.secret.secretArn} --secret-string file://datadog-keys.json`,
      'Run once, with {"apiKey": "...", "appKey": "..."} in that file, then delete the file',
    );
  }
}

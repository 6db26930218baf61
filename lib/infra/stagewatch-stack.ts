import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { Alarms } from './alarms';
import { AlertTopic } from './alert-topic';
import { DatadogKeys } from './datadog-keys';
import { HistoryTable } from './history-table';
import { HourlySchedules, type ScheduledRelease } from './hourly-schedules';
import { Sampler } from './sampler';

interface StagewatchProps extends StackProps {
  readonly releases: readonly ScheduledRelease[];
  /** The bundled sampler; its handler is index.handler. */
  readonly code: Code;
}

/** All of Stagewatch, for any account, region and partition. */
export class StagewatchStack extends Stack {
  /** @throws when there is no release to watch, or one that its schedule cannot carry */
  constructor(scope: Construct, id: string, { releases, code, ...props }: StagewatchProps) {
    super(scope, id, props);
    if (releases.length === 0) {
      throw new Error(
        'no release to watch - got no releases/<name>/release.yaml, expected at least one; add one and synth again',
      );
    }
    const history = new HistoryTable(this, 'History');
    const alerts = new AlertTopic(this, 'Alerts');
    const keys = new DatadogKeys(this, 'DatadogKeys');
    const sampler = new Sampler(this, 'Sampler', { code });
    history.allowSampling(sampler.function);
    alerts.allowPublishing(sampler.function);
    keys.allowReading(sampler.function);
    const schedules = new HourlySchedules(this, 'Schedules', releases, sampler.function);
    new Alarms(this, 'Alarms', {
      topic: alerts.topic,
      sampler: sampler.function,
      failed: sampler.failed,
      undelivered: schedules.undelivered,
      releases: releases.length,
    });

    new CfnOutput(this, 'TableName', {
      value: history.table.tableName,
      description: 'Holds the history of all releases',
    });
    new CfnOutput(this, 'TopicArn', {
      value: alerts.topic.topicArn,
      description: 'Subscribe people and tools to this topic',
    });
    new CfnOutput(this, 'SecretArn', { value: keys.secret.secretArn, description: 'Holds the Datadog keys' });
    new CfnOutput(this, 'FillSecret', {
      value: `aws secretsmanager put-secret-value --secret-id ${keys.secret.secretArn} --secret-string file://datadog-keys.json`,
      description: 'Run once, with {"apiKey": "...", "appKey": "..."} in that file, then delete the file',
    });
  }
}

import {
  Aspects,
  CfnOutput,
  type IAspect,
  PermissionsBoundary,
  Stack,
  type StackProps,
  Validations,
} from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IConstruct } from 'constructs';
import { RECEIVER_NAMES, RECEIVERS } from '../receivers/receivers';
import { AccessPolicies } from './access-policies';
import { Alarms } from './alarms';
import { AlertTopic } from './alert-topic';
import { checkSize } from './bounds';
import { dataKey } from './data-key';
import { DatadogKeysSecret } from './datadog-keys';
import { HistoryTable } from './history-table';
import { HourlySchedules, type ScheduledRelease } from './hourly-schedules';
import { Notifier } from './notifier/notifier';
import { Overview } from './overview';
import { Sampler } from './sampler';
import { type AlertSubscription, type Settings, settingsSchema } from './settings-schema';

/** What the stack is made of, and the settings of a settings file; those that are left out have its defaults. */
export interface StagewatchProps
  extends Omit<StackProps, 'permissionsBoundary' | 'tags' | 'terminationProtection'>,
    Partial<Omit<Settings, 'stack' | 'releases' | 'subscriptions'>> {
  readonly releases: readonly ScheduledRelease[];
  /** The bundled sampler; its handler is index.handler. */
  readonly code: Code;
  /** The bundled notifier, where there is somebody to notify. */
  readonly notifierCode?: Code;
  readonly subscriptions: readonly AlertSubscription[];
}

/** All of Stagewatch, for any account, region and partition. */
export class StagewatchStack extends Stack {
  /** @throws when there is no release to watch, one that its schedule cannot carry, or more than a stack can hold */
  constructor(
    scope: Construct,
    id: string,
    { releases, code, notifierCode, subscriptions, ...props }: StagewatchProps,
  ) {
    const {
      notify = {},
      strict,
      fips,
      logRetentionDays,
      managedPolicies,
      iamPath,
      permissionsBoundary,
      ...rest
    } = {
      ...settingsSchema.parse({}),
      ...props,
    };
    super(scope, id, {
      ...rest,
      ...(permissionsBoundary !== undefined && {
        permissionsBoundary: PermissionsBoundary.fromArn(permissionsBoundary),
      }),
    });
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
    const sampler = new Sampler(this, 'Sampler', {
      ...{ code, key, logRetentionDays, fips },
      network: strict,
      reserved: strict && releases.length,
    });
    history.allowSampling(sampler.function);
    alerts.allowAlerting(sampler.function);
    keys.allowReading(sampler.function);
    const schedules = new HourlySchedules(this, 'Schedules', { releases, sampler: sampler.function, key });
    const notifiers = RECEIVER_NAMES.flatMap((receiver) => {
      const asked = notify[receiver];
      if (!asked || !notifierCode) return [];
      const { network } = sampler;
      const shared = { code: notifierCode, alerts, history, key, network, logRetentionDays, fips };
      return [new Notifier(this, RECEIVERS[receiver].title, { receiver, ...asked, ...shared })];
    });
    const alarms = new Alarms(this, 'Alarms', {
      topic: alerts.topic,
      sampler: sampler.function,
      failed: sampler.failed,
      undelivered: schedules.undelivered,
      notifiers,
    });
    new Overview(this, 'Overview', { alarms, log: sampler.log, releases: releases.map(({ name }) => name) });
    const access = managedPolicies ? new AccessPolicies(this, 'Access', { history, alerts }) : undefined;
    if (iamPath !== undefined) Aspects.of(this).add(new OnPath(iamPath));

    checkSize(this, releases, notifiers.length);

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
    if (access) {
      output('ReaderPolicyArn', access.reader.managedPolicyArn, 'For the role of whoever only reads');
      output(
        'OperatorPolicyArn',
        access.operator.managedPolicyArn,
        'For the role of whoever is on call or enters stages',
      );
    }
    output(
      'FillSecret',
      `aws secretsmanager put-secret-value --secret-id ${keys.secret.secretArn} --secret-string file://datadog-keys.json`,
      'Run once, with {"apiKey": "...", "appKey": "..."} in that file, then delete the file',
    );
    for (const { receiver, secret } of notifiers) {
      const file = `${receiver.title.toLowerCase()}.json`;
      output(
        `Fill${receiver.title}Secret`,
        `aws secretsmanager put-secret-value --secret-id ${secret.secretArn} --secret-string file://${file}`,
        `Run once, with ${receiver.secret} in that file, then delete the file`,
      );
    }
  }
}

/** Puts every role and managed policy on a path. */
class OnPath implements IAspect {
  constructor(private readonly path: string) {}

  visit(node: IConstruct): void {
    if (node instanceof CfnRole || node instanceof CfnManagedPolicy) node.path = this.path;
  }
}

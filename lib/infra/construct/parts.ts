import { Aspects, CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import type { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { IAM_MINIMIZE_POLICIES } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import { ACKNOWLEDGED_AT } from '../../receivers/acknowledgement-message';
import type { Receiver } from '../../receivers/receiver';
import { RECEIVER_NAMES, RECEIVERS, type ReceiverName } from '../../receivers/receivers';
import { AccessPolicies } from '../access-policies';
import { IamNames } from '../account/iam-names';
import { kmsKeysOf } from '../account/kms-keys';
import { wayOut } from '../account/way-out';
import { Alarms } from '../alarms';
import { AlertTopic } from '../alert-topic';
import { checkSize } from '../bounds';
import { Console } from '../console/console';
import { DatadogKeysSecret } from '../datadog-keys';
import { HistoryTable } from '../history-table';
import { HourlySchedules, type ScheduledRelease } from '../hourly-schedules';
import { type FunctionName, lambdaCode } from '../lambda-code';
import { MarksTopic } from '../marks-topic';
import { Notifier } from '../notifier/notifier';
import { Overview } from '../overview';
import { Sampler } from '../sampler';
import type { AlertSubscription, Settings } from '../settings-schema';

/** What Stagewatch is made of: settings that are checked, and the releases that they name. */
export interface PartsProps
  extends Omit<
    Settings,
    'releases' | 'subscriptions' | 'stack' | 'tags' | 'terminationProtection' | 'permissionsBoundary'
  > {
  readonly releases: readonly ScheduledRelease[];
  readonly subscriptions: readonly AlertSubscription[];
  /** A topic of the app, instead of one of its own. */
  readonly alertTopic?: ITopic;
  /** The bundled functions, with the handlers of their lambdas/NAME/handler.ts; those of the package, unless it is said. */
  readonly code?: (name: FunctionName) => Code;
}

/** What others may have to do with. */
export interface StagewatchParts {
  readonly alertTopic: ITopic;
  /** For roles of people who only read, and of those who are on call; none where managed policies are forbidden. */
  readonly reader: ManagedPolicy | undefined;
  readonly operator: ManagedPolicy | undefined;
}

/**
 * Puts all of Stagewatch into a scope, for any account, region and partition. The ids in it are a contract: the table is
 * found again by them. Outputs of a scope that is no stack begin with "Stagewatch", so that `stagewatch --stack` knows them
 * among a team's own; one stack holds one Stagewatch.
 *
 * @throws when there is no release to watch, one that its schedule cannot carry, or more than a stack can hold
 */
export function addParts(scope: Construct, props: PartsProps): StagewatchParts {
  const { releases, subscriptions, alertTopic, code = lambdaCode, notify = {} } = props;
  const { strict, logRetentionDays, managedPolicies } = props;
  if (releases.length === 0) {
    throw new Error(
      'no release to watch - got no releases/<name>/release.yaml, expected at least one; add one and synth again',
    );
  }
  // The one flag of CDK that changes the template: whether an app has it must not matter.
  scope.node.setContext(IAM_MINIMIZE_POLICIES, true);
  const kms = kmsKeysOf(scope, props);
  const out = wayOut(scope, props);
  const history = new HistoryTable(scope, 'History', kms.table);
  const alerts = new AlertTopic(scope, 'Alerts', { subscriptions, kms, given: alertTopic ?? props.alertTopicArn });
  const keys = new DatadogKeysSecret(scope, 'DatadogKeys', kms.secrets);
  // All schedules fire in the same minute.
  const sampler = new Sampler(scope, 'Sampler', {
    ...{ code: code('sampler'), kms, logRetentionDays, out },
    network: strict,
    reserved: strict && releases.length,
  });
  history.allowSampling(sampler.function);
  alerts.allowAlerting(sampler.function);
  keys.allowReading(sampler.function);
  const schedules = new HourlySchedules(scope, 'Schedules', { releases, sampler: sampler.function, kms });
  const notifierCode = RECEIVER_NAMES.some((receiver) => notify[receiver]) && code('notifier');
  const showsMarks = (name: ReceiverName) => (RECEIVERS[name] as Receiver).marks;
  const marks = RECEIVER_NAMES.some((receiver) => notify[receiver] && showsMarks(receiver))
    ? new MarksTopic(scope, 'Marks', { key: alerts.topic.masterKey })
    : undefined;
  marks?.allowMarking(sampler.function);
  const notifiers = RECEIVER_NAMES.flatMap((receiver) => {
    const asked = notify[receiver];
    if (!asked || !notifierCode) return [];
    const { network } = sampler;
    const shared = { code: notifierCode, alerts, history, kms, network, logRetentionDays, out };
    return [
      new Notifier(scope, RECEIVERS[receiver].title, {
        receiver,
        ...asked,
        ...shared,
        marks: showsMarks(receiver) ? marks : undefined,
      }),
    ];
  });
  const alarms = new Alarms(scope, 'Alarms', {
    topic: alerts.topic,
    sampler: sampler.function,
    failed: sampler.failed,
    undelivered: schedules.undelivered,
    notifiers,
  });
  new Overview(scope, 'Overview', { alarms, log: sampler.log, releases: releases.map(({ name }) => name) });
  const shown = {
    history,
    alerts: notify[ACKNOWLEDGED_AT.name] && alerts,
    releases,
    kms,
    network: sampler.network,
    logRetentionDays,
    out,
  };
  const console = props.console ? new Console(scope, 'Console', { code: code('console'), ...shown }) : undefined;
  const access = managedPolicies ? new AccessPolicies(scope, 'Access', { history, alerts, console }) : undefined;
  Aspects.of(scope).add(new IamNames(props));

  checkSize(Stack.of(scope), releases, { notifiers: notifiers.length, console: props.console });

  for (const actions of ['kms:GenerateDataKey*', 'kms:ReEncrypt*']) {
    Validations.of(scope).acknowledge({
      id: `AwsSolutions-IAM5[Action::${actions}]`,
      reason: 'The wildcard stands for the variants of one right, on the one key that the statement names',
    });
  }

  Validations.of(scope).acknowledge({
    id: 'NIST.800.53.R5-IAMNoInlinePolicy',
    reason:
      'Each is what one role of the stack may do, and ends with it; as a managed policy, others could be given it',
  });

  const output = (name: string, value: string, description: string) => {
    const made = new CfnOutput(scope, name, { value, description });
    if (!Stack.isStack(scope)) made.overrideLogicalId(`Stagewatch${name}`);
  };
  // `stagewatch --stack` finds its way by the first three.
  output('TableName', history.table.tableName, 'Holds the history of all releases');
  output('TopicArn', alerts.topic.topicArn, 'Subscribe people and tools to this topic');
  output('SecretArn', keys.secret.secretArn, 'Holds the Datadog keys');
  if (notifiers.length > 0)
    output('Receivers', RECEIVER_NAMES.filter((name) => notify[name]).join(','), 'Told by functions of the stack');
  if (access) {
    output('ReaderPolicyArn', access.reader.managedPolicyArn, 'For the role of whoever only reads');
    output(
      'OperatorPolicyArn',
      access.operator.managedPolicyArn,
      'For the role of whoever is on call or enters stages',
    );
  }
  if (console)
    output('ConsoleDashboard', console.dashboard.dashboardName, 'The releases in CloudWatch, under Dashboards');
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
  return { alertTopic: alerts.topic, reader: access?.reader, operator: access?.operator };
}

import { Stack, Token } from 'aws-cdk-lib';
import type { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkedSettings } from '../settings';
import type { AskedSettings } from '../settings-schema';
import { addParts, type PartsProps, type StagewatchParts } from './parts';

/** Settings of a settings file that are a whole stack's; yours has its own. */
const OF_STACKS = ['stack', 'tags', 'terminationProtection', 'permissionsBoundary'] as const;

/** The settings of a settings file, but for those of a whole stack. */
export interface StagewatchProps
  extends Omit<AskedSettings, 'releases' | 'subscriptions' | (typeof OF_STACKS)[number]>,
    Partial<Pick<PartsProps, 'subscriptions' | 'alertTopic' | 'code'>> {
  /** Folder with the releases, from where the app runs. */
  readonly releases: string;
}

/**
 * All of Stagewatch in a stack of yours: function, hourly schedules, history, topic, alarms. One stack holds one.
 *
 * @example
 * const guard = new Stagewatch(this, 'Guard', { releases: 'releases', notify: { slack: {} } });
 * guard.alertTopic.addSubscription(new EmailSubscription('team@example.com'));
 */
export class Stagewatch extends Construct implements StagewatchParts {
  /** Where alerts, and the alarms about Stagewatch itself, are published. */
  readonly alertTopic: ITopic;
  readonly reader: ManagedPolicy | undefined;
  readonly operator: ManagedPolicy | undefined;

  /** @throws Error that lists every problem of the settings, or those of a release file; or what a stack cannot hold */
  constructor(scope: Construct, id: string, props: StagewatchProps) {
    super(scope, id);
    const stack = Stack.of(this);
    if (stack.node.findAll().some((one) => one instanceof Stagewatch && one !== this))
      throw new Error(
        `${this.node.path} - got a second Stagewatch in the stack ${stack.stackName}, expected one; make a stack for each`,
      );
    const { alertTopic, code, ...content } = props;
    // What is known only when it is deployed has no form yet.
    const { strict, kmsKeys, alertTopicArn } = props;
    const later = Object.fromEntries(
      Object.entries({ strict, kmsKeys, alertTopicArn }).filter(([, one]) => Token.isUnresolved(JSON.stringify(one))),
    );
    const known = Object.fromEntries(Object.entries(content).filter(([key]) => !(key in later)));
    const settings = checkedSettings(known, {
      where: `Stagewatch ${this.node.path}`,
      folder: process.cwd(),
      problems: [
        ...OF_STACKS.filter((key) => key in content).map((key) => `${key} - got it here, expected it of your stack`),
        ...(alertTopic && alertTopicArn ? ['alertTopicArn - got alertTopic, too, expected one of the two'] : []),
      ],
    });
    const parts = addParts(this, { ...settings, ...later, alertTopic, code });
    this.alertTopic = parts.alertTopic;
    this.reader = parts.reader;
    this.operator = parts.operator;
  }
}

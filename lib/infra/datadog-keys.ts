import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/**
 * The secret {"apiKey": "...", "appKey": "..."}. It is created without a value: a person puts the keys in, so they are
 * in no template, and no deployment can overwrite them. It outlives the stack, as the table does: keys that a person
 * typed in cannot be had again from here.
 */
export class DatadogKeysSecret extends Construct {
  readonly secret: Secret;

  /** Without a key, Secrets Manager encrypts with the account's own. */
  constructor(scope: Construct, id: string, key?: IKey) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: 'Datadog keys of Stagewatch: {"apiKey": "...", "appKey": "..."}',
      removalPolicy: RemovalPolicy.RETAIN,
      ...(key && { encryptionKey: key }),
    });
    (this.secret.node.defaultChild as CfnSecret).generateSecretString = undefined;
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Only a person can make new keys at Datadog; new ones are read within five minutes, or once the old are refused',
    });
  }

  allowReading(sampler: LambdaFunction): void {
    Grant.addToPrincipal({
      grantee: sampler,
      actions: ['secretsmanager:GetSecretValue'],
      resourceArns: [this.secret.secretArn],
    });
    this.secret.encryptionKey?.grant(sampler, 'kms:Decrypt');
    sampler.addEnvironment('STAGEWATCH_SECRET', this.secret.secretArn);
  }
}

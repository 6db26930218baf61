import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/**
 * A secret that is created without a value: a person puts it in, so it is in no template, and no deployment can overwrite
 * it. It outlives the stack, as the table does: what a person typed in cannot be had again from here. Without a key,
 * Secrets Manager encrypts with the account's own.
 */
export function personsSecret(scope: Construct, description: string, key?: IKey): Secret {
  const secret = new Secret(scope, 'Secret', {
    description,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(key && { encryptionKey: key }),
  });
  (secret.node.defaultChild as CfnSecret).generateSecretString = undefined;
  for (const id of ['AwsSolutions-SMG4', 'NIST.800.53.R5-SecretsManagerRotationEnabled'])
    Validations.of(secret).acknowledge({
      id,
      reason:
        'Only a person can make new keys at Datadog and the like; new ones are read within five minutes, or once the old are refused',
    });
  return secret;
}

/** The secret {"apiKey": "...", "appKey": "..."}. */
export class DatadogKeysSecret extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, key?: IKey) {
    super(scope, id);
    this.secret = personsSecret(this, 'Datadog keys of Stagewatch: {"apiKey": "...", "appKey": "..."}', key);
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

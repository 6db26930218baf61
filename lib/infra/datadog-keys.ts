import { Grant } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/**
 * The secret {"apiKey": "...", "appKey": "..."}. It is created without a value: a person puts the keys in, so they are
 * in no template, and no deployment can overwrite them.
 */
export class DatadogKeys extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: 'Datadog keys of Stagewatch: {"apiKey": "...", "appKey": "..."}',
    });
    (this.secret.node.defaultChild as CfnSecret).generateSecretString = undefined;
  }

  allowReading(sampler: LambdaFunction): void {
    Grant.addToPrincipal({
      grantee: sampler,
      actions: ['secretsmanager:GetSecretValue'],
      resourceArns: [this.secret.secretArn],
    });
    sampler.addEnvironment('STAGEWATCH_SECRET', this.secret.secretArn);
  }
}

import { Duration, Validations } from 'aws-cdk-lib';
import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type CfnFunction, type Code, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { failureQueue } from './failure-queue';
import { ON_LAMBDA } from './lambda-code';
import type { Strict } from './settings-schema';

interface SamplerProps {
  readonly code: Code;
  /** Encrypts its log, its environment and its failures; without one AWS does with its own. */
  readonly key?: IKey;
  /** Runs at once that are kept free in the account; none are unless it is said, since small accounts have few. */
  readonly reserved?: number;
  readonly network?: Strict | undefined;
  readonly logRetentionDays: number;
  /** Whether AWS is called by its FIPS endpoints. */
  readonly fips: boolean;
}

/** Where functions run in a network of the account. */
export interface Network {
  subnetIds: string[];
  securityGroupIds: string[];
}

/** The function that is run every hour for each release, with no rights but to write its log and its failures. */
export class Sampler extends Construct {
  readonly function: LambdaFunction;
  readonly log: LogGroup;
  /** Runs that failed at every attempt. */
  readonly failed: Queue;
  readonly network: Network | undefined;

  constructor(scope: Construct, id: string, props: SamplerProps) {
    super(scope, id);
    const { code, key, reserved, network, logRetentionDays, fips } = props;
    this.log = new LogGroup(this, 'Log', {
      retention: logRetentionDays,
      ...(key && { encryptionKey: key }),
    });
    this.failed = failureQueue(this, 'Failed', key);
    // A role of our own: the default one may write to every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.log.grantWrite(role);
    this.failed.grant(role, 'sqs:SendMessage');
    key?.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey*');
    if (network) joinNetworks(role);

    this.function = new LambdaFunction(this, 'Function', {
      description: 'Samples the error rates of a release, judges them and alerts',
      ...ON_LAMBDA,
      code,
      role,
      logGroup: this.log,
      memorySize: 512,
      timeout: Duration.minutes(5),
      retryAttempts: 2,
      // The next hour's run does the work of this one too; an event that waited so long is of no more use.
      maxEventAge: Duration.hours(1),
      // SqsDestination would also grant sqs:GetQueueAttributes and sqs:GetQueueUrl, which Lambda does not need.
      onFailure: { bind: () => ({ destination: this.failed.queueArn }) },
      ...(fips && { environment: { AWS_USE_FIPS_ENDPOINT: 'true' } }),
      ...(key && { environmentEncryption: key }),
      ...(reserved !== undefined && { reservedConcurrentExecutions: reserved }),
    });
    this.network = network && {
      subnetIds: [...network.subnetIds],
      securityGroupIds: network.securityGroupIds ? [...network.securityGroupIds] : [this.outward(network.vpcId)],
    };
    if (this.network) (this.function.node.defaultChild as CfnFunction).vpcConfig = this.network;
  }

  /** A group that lets HTTPS out, and DNS for a network with resolvers of its own. */
  private outward(vpcId: string): string {
    const out = (ipProtocol: string, port: number, description: string) => {
      return { ipProtocol, fromPort: port, toPort: port, cidrIp: '0.0.0.0/0', description };
    };
    return new CfnSecurityGroup(this, 'Outward', {
      vpcId,
      groupDescription: 'Stagewatch calls Datadog and AWS; nobody calls it',
      securityGroupEgress: [
        out('tcp', 443, 'HTTPS to Datadog and AWS'),
        out('udp', 53, 'DNS'),
        out('tcp', 53, 'DNS with long answers'),
      ],
    }).attrGroupId;
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions */
export function joinNetworks(role: Role): void {
  role.addToPolicy(
    new PolicyStatement({
      actions: [
        'ec2:AssignPrivateIpAddresses',
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
    }),
  );
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'Lambda makes the network interfaces itself and asks for these rights on all of them',
  });
}

import { Validations } from 'aws-cdk-lib';
import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Strict } from '../settings-schema';

/** Where functions run in a network of the account. */
export interface Network {
  subnetIds: string[];
  securityGroupIds: string[];
}

/** The network of the settings, with a group of its own unless they name some. */
export const networkOf = (scope: Construct, strict: Strict, proxyPort?: number): Network => ({
  subnetIds: [...strict.subnetIds],
  securityGroupIds: strict.securityGroupIds ? [...strict.securityGroupIds] : [outward(scope, strict.vpcId, proxyPort)],
});

/** A group that lets HTTPS out, DNS for a network with resolvers of its own, and what goes to a proxy. */
function outward(scope: Construct, vpcId: string, proxyPort = 443): string {
  const out = (ipProtocol: string, port: number, description: string) => {
    return { ipProtocol, fromPort: port, toPort: port, cidrIp: '0.0.0.0/0', description };
  };
  return new CfnSecurityGroup(scope, 'Outward', {
    vpcId,
    groupDescription: 'Stagewatch calls Datadog and AWS; nobody calls it',
    securityGroupEgress: [
      out('tcp', 443, 'HTTPS to Datadog and AWS'),
      out('udp', 53, 'DNS'),
      out('tcp', 53, 'DNS with long answers'),
      ...(proxyPort === 443 ? [] : [out('tcp', proxyPort, 'The proxy')]),
    ],
  }).attrGroupId;
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

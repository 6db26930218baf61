import { type IAspect, Names } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { Settings } from '../settings-schema';

/** Characters of a role's name. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const LONGEST_ROLE = 64;
const LONGEST_POLICY = 128;

/** Puts every role and managed policy on the path, and under the names, that an account asks for. */
export class IamNames implements IAspect {
  constructor(private readonly asked: Pick<Settings, 'iamPath' | 'iamNamePrefix'>) {}

  visit(node: IConstruct): void {
    if (!(node instanceof CfnRole || node instanceof CfnManagedPolicy)) return;
    const { iamPath, iamNamePrefix: prefix } = this.asked;
    if (iamPath !== undefined) node.path = iamPath;
    if (prefix === undefined) return;
    const named = (longest: number) =>
      `${prefix}${Names.uniqueResourceName(node, { maxLength: longest - prefix.length, separator: '-' })}`;
    if (node instanceof CfnRole) node.roleName = named(LONGEST_ROLE);
    else node.managedPolicyName = named(LONGEST_POLICY);
  }
}

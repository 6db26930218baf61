import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, type CfnGlobalTable, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** The partition of lib/history/receipts.ts. */
const RECEIPTS = '#receipts';

/**
 * Everything that is known of the releases. The ids of this construct and of its table are a contract: another id is
 * another, empty table.
 */
export class HistoryTable extends Construct {
  readonly table: TableV2;
  private readonly key: IKey | undefined;

  /** Without a key, DynamoDB encrypts with one of its own. */
  constructor(scope: Construct, id: string, key?: IKey) {
    super(scope, id);
    this.key = key;
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    if (key) {
      // TableEncryptionV2.customerManagedKey wants a region that is known at synth.
      const resource = this.table.node.defaultChild as CfnGlobalTable;
      resource.addPropertyOverride('SSESpecification', { SSEEnabled: true, SSEType: 'KMS' });
      resource.addPropertyOverride('Replicas.0.SSESpecification', { KMSMasterKeyId: key.keyArn });
    }
  }

  /** Queries; nothing is ever scanned. */
  allowReading(grantee: IGrantable): void {
    this.table.grant(grantee, 'dynamodb:Query');
    this.key?.grant(grantee, 'kms:Decrypt', 'kms:DescribeKey');
  }

  /** What a receiver has taken of a test message; for whoever reads. */
  allowReadingReceipts(grantee: IGrantable): void {
    this.table.grant(grantee, 'dynamodb:GetItem');
  }

  /** Conditional writes of single items, as a run makes them; nothing is ever deleted. */
  allowWriting(grantee: IGrantable): void {
    this.allowRecording(grantee);
    this.table.grant(grantee, 'dynamodb:UpdateItem');
  }

  /** The same of new items, as people make them. */
  allowRecording(grantee: IGrantable): void {
    this.table.grant(grantee, 'dynamodb:PutItem');
    this.key?.grant(grantee, 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*');
  }

  /** What a receiver was told: updates of single items, and of no others. */
  allowReceipts(role: Role): void {
    role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:UpdateItem'],
        resources: [this.table.tableArn],
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [RECEIPTS] } },
      }),
    );
    this.key?.grant(role, 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*');
  }

  allowSampling(sampler: LambdaFunction): void {
    this.allowReading(sampler);
    this.allowWriting(sampler);
    sampler.addEnvironment('STAGEWATCH_TABLE', this.table.tableName);
  }
}

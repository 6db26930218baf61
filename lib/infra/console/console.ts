import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Duration, FileSystem, Stack, Validations } from 'aws-cdk-lib';
import { CustomWidget, Dashboard, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { type IGrantable, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type CfnFunction, Code, Function as LambdaFunction, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { KmsKeys } from '../account/kms-keys';
import { joinNetworks, type Network } from '../account/network';
import type { WayOut } from '../account/way-out';
import type { AlertTopic } from '../alert-topic';
import type { HistoryTable } from '../history-table';
import type { ScheduledRelease } from '../hourly-schedules';
import { ON_LAMBDA } from '../lambda-code';

/** Where the layer puts the files of the releases. */
const RELEASES = 'releases.json';
/** Widgets of some dashboards that are looked at; a person waits no longer either. */
const AT_ONCE = 5;
const TIMEOUT_SECONDS = 30;

interface ConsoleProps {
  readonly code: Code;
  readonly history: HistoryTable;
  /** Where a receiver hears that something is acknowledged; absent where none is to. */
  readonly alerts: AlertTopic | undefined;
  readonly releases: readonly ScheduledRelease[];
  readonly kms: KmsKeys;
  readonly network: Network | undefined;
  readonly logRetentionDays: number;
  readonly out: WayOut;
}

/**
 * A dashboard with a widget for each release, which CloudWatch lets a function draw, with the rights of whoever looks. Another
 * function records what an operator asks for. They are two, so that a right decides who may record, and not what is in an event.
 */
export class Console extends Construct {
  readonly dashboard: Dashboard;
  private readonly reader: LambdaFunction;
  private readonly operator: LambdaFunction;

  constructor(scope: Construct, id: string, props: ConsoleProps) {
    super(scope, id);
    const { history, alerts, releases } = props;
    const files = this.layerOf(releases);
    this.operator = this.functionOf('Operator', 'Records what an operator asks for in the console', files, props);
    history.allowRecording(this.operator);
    alerts?.allowAlerting(this.operator);
    this.reader = this.functionOf('Reader', 'Shows releases in the console', files, props);
    this.reader.addEnvironment('STAGEWATCH_OPERATOR', this.operator.functionArn);
    this.dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.days(2) });
    this.dashboard.addWidgets(
      ...releases.map(
        ({ name }) =>
          new CustomWidget({
            functionArn: this.reader.functionArn,
            title: name,
            params: { release: name },
            width: 24,
            height: 16,
            updateOnResize: true,
            updateOnTimeRangeChange: false,
          }),
      ),
      new TextWidget({
        markdown: 'If a widget shows nothing, `stagewatch --stack NAME status` shows the same in a terminal.',
        width: 24,
        height: 1,
      }),
    );
  }

  /** The right to look. */
  allowReading(grantee: IGrantable): void {
    // Dashboard.dashboardArn lacks a name that CloudFormation gives.
    const dashboard = {
      service: 'cloudwatch',
      region: '',
      resource: 'dashboard',
      resourceName: this.dashboard.dashboardName,
    };
    this.allow(grantee, 'cloudwatch:GetDashboard', Stack.of(this).formatArn(dashboard));
    this.allow(grantee, 'lambda:InvokeFunction', this.reader.functionArn);
  }

  /** The right to record. */
  allowOperating(grantee: IGrantable): void {
    this.allow(grantee, 'lambda:InvokeFunction', this.operator.functionArn);
  }

  private allow(grantee: IGrantable, action: string, resource: string): void {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
  }

  /** The files of all releases: each is as long as a schedule can carry, which is more than an environment can. */
  private layerOf(releases: readonly ScheduledRelease[]): LayerVersion {
    const folder = FileSystem.mkdtemp('releases-');
    const files = Object.fromEntries(releases.map(({ name, file }) => [name, file]));
    writeFileSync(path.join(folder, RELEASES), JSON.stringify(files));
    const layer = new LayerVersion(this, 'Releases', {
      description: 'The release files of Stagewatch',
      code: Code.fromAsset(folder),
    });
    // It was copied into the output of the app.
    rmSync(folder, { recursive: true });
    return layer;
  }

  private functionOf(name: 'Reader' | 'Operator', description: string, files: LayerVersion, props: ConsoleProps) {
    const { code, history, kms, network, logRetentionDays, out } = props;
    const log = new LogGroup(this, `${name}Log`, {
      retention: logRetentionDays,
      ...(kms.logs && { encryptionKey: kms.logs }),
    });
    const role = new Role(this, `${name}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    log.grantWrite(role);
    history.allowReading(role);
    kms.functions?.grant(role, 'kms:Decrypt');
    if (network) joinNetworks(role);
    const made = new LambdaFunction(this, name, {
      description,
      ...ON_LAMBDA,
      handler: `index.${name.toLowerCase()}`,
      code,
      role,
      logGroup: log,
      memorySize: 512,
      timeout: Duration.seconds(TIMEOUT_SECONDS),
      environment: {
        STAGEWATCH_TABLE: history.table.tableName,
        STAGEWATCH_RELEASES: `/opt/${RELEASES}`,
        ...out.environment,
      },
      layers: [files, ...out.layers],
      ...(kms.functions && { environmentEncryption: kms.functions }),
      ...(network && { reservedConcurrentExecutions: AT_ONCE }),
    });
    Validations.of(made).acknowledge({
      id: 'NIST.800.53.R5-LambdaDLQ',
      reason: 'A person waits for its answer, and sees that there is none; Lambda keeps no event of it',
    });
    if (network) {
      const { subnetIds, securityGroupIds } = network;
      (made.node.defaultChild as CfnFunction).vpcConfig = { subnetIds, securityGroupIds };
    }
    return made;
  }
}

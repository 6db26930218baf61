import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { readConsoleSettings } from '../../lambdas/console/settings';
import { appOfCdkJson, stackOf, synthesized, TWO_RELEASES } from '../worlds/synthesized';
import { NOTIFY, STRICT } from './context';
import { readable, rightsOf } from './rights';

const off = synthesized();
const app = appOfCdkJson();
const on = Template.fromStack(stackOf(app, { console: true }));
const strict = synthesized({ console: true, strict: STRICT });

const functions = (of: Template, prefix = 'Console') =>
  Object.entries(of.findResources('AWS::Lambda::Function')).flatMap(([id, { Properties }]) =>
    id.startsWith(prefix) ? [{ id, ...Properties }] : [],
  );
const [operator, reader] = functions(on).sort((a, b) => (a.Handler < b.Handler ? -1 : 1));

test('it is off unless it is asked for, and changes nothing but what the two policies allow', () => {
  expect(JSON.stringify(off.toJSON())).not.toMatch(/console/i);
  const { Resources } = off.toJSON();
  const others = Object.fromEntries(Object.entries(Resources).filter(([id]) => !id.startsWith('Access')));
  expect(on.toJSON().Resources).toMatchObject(others);
  const added = Object.entries<{ Type: string }>(on.toJSON().Resources).filter(([id]) => !(id in Resources));
  expect(added.map(([, { Type }]) => Type).sort()).toEqual([
    'AWS::CloudWatch::Dashboard',
    'AWS::IAM::Policy',
    'AWS::IAM::Policy',
    'AWS::IAM::Role',
    'AWS::IAM::Role',
    'AWS::Lambda::Function',
    'AWS::Lambda::Function',
    'AWS::Lambda::LayerVersion',
    'AWS::Logs::LogGroup',
    'AWS::Logs::LogGroup',
  ]);
});

test('the function that shows a release may read the table and write its log, and nothing else', () => {
  expect(rightsOf(on, 'ConsoleReaderRole')).toEqual([
    'dynamodb:Query HistoryTable',
    'logs:CreateLogStream ConsoleReaderLog',
    'logs:PutLogEvents ConsoleReaderLog',
  ]);
});

test('the function that records may also write the table, but neither publish nor see a key', () => {
  expect(rightsOf(on, 'ConsoleOperatorRole')).toEqual([
    'dynamodb:PutItem HistoryTable',
    'dynamodb:Query HistoryTable',
    'logs:CreateLogStream ConsoleOperatorLog',
    'logs:PutLogEvents ConsoleOperatorLog',
  ]);
});

test('where PagerDuty is told, the function that records may also publish, for an acknowledgement; else it has no topic', () => {
  const told = synthesized({ console: true, notify: NOTIFY });
  const more = (role: string) => rightsOf(told, role).filter((right) => !rightsOf(on, role).includes(right));
  expect(more('ConsoleOperatorRole')).toEqual([
    'kms:Decrypt AlertsKey',
    'kms:GenerateDataKey* AlertsKey',
    'sns:Publish AlertsTopic',
  ]);
  expect(more('ConsoleReaderRole')).toEqual([]);
  const topics = functions(told).map(({ Environment }) => Environment.Variables.STAGEWATCH_TOPIC);
  expect(topics.filter((topic) => topic !== undefined)).toHaveLength(1);
  for (const made of functions(synthesized({ console: true, notify: { slack: NOTIFY.slack } })))
    expect(made.Environment.Variables).not.toHaveProperty('STAGEWATCH_TOPIC');
});

const added = (policy: string) => rightsOf(on, policy).filter((right) => !rightsOf(off, policy).includes(right));

test('a reader may look at the dashboard and call what shows it; only an operator may call what records', () => {
  const look = ['cloudwatch:GetDashboard', 'lambda:InvokeFunction ConsoleReader'];
  expect(added('AccessReader').map((right) => right.replace(/ arn.*/, ''))).toEqual(look);
  expect(added('AccessReader')[0]).toMatch(/:cloudwatch::AWS::AccountId:dashboard\/ConsoleDashboard$/);
  expect(added('AccessOperator').map((right) => right.replace(/ arn.*/, ''))).toEqual([
    look[0],
    'lambda:InvokeFunction ConsoleOperator',
    look[1],
  ]);
});

test('nobody is let in by anything but rights of their own: no function has a policy, an address or an event', () => {
  for (const type of ['Permission', 'Url', 'EventSourceMapping']) on.resourceCountIs(`AWS::Lambda::${type}`, 0);
});

test('the dashboard has a widget for each release, and what helps where none is shown', () => {
  const dashboards = Object.values(on.findResources('AWS::CloudWatch::Dashboard'));
  const body = dashboards
    .map(({ Properties }) => Properties.DashboardBody)
    .find((one) => JSON.stringify(one).includes('"custom'));
  const pieces: unknown[] = typeof body === 'string' ? [body] : body['Fn::Join'][1];
  const { widgets } = JSON.parse(pieces.map((piece) => (typeof piece === 'string' ? piece : readable(piece))).join(''));
  const shown = widgets.filter(({ type }: { type: string }) => type === 'custom');
  expect(shown.map(({ properties }: { properties: object }) => properties)).toEqual(
    TWO_RELEASES.map(({ name }) =>
      expect.objectContaining({ title: name, endpoint: 'ConsoleReader', params: { release: name } }),
    ),
  );
  expect(widgets.at(-1).type).toBe('text');
});

test('their environment is one that they read, with the files of the releases in a layer', () => {
  expect([reader.Handler, operator.Handler]).toEqual(['index.reader', 'index.operator']);
  const { STAGEWATCH_TABLE, STAGEWATCH_OPERATOR, ...plain } = reader.Environment.Variables;
  expect([readable(STAGEWATCH_TABLE), readable(STAGEWATCH_OPERATOR)]).toEqual(['HistoryTable', 'ConsoleOperator']);
  expect(plain).toEqual({ STAGEWATCH_RELEASES: '/opt/releases.json' });
  expect(operator.Environment.Variables).not.toHaveProperty('STAGEWATCH_OPERATOR');
  const [layer] = Object.values(on.findResources('AWS::Lambda::LayerVersion'));
  const hash = layer!.Properties.Content.S3Key.replace('.zip', '');
  const place = path.join(app.outdir, `asset.${hash}`, 'releases.json');
  expect(JSON.parse(readFileSync(place, 'utf8'))).toEqual(
    Object.fromEntries(TWO_RELEASES.map(({ name, file }) => [name, file])),
  );
  const settings = readConsoleSettings({ STAGEWATCH_TABLE: 't', STAGEWATCH_RELEASES: place });
  expect(() => settings.releaseOf('claim-letters')).toThrow('release "claim-letters"');
});

test('in a strict account they run in its network, with its key, and a few at once', () => {
  for (const made of functions(strict)) {
    expect(made).toMatchObject({ ReservedConcurrentExecutions: 5, KmsKeyArn: expect.anything() });
    expect(made.VpcConfig.SubnetIds).toEqual(STRICT.subnetIds);
  }
  const ofKey = (role: string) => rightsOf(strict, role).filter((right) => right.endsWith(' DataKey'));
  expect(ofKey('ConsoleReaderRole')).toEqual(['kms:Decrypt DataKey', 'kms:DescribeKey DataKey']);
  strict.hasResourceProperties('AWS::Logs::LogGroup', { KmsKeyId: Match.anyValue() });
});

test('its outputs name the dashboard', () => {
  expect(readable(on.toJSON().Outputs.ConsoleDashboard.Value)).toBe('ConsoleDashboard');
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { metricsOf } from '../../lambdas/sampler/metrics';
import { synthesized } from '../worlds/synthesized';
import { NOTIFY } from './context';

const template = synthesized();
const alarms = Object.entries(template.findResources('AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => ({
  name: id.replace(/^Alarms(.*)[0-9A-F]{8}$/, '$1'),
  ...Properties,
  text: JSON.stringify(Properties.AlarmDescription),
}));
const alarm = (name: string) => alarms.find((one) => one.name === name)!;
const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));

/** "## Alarms about Stagewatch" of the runbook: its articles by their anchors. */
const articles = new Map(
  readFileSync(path.join(__dirname, '..', '..', 'docs', 'runbook.md'), 'utf8')
    .split(/^## Alarms about Stagewatch$/m)[1]!
    .split(/^### /m)
    .slice(1)
    .map((article) => {
      const [title, ...lines] = article.split('\n');
      return [title!.toLowerCase().replaceAll(' ', '-'), lines.join('\n')] as const;
    }),
);

test('no alarm is without an article, and no article without an alarm', () => {
  const anchors = Object.values(synthesized({ notify: NOTIFY }).findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => /See docs\/runbook\.md#([a-z-]+)"/.exec(JSON.stringify(Properties.AlarmDescription))?.[1],
  );
  expect([...new Set(anchors)].sort()).toEqual([...articles.keys()].sort());
  for (const { name } of alarms)
    expect(anchors).toContain(name.replace(/(?!^)[A-Z]/g, (letter: string) => `-${letter}`).toLowerCase());
});

test.each([...articles])('the article %s says what it means, where to look and what to do', (_, article) => {
  expect(article.match(/^\*\*[^*]+\*\*/gm)).toEqual(['**What it means.**', '**Look.**', '**Do.**']);
});

test('all reach the topic when they begin, and when they end but for the one about the topic itself', () => {
  const action = [{ Ref: topic }];
  for (const { name, AlarmActions, OKActions } of alarms)
    expect([name, AlarmActions, OKActions]).toEqual([name, action, name === 'AlertsLost' ? undefined : action]);
});

test.each([
  ['Failures', 'NumberOfMessagesSent', 'Sum', 1, 1, 2],
  ['Undelivered', 'NumberOfMessagesSent', 'Sum', 1, 1, 2],
  ['FailureQueue', 'ApproximateAgeOfOldestMessage', 'Maximum', 86_400, 1, 1],
  ['UndeliveredQueue', 'ApproximateAgeOfOldestMessage', 'Maximum', 86_400, 1, 1],
  ['AlertsLost', 'NumberOfNotificationsRedrivenToDlq', 'Sum', 1, 1, 24],
  ['Lag', 'LagHours', 'Maximum', 6, 1, 2],
  ['NotRunning', 'MissedRuns', 'Maximum', 2, 2, 2],
])(
  '%s looks at outcomes, hour by hour; only where nothing runs is silence an alarm',
  (name, MetricName, ...numbers) => {
    const [Statistic, Threshold, DatapointsToAlarm, EvaluationPeriods] = numbers;
    expect(alarm(name)).toMatchObject({
      ...{ MetricName, Statistic, Threshold, DatapointsToAlarm, EvaluationPeriods },
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Period: 3600,
      TreatMissingData: name === 'NotRunning' ? 'breaching' : 'notBreaching',
    });
  },
);

test('each says of which stack it is', () => {
  for (const { name, text } of alarms)
    expect([name, text]).toEqual([name, expect.stringContaining('Stagewatch, stack Stagewatch: ')]);
});

test('what the alarms wait for is what the sampler sends, under its own name', () => {
  const { _aws, ...line } = metricsOf('the-function', { LagHours: 0, MissedRuns: 0 });
  const [{ Namespace, Dimensions, Metrics }] = _aws.CloudWatchMetrics as [(typeof _aws.CloudWatchMetrics)[number]];
  const own = alarms.filter(({ Namespace }) => Namespace?.startsWith('AWS/') === false);
  expect(own.map(({ MetricName }) => MetricName).sort()).toEqual(Metrics.map(({ Name }) => Name).sort());
  const [sampler] = Object.keys(template.findResources('AWS::Lambda::Function'));
  for (const one of own) {
    expect(one.Namespace).toBe(Namespace);
    expect(one.Dimensions).toEqual([{ Name: Dimensions[0]![0], Value: { Ref: sampler } }]);
  }
  expect(line.service).toBe('the-function');
});

test('the dashboard shows every alarm, missed runs and lag, every verdict and the error rate of every release', () => {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const body = JSON.stringify(dashboard!.Properties.DashboardBody);
  for (const id of Object.keys(template.findResources('AWS::CloudWatch::Alarm'))) expect(body).toContain(`"${id}"`);
  const [log] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
  expect(body.split(`{"Ref":"${log}"}`)).toHaveLength(4);
  for (const shown of ['MissedRuns', 'LagHours', 'latest(recommendation)', 'document-status', 'claim-letters'])
    expect(body).toContain(shown);
});

import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { lambdaCode } from '../lib/infra/lambda-code';
import { readStackSettings } from '../lib/infra/settings';
import { StagewatchStack } from '../lib/infra/stagewatch-stack';

const app = new App();
const { stack, ...settings } = readStackSettings(path.join(__dirname, '..'), app.node.getAllContext());

new StagewatchStack(app, stack, {
  ...settings,
  code: lambdaCode('sampler'),
  ...(settings.notify && { notifierCode: lambdaCode('notifier') }),
  description: 'Samples the error rates of staged rollouts every hour, judges them and alerts.',
});

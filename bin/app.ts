import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { samplerCode } from '../lib/infra/sampler-code';
import { readStackSettings } from '../lib/infra/settings';
import { StagewatchStack } from '../lib/infra/stagewatch-stack';

const app = new App();
const { stack, ...settings } = readStackSettings(path.join(__dirname, '..'), app.node.getAllContext());

new StagewatchStack(app, stack, {
  ...settings,
  code: samplerCode(),
  description: 'Samples the error rates of staged rollouts every hour, judges them and alerts.',
});

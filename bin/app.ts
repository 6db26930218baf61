import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { samplerCode } from '../lib/infra/sampler-code';
import { StagewatchStack } from '../lib/infra/stagewatch-stack';
import { readRelease, releaseFolders } from '../lib/release/read';

const folders = releaseFolders(path.join(__dirname, '..', 'releases'));

new StagewatchStack(new App(), 'Stagewatch', {
  releases: folders.map(readRelease),
  code: samplerCode(),
  description: 'Samples the error rates of staged rollouts every hour, judges them and alerts.',
});

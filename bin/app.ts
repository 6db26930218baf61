import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { samplerCode } from '../lib/infra/sampler-code';
import { StagewatchStack } from '../lib/infra/stagewatch-stack';
import { readStrict } from '../lib/infra/strict';
import { readSubscriptions } from '../lib/infra/subscriptions';
import { readRelease, releaseFolders } from '../lib/release/read';

const app = new App();
const releases = releaseFolders(path.join(__dirname, '..', 'releases')).map(readRelease);

new StagewatchStack(app, 'Stagewatch', {
  releases,
  subscriptions: readSubscriptions(
    app.node.tryGetContext('subscriptions'),
    releases.map(({ name }) => name),
  ),
  strict: readStrict(app.node.tryGetContext('strict')),
  code: samplerCode(),
  description: 'Samples the error rates of staged rollouts every hour, judges them and alerts.',
});

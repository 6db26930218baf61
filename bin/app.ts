import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { StagewatchStack } from '../lib/infra/construct/stagewatch-stack';

StagewatchStack.fromSettings(new App(), path.join(__dirname, '..'));

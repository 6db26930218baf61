import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, type Environment } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { ScheduledRelease } from '../../lib/infra/hourly-schedules';
import { StagewatchStack } from '../../lib/infra/stagewatch-stack';

const { context } = JSON.parse(readFileSync(path.join(__dirname, '..', '..', 'cdk.json'), 'utf8'));

export const TWO_RELEASES: ScheduledRelease[] = [
  { name: 'document-status', file: { title: 'Document Status' } },
  { name: 'claim-letters', file: { title: 'Claim Letters' } },
];

/** The stack's template, made with the flags of cdk.json and a stand-in for the sampler's code. */
export function synthesized({
  releases = TWO_RELEASES,
  env,
}: {
  releases?: ScheduledRelease[];
  env?: Environment;
} = {}) {
  const code = Code.fromInline('exports.handler = async () => {};');
  return Template.fromStack(new StagewatchStack(new App({ context }), 'Stagewatch', { releases, code, env }));
}

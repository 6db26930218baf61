import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { StagewatchStack, type StagewatchStackProps } from '../../lib/infra/construct/stagewatch-stack';
import type { ScheduledRelease } from '../../lib/infra/hourly-schedules';
import { settingsSchema } from '../../lib/infra/settings-schema';

const { context } = JSON.parse(readFileSync(path.join(__dirname, '..', '..', 'cdk.json'), 'utf8'));

export const TWO_RELEASES: ScheduledRelease[] = [
  { name: 'document-status', file: { title: 'Document Status' } },
  { name: 'claim-letters', file: { title: 'Claim Letters' } },
];

/** A stand-in for the code of a function. */
export const inlineCode = () => Code.fromInline('exports.handler = async () => {};');

/** The stack, made with the flags of cdk.json and a stand-in for the code of its functions. */
export function stackOf(app: App, props: Partial<StagewatchStackProps> = {}): StagewatchStack {
  const { stack, ...defaults } = settingsSchema.parse({});
  return new StagewatchStack(app, stack, {
    ...defaults,
    releases: TWO_RELEASES,
    subscriptions: [],
    code: inlineCode,
    ...props,
  });
}

/**
 * CDK's own rules are left to app.long.ts, whose process asks them of the strict stack: their engine takes longer to start
 * than ten templates to make.
 */
export const appOfCdkJson = (options: ConstructorParameters<typeof App>[0] = {}) =>
  new App({ context, builtinCloudFormationValidation: false, ...options });

/** A template of the stack. */
export const synthesized = (props?: Partial<StagewatchStackProps>) =>
  Template.fromStack(stackOf(appOfCdkJson(), props));

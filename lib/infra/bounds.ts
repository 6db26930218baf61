import { CfnResource, type Stack } from 'aws-cdk-lib';
import type { ScheduledRelease } from './hourly-schedules';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_RESOURCES = 500;
const MOST_TEMPLATE_BYTES = 1_000_000;

/** Measured, and rounded up: a stack without releases that is strict and has some subscriptions; what stands around a release. */
const FRAME_BYTES = 45_000;
const AROUND_BYTES = 1_420;
const NOTIFIER_BYTES = 14_000;
/** A release's name stands in its ids, its descriptions and its graph. */
const NAMED_TIMES = 6;

/** At most so many bytes has the template of a stack with these releases; each file stands in it as JSON in JSON. */
export const templateBytes = (releases: readonly ScheduledRelease[], notifiers = 0): number =>
  releases.reduce(
    (sum, { name, file }) =>
      sum + AROUND_BYTES + NAMED_TIMES * name.length + Buffer.byteLength(JSON.stringify(JSON.stringify(file))),
    FRAME_BYTES + notifiers * NOTIFIER_BYTES,
  );

/** @throws Error when CloudFormation would not take the finished stack, before anything is deployed */
export function checkSize(stack: Stack, releases: readonly ScheduledRelease[], notifiers: number): void {
  const resources = stack.node.findAll().filter((one) => CfnResource.isCfnResource(one)).length;
  const bytes = templateBytes(releases, notifiers);
  const problems = [
    ...(resources > MOST_RESOURCES ? [`${resources} resources, expected at most ${MOST_RESOURCES}`] : []),
    ...(bytes > MOST_TEMPLATE_BYTES
      ? [`about ${bytes} bytes of template, expected at most ${MOST_TEMPLATE_BYTES}`]
      : []),
  ];
  if (problems.length > 0)
    throw new Error(
      `the stack ${stack.stackName} is too large - got ${problems.join('; got ')}; move some of its ${releases.length} releases to another stack, see "More than one stack" in docs/deploy.md`,
    );
}

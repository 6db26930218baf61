import { CfnResource, type Stack } from 'aws-cdk-lib';
import type { ScheduledRelease } from './hourly-schedules';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_RESOURCES = 500;
const MOST_TEMPLATE_BYTES = 1_000_000;

/** Measured, and rounded up: a stack without releases that is strict and has some subscriptions; what stands around a release. */
const FRAME_BYTES = 45_000;
const AROUND_BYTES = 1_420;
const NOTIFIER_BYTES = 14_000;
const CONSOLE_BYTES = 9_500;
/** A release's widget, which has its name twice. */
const WIDGET_BYTES = 340;
/** A release's name stands in its ids, its descriptions and its graph. */
const NAMED_TIMES = 6;

/** What a stack has that it may also go without. */
interface Besides {
  notifiers: number;
  console: boolean;
}

/** At most so many bytes has the template of a stack with these releases; each file stands in it as JSON in JSON. */
export const templateBytes = (releases: readonly ScheduledRelease[], { notifiers, console }: Besides): number =>
  releases.reduce(
    (sum, { name, file }) =>
      sum +
      AROUND_BYTES +
      (console ? WIDGET_BYTES + 2 * name.length : 0) +
      NAMED_TIMES * name.length +
      Buffer.byteLength(JSON.stringify(JSON.stringify(file))),
    FRAME_BYTES + notifiers * NOTIFIER_BYTES + (console ? CONSOLE_BYTES : 0),
  );

/** @throws Error when CloudFormation would not take the finished stack, before anything is deployed */
export function checkSize(stack: Stack, releases: readonly ScheduledRelease[], besides: Besides): void {
  const resources = stack.node.findAll().filter((one) => CfnResource.isCfnResource(one)).length;
  const bytes = templateBytes(releases, besides);
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

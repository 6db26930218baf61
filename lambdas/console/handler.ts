import { createHash } from 'node:crypto';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Context } from 'aws-lambda';
import { type Action, ActionError } from '../../lib/actions/action';
import { actionOf, readAsked } from '../../lib/console/asked';
import { DESCRIPTION } from '../../lib/console/describe';
import { lookHtml, refusedHtml, type WidgetPlace, widgetHtml } from '../../lib/console/widget';
import type { Instant } from '../../lib/facts/hour';
import { BOUNDED_CALLS, bounded, openDynamo } from '../../lib/history/client';
import { dynamoHistory } from '../../lib/history/dynamodb';
import { publish } from '../../lib/messages/sns';
import { viewReader } from '../../lib/page/view-reader';
import type { History } from '../../lib/ports';
import { ACKNOWLEDGED_AT, acknowledgementMessage } from '../../lib/receivers/acknowledgement-message';
import type { Release } from '../../lib/release/schema';
import { parseWidgetEvent, type WidgetEvent } from './event';
import { readConsoleSettings } from './settings';

type Called = Pick<Context, 'awsRequestId' | 'invokedFunctionArn'>;

/** What both functions share: a release of the stack with its history, and the widget of it. */
function widgets(env: NodeJS.ProcessEnv, clock: () => Instant) {
  const settings = readConsoleSettings(env);
  const client = openDynamo();
  const opened = (name: string) => {
    const release = settings.releaseOf(name);
    const history = dynamoHistory({ client, table: settings.table, release: name, classify: release, clock });
    const shown = async (place: WidgetPlace, recorded?: readonly string[]) =>
      widgetHtml(await viewReader({ release, history, now: clock })(), release, place, recorded);
    return { release, history, shown };
  };
  return { opened, operator: settings.operator, topic: settings.topic };
}

const placeOf = ({ theme, width }: WidgetEvent, operator: string): WidgetPlace => ({ theme, width, operator });

/** The function that everybody's widget calls: it shows a release, and records nothing, whatever it is called with. */
export function consoleReader(env: NodeJS.ProcessEnv, clock: () => Instant = Date.now) {
  const { opened, operator } = widgets(env, clock);
  if (operator === undefined) throw new Error("environment - STAGEWATCH_OPERATOR - expected a function's ARN");
  return async (called: unknown): Promise<string> => {
    const event = parseWidgetEvent(called);
    if (event.describe) return DESCRIPTION;
    const { release, shown } = opened(event.release);
    const place = placeOf(event, operator);
    if (event.asked || event.shown !== undefined)
      return refusedHtml(release, place, [
        'this function only reads; what is recorded goes through the one for operators',
      ]);
    return shown(place);
  };
}

/**
 * The function that an operator's button calls. It first says what would be recorded, and records it when it is called again
 * with just that. Who may call it is IAM's affair; who called it, CloudTrail's, by the request id of the log line.
 */
export function consoleOperator(
  env: NodeJS.ProcessEnv,
  log: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
  clock: () => Instant = Date.now,
) {
  const { opened, topic } = widgets(env, clock);
  const sns = topic === undefined ? undefined : bounded(new SNSClient(BOUNDED_CALLS));
  /** It is recorded by then; whoever cannot be told hears of it by the next message. */
  const tellReceiver = async (release: Release, history: History, text: readonly string[]): Promise<string[]> => {
    if (!sns || topic === undefined) return [];
    const { title } = ACKNOWLEDGED_AT;
    const message = await acknowledgementMessage(release, history, text.join());
    if (!message) return [`${title} is told once all that is open is acknowledged`];
    return publish(sns, topic, message).then(
      () => [`${title} is told`],
      (error: Error) => [`${title} could not be told, acknowledge the incident there: ${error.message}`],
    );
  };
  return async (called: unknown, { awsRequestId, invokedFunctionArn }: Called): Promise<string> => {
    const event = parseWidgetEvent(called);
    if (event.describe) return DESCRIPTION;
    const { release, history, shown } = opened(event.release);
    const place = placeOf(event, invokedFunctionArn);
    if (!event.asked) return shown(place);
    try {
      const asked = readAsked(event.asked, clock());
      const action = await actionOf(asked, { release, history });
      const { text } = action;
      const digest = digestOf(release, action);
      if (event.shown !== digest)
        return lookHtml(release, place, { asked, text, shown: digest, changed: event.shown !== undefined });
      await action.record();
      const told = asked.act === 'ack' ? await tellReceiver(release, history, text) : [];
      log(
        JSON.stringify({
          release: release.name,
          act: asked.act,
          by: asked.by,
          recorded: [...text, ...told],
          requestId: awsRequestId,
        }),
      );
      return shown(place, [...text, ...told]);
    } catch (error) {
      if (error instanceof ActionError) return refusedHtml(release, place, error.message.split('\n'));
      throw error;
    }
  };
}

/** Of what is recorded and of what is said of it, so that nobody confirms what they have not seen. */
const digestOf = ({ name }: Release, { event, text }: Action<unknown>): string =>
  createHash('sha256')
    .update(JSON.stringify([name, event, text]))
    .digest('base64url');

let warmReader: ReturnType<typeof consoleReader> | undefined;
let warmOperator: ReturnType<typeof consoleOperator> | undefined;

/** What CloudWatch calls to show the widget. */
export const reader = (event: unknown): Promise<string> => {
  warmReader ??= consoleReader(process.env);
  return warmReader(event);
};

/** What CloudWatch calls when somebody uses a button of the widget. */
export const operator = (event: unknown, context: Called): Promise<string> => {
  warmOperator ??= consoleOperator(process.env);
  return warmOperator(event, context);
};

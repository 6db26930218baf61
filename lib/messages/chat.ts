import type { AlertRecord } from '../alert/record';
import { percent, plain } from '../facts/format';
import { instantText } from '../facts/hour';
import type { Release } from '../release/schema';
import { type EmailParts, emailParts } from './email';
import { headlineOf, kindOf, stateOf, subjectOf } from './headline';
import { nextStepsOf } from './next-steps';
import { envOf } from './place';

/**
 * What an https subscription gets: a custom notification of Amazon Q Developer in chat applications, formerly AWS
 * Chatbot (https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html), which PagerDuty and other readers
 * of CloudWatch alarms understand too. A notice or a test is no alarm and has none of the alarm's keys.
 */
export function chatOf(alert: AlertRecord, release: Release) {
  const { dedupKey, severity, change, verdict, seq } = alert;
  const env = envOf(release);
  const context = {
    severity,
    status: change,
    release: release.name,
    ...(env !== undefined && { env }),
    ...(verdict.stage && { stage: verdict.stage.name, exposure: percent(verdict.stage.exposure) }),
    recommendation: verdict.recommendation,
    alert: String(seq),
  };
  return {
    version: '1.0',
    source: 'custom',
    id: plain(`${dedupKey}#${seq}`, 200),
    content: {
      textType: 'client-markdown',
      title: `${ICON[kindOf(alert)]} ${code(`${release.title}: ${headlineOf(alert)}`, 150)}`,
      description: described(emailParts(alert, release)),
      nextSteps: stepsOf(alert, release),
      keywords: [...new Set<string>([severity, change]), code(release.name, 60)],
    },
    metadata: {
      // One thread from firing to resolved.
      threadId: plain(dedupKey, 200),
      summary: code(subjectOf(alert, release), 150),
      eventType: `stagewatch-${change}`,
      additionalContext: Object.fromEntries(
        Object.entries(context).map(([key, value]) => [key, inert(plain(value, 200))]),
      ),
    },
    ...alarmKeys(alert, release),
  };
}

const ICON = {
  ALARM: ':rotating_light:',
  OK: ':white_check_mark:',
  NOTICE: ':information_source:',
  TEST: ':test_tube:',
};

/**
 * The keys of a CloudWatch alarm's message (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html).
 * One alarm a release, so that its OK closes what its ALARM opened.
 */
function alarmKeys(alert: AlertRecord, release: Release) {
  const state = stateOf(alert);
  if (!state) return {};
  const isFirst = alert.dedupKey === `${release.name}/${instantText(alert.at)}`;
  return {
    AlarmName: `stagewatch ${plain(release.name, 200)}`,
    NewStateValue: state,
    // CloudWatch's own reasons have at most 1,023 characters.
    NewStateReason: plain(`${headlineOf(alert)}. ${alert.verdict.reason}`, 1000),
    // As CloudWatch writes it: 2026-02-13T19:20:00.000+0000
    StateChangeTime: new Date(alert.at).toISOString().replace('Z', '+0000'),
    OldStateValue: isFirst ? 'OK' : 'ALARM',
  };
}

/** Within the 3,000 characters of a section in Slack (https://docs.slack.dev/reference/block-kit/blocks/section-block). */
const LONGEST_DESCRIPTION = 2800;

/**
 * The lines of the e-mail, but for its headline, which is the title, and its links, which are among the next steps; then
 * as much of what is ready for the plan as there is room for.
 */
function described({ body, ready, changed, rest, addresses, name }: EmailParts): string {
  const lines: string[] = [];
  let length = 0;
  const paste = ready.length > 0 ? ['', ...ready] : [];
  const places = addresses.filter(({ line, isLink }) => !isLink && !line.startsWith('Run ')).map(({ line }) => line);
  for (const line of [...body, '', ...changed, ...rest, ...places, ...name, ...paste]) {
    const safe = inert(line);
    length += safe.length + 1;
    if (length > LONGEST_DESCRIPTION) {
      lines.push('...');
      break;
    }
    lines.push(safe);
  }
  return ['```', ...lines, '```'].join('\n');
}

function stepsOf(alert: AlertRecord, release: Release): string[] {
  const { doing, command, toggles, runbook, pullRequest, dashboards, traces } = nextStepsOf(alert, release);
  return [
    ...(doing === undefined ? [] : [code(doing, 300)]),
    ...(command === undefined ? [] : [code(command, 500)]),
    ...toggles.map(
      (toggle) => `Turn off ${code(toggle.name, 60)}${toggle.link === undefined ? '' : `: ${link(toggle.link)}`}`,
    ),
    `Runbook: ${runbook.startsWith('https://') ? link(runbook) : code(runbook, 200)}`,
    ...(pullRequest === undefined ? [] : [`The plan's pull request: ${link(pullRequest)}`]),
    ...traces
      .slice(0, 1)
      .flatMap(({ endpoint, failed, all }) => [
        `Errors of ${code(endpoint, 60)}: ${link(failed)}`,
        `Traces of ${code(endpoint, 60)}: ${link(all)}`,
      ]),
    ...dashboards.map((url) => `Dashboard: ${link(url)}`),
    // It takes no more.
  ].slice(0, 10);
}

/**
 * Whatever comes from outside stands in code, where neither Slack nor Teams reads mentions, links or formatting; only
 * what ends the code, and Slack's own three characters, are replaced
 * (https://docs.slack.dev/messaging/formatting-message-text/#escaping).
 */
export const inert = (text: string): string =>
  text.replace(/`/g, "'").replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Of at most `max` characters, escaped ones counted as what they are written with. */
function code(text: string, max: number): string {
  let kept = plain(text, max);
  while (inert(kept).length > max) kept = plain(kept, kept.length - Math.ceil(kept.length / 10));
  return `\`${inert(kept) || '-'}\``;
}

/** An address as it is linked by itself; what could format or end it is percent-encoded. */
const link = (url: string): string =>
  new URL(url).href
    .replace(/[*~|`<>()[\]{}\\^'"]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/&/g, '&amp;');

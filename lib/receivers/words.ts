import { parseHour } from '../facts/hour';
import { failedText } from '../judge/failed';
import { exposureText } from '../judge/toggles/exposure-text';
import { CRITERION_TEXT } from '../judge/verdict';
import { exposedUsersText, sureText, valueText } from '../messages/email';
import type { AlertEvent } from '../messages/event/event';

/** What receivers say of an alert event, in parts. Names and sentences are as the event has them: each receiver escapes. */

type EventFinding = AlertEvent['findings'][number];

/** One thing that is open. */
export interface OpenPart {
  /** Absent where it is about the whole release. */
  endpoint?: string;
  /** "is not below its limit", "is silent", "no data comes in" */
  what: string;
  /** In words of this program, the most important first. */
  numbers: string[];
  /** A sentence that may have names from outside in it. */
  why?: string;
  since: string;
  /** The hours that were counted. */
  window?: { from: string; to: string };
}

/** What is open, the worst first, as the findings are; nothing for a notice, a test and an all-clear. */
export function openIn({ severity, status, findings, blind, toggle }: AlertEvent): OpenPart[] {
  if (severity === 'notice' || status === 'test' || status === 'resolved') return [];
  const silent = new Map(findings.filter(isSilent).map((finding) => [finding.endpoint, finding]));
  return [
    ...findings.filter(({ outcome }) => outcome === 'breach').map(brokenPart),
    ...(toggle ? [{ what: TOGGLE_ON, numbers: [], why: toggle.reason, since: toggle.since }] : []),
    ...(blind ? [{ what: 'no data comes in', numbers: [], why: blind.reason, since: blind.since }] : []),
    ...[...silent.values()].map(({ endpoint, reason, silentSince }) => {
      return { endpoint, what: 'is silent', numbers: [], why: reason, since: silentSince };
    }),
  ];
}

const TOGGLE_ON = 'the toggle is on, though the log says off';

const isSilent = (finding: EventFinding): finding is EventFinding & { silentSince: string } =>
  finding.silentSince !== undefined;

function brokenPart(finding: EventFinding): OpenPart {
  const { endpoint, criterion, exposedUsers, odds, upstream, since, window, rose, classes } = finding;
  const ofClasses = failedText({ classes: classes && { ...classes, since: parseHour(classes.since ?? '') } });
  const why = [ofClasses, upstream].filter(Boolean).join('; ');
  return {
    endpoint,
    what: `is not ${CRITERION_TEXT[criterion]}`,
    numbers: [
      valueText({ ...finding, pooled: finding }),
      failedText({ rose }),
      exposedUsersText(exposedUsers),
      sureText(finding, odds),
    ].filter((text) => text !== ''),
    ...(why !== '' && { why }),
    since: since ?? window.from,
    window,
  };
}

/** "stage B, 50 % of users", "team BMT2", "eks-prod" */
export const placeParts = ({ stage, team, env }: AlertEvent): string[] => [
  stage ? `stage ${stage.name}, ${exposureText(stage)}` : 'nobody is exposed',
  `team ${team}`,
  ...(env === undefined ? [] : [env]),
];

/** As long as a button of Slack takes; the event's own are shorter. */
const LONGEST_ADDRESS = 3000;

/** Where to look and what to turn off, as far as it has an https address, as a browser writes it. */
export function linksIn({ nextSteps }: AlertEvent): { text: string; url: string }[] {
  const links = [
    ...nextSteps.toggles.map(({ name, link }) => ({ text: `Turn off ${name}`, url: link ?? '' })),
    ...nextSteps.dashboards.map((url) => ({ text: 'Dashboard', url })),
    ...(nextSteps.traces ?? []).flatMap(({ endpoint, all, failed }) => [
      { text: `Errors of ${endpoint}`, url: failed },
      { text: `Traces of ${endpoint}`, url: all },
    ]),
    { text: 'Runbook', url: nextSteps.runbook },
  ];
  return links.flatMap(({ text, url }) => {
    const address = URL.canParse(url) ? new URL(url) : undefined;
    const isLink = address?.protocol === 'https:' && address.href.length <= LONGEST_ADDRESS;
    return isLink ? [{ text, url: address.href }] : [];
  });
}

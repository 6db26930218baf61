import { clock, plain } from '../facts/format';
import { startOf } from '../facts/hour';
import { failedText } from '../judge/failed';
import { exposureText } from '../judge/toggles/exposure-text';
import type { Finding, Verdict } from '../judge/verdict';
import { CRITERION_TEXT } from '../judge/verdict';
import type { Release } from '../release/schema';

/** A verdict as a release owner reads it in a terminal: the recommendation first, then every criterion with its numbers. */
export function verdictText(verdict: Verdict, release: Release): string[] {
  return [
    plain(`${verdict.recommendation.toUpperCase()}: ${verdict.reason}`, Number.POSITIVE_INFINITY),
    `${plain(release.title)}, ${judgedText(verdict, release)}`,
    ...findingLines(verdict, release),
  ];
}

/** Where the release stands, and up to when it is judged. */
export function judgedText({ stage, hour }: Verdict, { timeZone }: Release): string {
  const planned = stage?.plannedEnd === undefined ? '' : `, planned until ${clock(stage.plannedEnd, timeZone)}`;
  const place = stage
    ? `stage ${plain(stage.name)}, ${exposureText(stage)} since ${clock(stage.since, timeZone)}${planned}`
    : 'nobody is exposed';
  return `${place}; judged up to ${clock(startOf(hour + 1), timeZone)}`;
}

/** A line for every criterion; for the release's ceiling only when it is broken, or was before the launch. */
export const findingLines = ({ findings }: Pick<Verdict, 'findings'>, release: Release): string[] =>
  findings.filter(isShown).map((finding) => findingText(finding, release));

/** Whether a finding is worth a line. */
export const isShown = ({ criterion, outcome, baselineRate, limit }: Finding): boolean =>
  criterion !== 'ceiling' || outcome === 'breach' || (baselineRate ?? 0) >= limit!;

function findingText(finding: Finding, { timeZone }: Release): string {
  const since = finding.since === undefined ? '' : `, since ${clock(startOf(finding.since), timeZone)}`;
  const expected = finding.expectedAt === undefined ? '' : `; expected ${clock(startOf(finding.expectedAt), timeZone)}`;
  const note = finding.reportOnly && finding.outcome !== 'pass' ? ' (reported only)' : '';
  return `  ${finding.outcome.padEnd(12)} ${plain(finding.endpoint)} ${CRITERION_TEXT[finding.criterion]}${note}${since}: ${plain([finding.reason, failedText(finding)].filter(Boolean).join('; '), Number.POSITIVE_INFINITY)}${finding.outcome === 'pass' ? '' : expected}`;
}

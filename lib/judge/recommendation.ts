import { type LeftOut, leftOutTexts } from '../facts/exclusion';
import { clock, count, lasting, plural, rateOf } from '../facts/format';
import { hoursOfChange, type StageEvent, type Stay } from '../facts/stage';
import type { Release } from '../release/schema';
import { isMostOf, mostLeftOut } from './finding';
import type { StaleBaseline } from './rollout';
import { restsOn } from './traffic/traffic-text';
import type { EndpointTraffic, Finding, Recommendation, TogglesSaid, Verdict } from './verdict';

/** A stage never advances earlier, however good it looks: a day has a daily pattern. */
const SHORTEST_STAGE_HOURS = 24;

export interface Circumstances {
  traffic: readonly EndpointTraffic[];
  current: Stay;
  blind: Verdict['blind'];
  over: boolean;
  plannedEnd: number | undefined;
  /** Hours that the stage has lasted, and how many of them do not count. */
  hours: number;
  leftOutOfStage: number;
  leftOut: readonly LeftOut[];
  /** Why the baseline no longer speaks for today. */
  stale: StaleBaseline | undefined;
  toggles: TogglesSaid | undefined;
  /** Which hours belong to no stage, since nobody knows in which of them the toggle changed. */
  inDoubt: string | undefined;
}

export function doubtText(entry: StageEvent, timeZone: string): string | undefined {
  const { after, at } = entry;
  if (after === undefined) return undefined;
  const hours = plural(hoursOfChange(entry).length, 'hour');
  return `the toggle changed between ${clock(after, timeZone)} and ${clock(at, timeZone)}, so ${hours} count in no stage`;
}

/** The recommendation and its reason, with what was not judged. */
export function recommend(
  release: Release,
  findings: readonly Finding[],
  { traffic, current, blind, over, plannedEnd, hours, leftOut, leftOutOfStage, stale, toggles, inDoubt }: Circumstances,
): { recommendation: Recommendation; reason: string } {
  const told = new Set<string>();
  const saidOf = (some: readonly Finding[]) =>
    some
      .map(({ endpoint, reason }) => {
        const of = told.has(endpoint) ? [] : (traffic.find((one) => one.endpoint === endpoint)?.said ?? []);
        told.add(endpoint);
        return `${endpoint}: ${[...of, reason].join('; ')}`;
      })
      .join('; ');
  const unjudged = findings.filter(
    (finding) =>
      finding.reportOnly &&
      finding.criterion !== 'ceiling' &&
      (finding.outcome === 'inconclusive' || finding.outcome === 'no-data'),
  );
  const without = [
    ...(stale ? [`${stale.why}; begin anew: ${stale.command}`] : []),
    ...leftOutTexts(leftOut, release.timeZone),
    ...(inDoubt === undefined ? [] : [inDoubt]),
    ...(toggles?.said ? [toggles.said] : []),
  ];
  const decide = (recommendation: Recommendation, reason: string) => {
    const rest = unjudged.map(({ endpoint, needed, pooled, reason: why }) => {
      const seen = pooled.errors > 0 ? `${rateOf(pooled)} failed` : plural(pooled.requests, 'request');
      const short = needed === undefined ? why : `${seen}, ${count(needed)} needed`;
      return `${endpoint} is not judged (${short})`;
    });
    const others = (blind ? [] : traffic)
      .filter(({ endpoint, said }) => said.length > 0 && !told.has(endpoint))
      .map(({ endpoint, said }) => `${endpoint}: ${said.join('; ')}`);
    return { recommendation, reason: withBlind([reason, ...others, ...rest, ...without].join('; '), blind) };
  };

  const worst = findings.filter((finding) => finding.rollBack);
  if (worst.length > 0) return decide('roll back', saidOf(worst));
  const broken = findings.filter((finding) => finding.outcome === 'breach');
  if (broken.length > 0) return decide('hold', saidOf(broken));
  if (blind) return decide('hold', 'without data nothing can be judged');
  const open = findings.filter((finding) => finding.outcome !== 'pass' && !finding.reportOnly);
  if (!release.stages.some((stage) => stage.name === current.stage))
    return decide('hold', `stage ${current.stage} is not in the release file; nothing says what to judge it by`);
  if (plannedEnd !== undefined && !over) {
    const sofar = open.length === 0 ? 'nothing speaks against advancing so far' : saidOf(open);
    return decide('hold', `the stage is planned until ${clock(plannedEnd, release.timeZone)}; ${sofar}`);
  }
  if (isMostOf(hours, leftOutOfStage)) return decide('hold', mostLeftOut(hours, leftOutOfStage));
  if (hours - leftOutOfStage < SHORTEST_STAGE_HOURS) {
    const old =
      leftOutOfStage > 0 ? `has only ${lasting(hours - leftOutOfStage)} that count` : `is only ${lasting(hours)} old`;
    return decide('hold', `the stage ${old}; it needs a day at least`);
  }
  if (open.length > 0) return decide('hold', saidOf(open));
  if (stale) return decide('hold', 'the baseline is too old');
  if (toggles?.holds) return decide('hold', 'the toggles are not known to be as the log says');
  const passed = findings.filter((finding) => finding.outcome === 'pass' && finding.criterion !== 'ceiling');
  if (passed.length === 0) return decide('hold', 'no criterion could be judged');
  const last = current.stage === release.stages.at(-1)!.name ? ['the last stage is done'] : [];
  return decide('advance', [...last, saidOf(passed), restsOn(traffic, current.exposure)].join('; '));
}

export const withBlind = (reason: string, blind: Verdict['blind']) =>
  blind ? `blind for ${lasting(blind.hours)} (${blind.reason}); ${reason}` : reason;

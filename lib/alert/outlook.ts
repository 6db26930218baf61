import { type Hour, startOf } from '../facts/hour';
import type { Snapshots } from '../facts/snapshot';
import { exposedStays, type StageEvent } from '../facts/stage';
import type { Finding, Verdict } from '../judge/verdict';
import { ruleText } from '../release/criteria';
import type { Release } from '../release/schema';
import { hoursSinceRollBack, judgedOn } from './aftermath';
import type { Member } from './member';

/**
 * What is known now of something that was open and that the newest verdict does not call broken. It is over only by
 * evidence: what nobody measures any more has not recovered.
 */
export interface Outlook {
  state: 'open' | 'recovered' | 'unknown';
  /** Why it is still open although the verdict does not say so; why it is taken for over. */
  why?: string;
  /** Nothing judges it any more as it was judged when it broke. */
  unjudged?: true;
}

/** What is known of what was open, beside the verdict. */
export interface Aftermath {
  outlookOf: (member: Member) => Outlook;
  /** Hours since the release was taken back to exposure 0; absent while users are exposed. */
  hoursAfterRollBack?: number;
}

const LIMITS = ['below', 'ceiling'];
const isAbout = ({ criterion }: Finding, { what }: Member) =>
  criterion === what || (LIMITS.includes(what) && LIMITS.includes(criterion));

/** The outlook by a verdict alone, for what it judges itself. */
export function outlookIn({ blind, findings }: Pick<Verdict, 'blind' | 'findings'>, member: Member): Outlook {
  if (blind) return member.what === 'blind' ? { state: 'open' } : { state: 'unknown', why: 'no data comes in' };
  if (member.what === 'blind') return { state: 'recovered' };
  const own = findings.filter(({ endpoint }) => endpoint === member.endpoint);
  const silent = own.find(({ silentSince }) => silentSince !== undefined);
  if (member.what === 'silent') {
    if (own.length === 0) return NO_LONGER_WATCHED;
    return silent ? { state: 'open' } : { state: 'recovered' };
  }
  const finding = own.find((one) => isAbout(one, member));
  if (!finding) return NO_LONGER_WATCHED;
  if (finding.outcome === 'breach') return { state: 'open' };
  return finding.outcome === 'no-data' ? { state: 'unknown', why: finding.reason } : { state: 'recovered' };
}

const NO_LONGER_WATCHED: Outlook = { state: 'unknown', why: 'no longer watched; it was broken', unjudged: true };

/**
 * The outlook by all facts: whatever the log says since, a member is judged on as if the stay in which it broke had never
 * been left. A rule that the release file changed since then is said as that, and closes only what passes the new one.
 */
export function aftermathOf(
  release: Release,
  wholeLog: readonly StageEvent[],
  snapshots: Snapshots,
  verdict: Verdict,
): Aftermath {
  const { hour } = verdict;
  const log = wholeLog.filter((event) => event.at < startOf(hour + 1));
  const hoursAfterRollBack = hoursSinceRollBack(log, hour);
  const outlookOf = (member: Member): Outlook => {
    const { endpoint, what, since } = member;
    // What was measured before the data went still tells of errors, and nothing of requests that are missing.
    if (what === 'blind' || endpoint === undefined || (verdict.blind && what === 'silent'))
      return outlookIn(verdict, member);
    const own = release.endpoints.find(({ name }) => name === endpoint);
    if (!own) return NO_LONGER_WATCHED;
    const findings = judgedOn(release, log, snapshots, hour, endpoint, since);
    const outlook = outlookIn({ findings }, member);
    const rule = what === 'silent' ? undefined : ruleText(release, endpoint, what);
    const changed = member.rule !== undefined && rule !== undefined && rule !== member.rule;
    const passes = [...findings, ...verdict.findings].some(
      (one) => one.endpoint === endpoint && isAbout(one, member) && one.outcome === 'pass',
    );
    if (changed && outlook.state === 'recovered') {
      const why = `its rule was changed from ${member.rule} to ${rule}`;
      return passes ? { state: 'recovered', why } : { state: 'unknown', why, unjudged: true };
    }
    if (outlook.state === 'unknown' && !outlook.unjudged && passes) return { state: 'recovered' };
    if (outlook.state !== 'open') return outlook;
    if (hoursAfterRollBack !== undefined) return { state: 'open', why: 'errors go on although nobody is exposed' };
    return isEarlier(since, log) ? { state: 'open', why: 'it broke before the present stage was entered' } : outlook;
  };
  return { outlookOf, ...(hoursAfterRollBack !== undefined && { hoursAfterRollBack }) };
}

const isEarlier = (since: Hour, log: readonly StageEvent[]) => {
  const from = exposedStays(log)[0]?.from;
  return from !== undefined && since < from;
};

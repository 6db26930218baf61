import { leftOutIn } from '../facts/exclusion';
import { percent } from '../facts/format';
import { type Hour, hourOf, startOf } from '../facts/hour';
import type { Snapshots } from '../facts/snapshot';
import { exposedStays, launchOf, type StageEvent } from '../facts/stage';
import { tallyWindow } from '../facts/window';
import { blindness } from '../judge/blindness';
import { rolloutOf } from '../judge/rollout';
import type { Finding, Verdict } from '../judge/verdict';
import { ruleText } from '../release/criteria';
import type { Release } from '../release/schema';
import { hoursSinceRollBack, isLongOver, judgedOn, lostSince } from './aftermath';
import type { Member } from './member';
import { isBreach } from './quiet';

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
  /** Since when its breach is over by the rate of what is counted, where the judge knows it. */
  overSince?: Hour;
}

/** What is known of what was open, beside the verdict. */
export interface Aftermath {
  outlookOf: (member: Member) => Outlook;
  /** Whether it goes on some hours after the release was taken back, by the requests since then. */
  goesOn?(member: Member): boolean;
}

/** Errors end within hours of a roll-back if they are the feature's. */
export const GOES_ON_HOURS = 3;

const LIMITS = ['below', 'ceiling'];
const isAbout = ({ criterion }: Finding, { what }: Member) =>
  criterion === what || (LIMITS.includes(what) && LIMITS.includes(criterion));

/** The outlook by a verdict alone, for what it judges itself. */
export function outlookIn(
  { blind, findings, toggles }: Pick<Verdict, 'blind' | 'findings' | 'toggles'>,
  member: Member,
): Outlook {
  if (member.what === 'toggle') return toggleOutlook(toggles);
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
  // Where requests are missing, what was open before that would still be a breach: it closed while it was measured.
  const unknown = finding.outcome === 'no-data' && finding.silentSince === undefined;
  const over = finding.overSince !== undefined && { overSince: finding.overSince };
  return unknown ? { state: 'unknown', why: finding.reason, ...over } : { state: 'recovered', ...over };
}

/** It is over only when the toggles were read as off by more than one reading, or when the log says that users are exposed. */
function toggleOutlook(toggles: Verdict['toggles']): Outlook {
  if (!toggles) return { state: 'unknown', why: 'the toggle is not read any more; it was on', unjudged: true };
  if (toggles.onSince !== undefined) return { state: 'open' };
  if (toggles.unsure) return { state: 'unknown', why: 'only one reading says that the toggle is off' };
  return toggles.standing === 'unknown' ? { state: 'unknown', why: toggles.said } : { state: 'recovered' };
}

const LEFT_OUT = 'hours of it are left out, which is no evidence that it is over';
const COUNTED_OTHERWISE =
  'hours since it broke were counted by something else than the release file names now, until a backfill counts them anew';
const lostText = (share: number): string =>
  `its rate is fine again, but ${percent(share)} of its usual requests are no longer answered; what failed may be among them`;
const NO_LONGER_WATCHED: Outlook = { state: 'unknown', why: 'no longer watched; it was broken', unjudged: true };

/**
 * The outlook by all facts: whatever the log says since, a member is judged on as if the stay in which it broke had never
 * been left. A rule that the release file changed since then is said as that, and closes only what passes the new one.
 *
 * @param snapshots with all that was measured since the launch: leaving out hours is no evidence that anything is over
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
  const launch = launchOf(log);
  /**
   * What failed and is not counted any more has not recovered, for some days. From then on what recovered by its rate at
   * the time did so, although the traffic since lets nothing pass.
   */
  const outlookOf = (member: Member): Outlook => {
    const outlook = outlookByRates(member);
    const { state, overSince: over, unjudged } = outlook;
    const { endpoint, since } = member;
    const byHour = endpoint === undefined ? undefined : snapshots.get(endpoint);
    if (over === undefined || unjudged || !byHour || !launch || !isBreach(member)) return outlook;
    const isLong = isLongOver(byHour, over, hour);
    if (state === 'recovered') {
      const lost = isLong ? undefined : lostSince(release, byHour, hourOf(launch.at), { since, over, hour });
      return lost === undefined ? outlook : { state: 'unknown', why: lostText(lost), overSince: over };
    }
    if (state === 'open' || !isLong) return outlook;
    const then = outlookIn({ findings: judgedOn(release, log, snapshots, over - 1, endpoint!, since) }, member);
    return then.state === 'recovered' ? then : outlook;
  };
  const outlookByRates = (member: Member): Outlook => {
    const { endpoint, what, since } = member;
    if (what === 'blind' && !verdict.blind && blindness(release, snapshots, hour, rolloutOf(log)?.launch ?? hour))
      return { state: 'open', why: LEFT_OUT };
    // What was measured before the data went still tells of errors, and nothing of requests that are missing.
    if (what === 'blind' || endpoint === undefined || (verdict.blind && what === 'silent'))
      return outlookIn(verdict, member);
    const own = release.endpoints.find(({ name }) => name === endpoint);
    if (!own) return NO_LONGER_WATCHED;
    if (leftOutIn(snapshots.get(endpoint) ?? new Map(), { from: since, to: hour + 1 }).length > 0)
      return { state: 'unknown', why: COUNTED_OTHERWISE, unjudged: true };
    const findings = judgedOn(release, log, snapshots, hour, endpoint, since);
    const outlook = outlookIn({ findings }, member);
    const rule = what === 'silent' || what === 'toggle' ? undefined : ruleText(release, endpoint, what);
    const changed = member.rule !== undefined && rule !== undefined && rule !== member.rule;
    const isLeftOut = verdict.leftOut?.some(({ to }) => to > since);
    const passes = [...findings, ...(isLeftOut ? [] : verdict.findings)].some(
      (one) => one.endpoint === endpoint && isAbout(one, member) && one.outcome === 'pass',
    );
    if (changed && outlook.state === 'recovered') {
      const why = `its rule was changed from ${member.rule} to ${rule}`;
      return passes ? { state: 'recovered', why } : { state: 'unknown', why, unjudged: true };
    }
    if (outlook.state === 'unknown' && !outlook.unjudged && passes) return { state: 'recovered' };
    if (outlook.state !== 'open') return outlook;
    if (isLeftOut) return { state: 'open', why: LEFT_OUT };
    if (hoursAfterRollBack !== undefined) return { state: 'open', why: 'errors go on although nobody is exposed' };
    return isEarlier(since, log) ? { state: 'open', why: 'it broke before the present stage was entered' } : outlook;
  };
  const goesOn = ({ endpoint, what, since }: Member): boolean => {
    if (endpoint === undefined || hoursAfterRollBack === undefined || hoursAfterRollBack < GOES_ON_HOURS) return false;
    if (what === 'silent') return true;
    const window = { from: hour + 1 - hoursAfterRollBack, to: hour + 1 };
    const { requests, errors } = tallyWindow(snapshots.get(endpoint) ?? new Map(), window, release, new Set());
    const found = judgedOn(release, log, snapshots, hour, endpoint, since).find(({ criterion }) => criterion === what);
    return requests > 0 && found?.limit !== undefined && errors / requests >= found.limit;
  };
  return { outlookOf, goesOn };
}

const isEarlier = (since: Hour, log: readonly StageEvent[]) => {
  const from = exposedStays(log)[0]?.from;
  return from !== undefined && since < from;
};

import type { Hour } from '../facts/hour';
import type { Verdict } from '../judge/verdict';
import { ruleText } from '../release/criteria';
import type { Release } from '../release/schema';
import { isSame, type Member } from './member';
import type { Aftermath, Outlook } from './outlook';
import type { AlertRecord } from './record';

/** What broke again sooner than this after it was over comes and goes, and is over for as long before it closes. */
const STEADY_HOURS = 24;

/** What a verdict calls open: each broken criterion, each endpoint that fell silent, a toggle that is still on, and blindness. */
export function membersOf(verdict: Verdict): Member[] {
  const broken = verdict.findings
    .filter((finding) => finding.outcome === 'breach')
    .map(
      ({ endpoint, criterion, since, overSince, rollBack }): Member => ({
        endpoint,
        what: criterion,
        since: since!,
        rollBack,
        ...(overSince !== undefined && since! - overSince < STEADY_HOURS && { flapping: true }),
      }),
    );
  const silent = new Map(
    verdict.findings.flatMap(({ endpoint, silentSince: since }) =>
      since === undefined ? [] : [[endpoint, { endpoint, what: 'silent', since, rollBack: false } as Member] as const],
    ),
  );
  broken.push(...silent.values());
  const on = verdict.toggles?.onSince;
  if (on !== undefined) broken.push({ what: 'toggle', since: on, rollBack: false });
  return verdict.blind ? [...broken, { what: 'blind', since: verdict.blind.since, rollBack: false }] : broken;
}

/** What is open now, and what became of the rest of what was. */
export interface OpenNow {
  open: Member[];
  /** Over, by evidence. */
  recovered: { member: Member; outlook: Outlook }[];
  /** Open although the verdict does not call it broken. */
  carried: { member: Member; outlook: Outlook }[];
  /** Open when the release was taken back, some hours ago, and still broken: it is not the feature. */
  goingOn: Member[];
}

/**
 * Goes on from what was open: a member closes only if its outlook is that it recovered. One that is known keeps when it
 * began and what it broke, however the verdict's `since` moves; one that broke again after it was over begins anew.
 */
export function openNow(
  previous: Pick<AlertRecord, 'open'> | undefined,
  verdict: Verdict,
  release: Pick<Release, 'endpoints' | 'ceiling'>,
  { outlookOf, goesOn = () => false }: Aftermath,
): OpenNow {
  const before = previous?.open ?? [];
  const broken = membersOf(verdict).map((member): Member => {
    const last = before.find((one) => isSame(one, member));
    const isKnown = last !== undefined && (last.flapping === true || !isAnother(member, last, verdict));
    const { note, unjudged, ...known } = isKnown ? last : withRule(member, release);
    const flapping = known.flapping ?? member.flapping;
    return {
      ...known,
      since: Math.min(known.since, member.since),
      // What comes and goes is as bad as it was at its worst: it would be told as worse each time.
      rollBack: member.rollBack || (known.flapping === true && known.rollBack),
      ...(flapping && { flapping }),
    };
  });
  const others = before
    .filter((member) => !broken.some((one) => isSame(one, member)))
    .map((member) => ({ member, outlook: steadied(member, outlookOf(member), verdict.hour) }));
  const carried = others
    .filter(({ outlook }) => outlook.state !== 'recovered')
    .map(({ member: { note, unjudged, ...member }, outlook }) => ({
      member: {
        ...member,
        ...(outlook.why !== undefined && { note: outlook.why }),
        ...(outlook.unjudged && { unjudged: true as const }),
      },
      outlook,
    }));
  const known = [...broken, ...carried.filter(({ outlook }) => outlook.state === 'open').map(({ member }) => member)];
  return {
    goingOn: known.filter((member) => !member.goesOn && before.some((one) => isSame(one, member)) && goesOn(member)),
    open: [...broken, ...carried.map(({ member }) => member)],
    recovered: others.filter(({ outlook }) => outlook.state === 'recovered'),
    carried,
  };
}

/**
 * Whether what is broken now began when what is known of it was over, which nobody was told: the verdict says when a
 * criterion or blindness was over. Missing requests may begin later in each verdict as their hours come in, and say no such thing.
 */
function isAnother({ endpoint, what, since }: Member, known: Member, { findings, blind }: Verdict): boolean {
  const own = findings.find((finding) => finding.endpoint === endpoint && finding.criterion === what);
  const over = what === 'blind' ? blind?.overSince : own?.overSince;
  return over !== undefined && over > known.since && over <= since;
}

/** What comes and goes stays open until it was over for a day. */
function steadied({ flapping }: Member, outlook: Outlook, hour: Hour): Outlook {
  const { state, overSince } = outlook;
  if (!flapping || state !== 'recovered' || overSince === undefined || hour + 1 - overSince >= STEADY_HOURS)
    return outlook;
  return { state: 'open', why: `it comes and goes, and closes when it was over for ${STEADY_HOURS} hours` };
}

function withRule(member: Member, release: Pick<Release, 'endpoints' | 'ceiling'>): Member {
  const { endpoint, what } = member;
  if (endpoint === undefined || what === 'silent' || what === 'blind' || what === 'toggle') return member;
  const rule = ruleText(release, endpoint, what);
  return { ...member, ...(rule !== undefined && { rule }) };
}

import type { Verdict } from '../judge/verdict';
import { ruleText } from '../release/criteria';
import type { Release } from '../release/schema';
import { isSame, type Member } from './member';
import type { Aftermath, Outlook } from './outlook';
import type { AlertRecord } from './record';

/** What a verdict calls open: each broken criterion, each endpoint that fell silent, a toggle that is still on, and blindness. */
export function membersOf(verdict: Verdict): Member[] {
  const broken = verdict.findings
    .filter((finding) => finding.outcome === 'breach')
    .map(
      ({ endpoint, criterion, since, rollBack }): Member => ({ endpoint, what: criterion, since: since!, rollBack }),
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
 * began and what it broke, however the verdict's `since` moves.
 */
export function openNow(
  previous: Pick<AlertRecord, 'open'> | undefined,
  verdict: Verdict,
  release: Pick<Release, 'endpoints' | 'ceiling'>,
  { outlookOf, goesOn = () => false }: Aftermath,
): OpenNow {
  const before = previous?.open ?? [];
  const broken = membersOf(verdict).map((member): Member => {
    const { note, unjudged, ...known } = before.find((one) => isSame(one, member)) ?? withRule(member, release);
    return { ...known, since: Math.min(known.since, member.since), rollBack: member.rollBack };
  });
  const others = before
    .filter((member) => !broken.some((one) => isSame(one, member)))
    .map((member) => ({ member, outlook: outlookOf(member) }));
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

function withRule(member: Member, release: Pick<Release, 'endpoints' | 'ceiling'>): Member {
  const { endpoint, what } = member;
  if (endpoint === undefined || what === 'silent' || what === 'blind' || what === 'toggle') return member;
  const rule = ruleText(release, endpoint, what);
  return { ...member, ...(rule !== undefined && { rule }) };
}

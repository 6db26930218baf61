import type { Hour } from '../facts/hour';
import { CRITERION_TEXT, type CriterionKind } from '../judge/verdict';

/**
 * What is open: a broken criterion, requests of an endpoint that are missing, the data of the whole release, or a toggle that
 * is on after the release was taken back.
 */
export type What = CriterionKind | 'silent' | 'blind' | 'toggle';

/** What a member is about. It stays the same from firing to resolved, however its `since` moves. */
export interface MemberId {
  /** Absent where it is about the whole release. */
  endpoint?: string;
  what: What;
}

/** One open reason to page. */
export interface Member extends MemberId {
  since: Hour;
  rollBack: boolean;
  /** What it broke, in the words of the release file of that time. */
  rule?: string;
  /** People have not heard of it: a silence held it back. */
  untold?: true;
  /** Why it is open although the verdict does not call it broken. */
  note?: string;
  /** Nothing judges it any more as it was judged when it broke. */
  unjudged?: true;
  /** It broke again within a day of being over, and stays open until it was over for a day. */
  flapping?: true;
  /** People were told that it goes on after a roll-back. */
  goesOn?: true;
}

/** Whether two members, or what is known of them, are about the same thing. */
export const isSame = (a: MemberId, b: MemberId): boolean => a.endpoint === b.endpoint && a.what === b.what;

/**
 * A subject as it is stored and as machines get it. `what` never has a slash, so that nothing in a name can forge another.
 *
 * @example memberKey({ endpoint: 'GET /v0/payments', what: 'below' }) === 'GET /v0/payments/below'
 */
export const memberKey = ({ endpoint, what }: MemberId): string =>
  endpoint === undefined ? what : `${endpoint}/${what}`;

/** What {@link memberKey} wrote. */
export function memberIdOf(key: string): MemberId {
  const slash = key.lastIndexOf('/');
  const what = key.slice(slash + 1) as What;
  return slash < 0 ? { what } : { endpoint: key.slice(0, slash), what };
}

/** @example memberName({ endpoint: '#show', what: 'ceiling' }) === '#show (below the release ceiling)' */
export function memberName({ endpoint, what }: MemberId): string {
  if (what === 'blind') return 'data';
  if (what === 'toggle') return 'the toggle';
  return `${endpoint} (${what === 'silent' ? 'its requests' : CRITERION_TEXT[what]})`;
}

/** @example memberNames([{ what: 'blind' }]) === 'data' */
export const memberNames = (members: readonly MemberId[]): string => members.map(memberName).join(', ');

/** @example memberText({ endpoint: '#show', what: 'ceiling' }) === '#show is not below the release ceiling' */
export function memberText({ endpoint, what }: MemberId): string {
  if (what === 'blind') return 'no data comes in';
  if (what === 'toggle') return 'the toggle is on, though the log says off';
  return what === 'silent' ? `${endpoint} is silent` : `${endpoint} is not ${CRITERION_TEXT[what]}`;
}

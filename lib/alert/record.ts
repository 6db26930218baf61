import type { Instant } from '../facts/hour';
import type { Notice, Verdict } from '../judge/verdict';
import type { Member, MemberId } from './member';

/** `improved`: some of what was open recovered, and the rest is still open. */
export type PageChange = 'firing' | 'worse' | 'repeat' | 'improved' | 'resolved';

export type Change = PageChange | 'notice' | 'test';

/** A notice that was told, by its key; of a check-in, what it recommended, and which end it was about. */
export type Told = Pick<Notice, 'key' | 'said' | 'until'>;

/** A change that people have not heard of, and why. */
export interface Held {
  at: Instant;
  what: string;
  why: string;
}

/**
 * One message to people and the state that it leaves behind. The newest record of a release is its alert state; records
 * are written as pending, published, then marked sent; what a silence holds back is written as held and never published.
 */
export interface AlertRecord {
  /** 1, 2, 3 ... in the release. */
  seq: number;
  /** The time of the run that wrote it. */
  at: Instant;
  severity: 'page' | 'notice';
  change: Change;
  /** Why this message is sent now. */
  reason: string;
  /** What is different from the message before, one sentence each. */
  changes: string[];
  /** Same from firing to resolved. */
  dedupKey: string;
  /** What is open after this message. */
  open: Member[];
  /** What it says is over; absent in records of older versions. */
  over?: MemberId[];
  pagedAt?: Instant;
  noticedAt?: Instant;
  /** What notices told so far, each kind's newest last. */
  told: Told[];
  /** What a notice tells. */
  notices: Notice[];
  /** The verdict that it speaks of. */
  verdict: Verdict;
  /** What people have not heard of before this message, oldest first; a held one counts itself. */
  heldBack?: Held[];
  /** Ready sentences: what was held back, and who acknowledged what is open. */
  remarks?: string[];
  status: 'pending' | 'sent' | 'held';
}

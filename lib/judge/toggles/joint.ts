import { clock, percent, plain } from '../../facts/format';
import type { Instant } from '../../facts/hour';
import { isConfirmed, type KnownShare, type ToggleFact, type ToggleFacts } from '../../facts/toggle';
import type { Release } from '../../release/schema';
import { countingToggles, exposedShare } from '../../release/toggles/exposed-share';

/** How the toggles that count stand together. */
export type Joint =
  | {
      kind: 'known';
      /** Share of users who are exposed. */
      exposure: number;
      /** What each is set to; absent while they differ. */
      share?: number;
      known: KnownShare[];
      /** One of them is so by the word of one reading. */
      unsure?: true;
    }
  | { kind: 'partial'; why: string }
  /** `seen` is when all of them were read last; absent where one never was. */
  | { kind: 'unknown'; why: string; seen?: Instant };

type Toggled = Pick<Release, 'toggles' | 'exposed' | 'timeZone'>;

export function jointOf(release: Toggled, { toggles }: ToggleFacts): Joint {
  const counting = countingToggles(release).map((name) => toggles.find(({ toggle }) => toggle === name));
  const facts = counting.filter((fact) => fact !== undefined);
  const unknown = facts.filter(({ state }) => 'unknown' in state);
  if (unknown.length > 0 || facts.length < counting.length) {
    const seen = Math.min(...facts.map(({ known }) => known?.seen ?? Number.NEGATIVE_INFINITY));
    const why = unknown.map((fact) => unknownText(fact, release.timeZone)).join('; ');
    return {
      kind: 'unknown',
      why: why || 'a toggle of the release file was not read yet',
      ...(facts.length === counting.length && Number.isFinite(seen) && { seen }),
    };
  }
  const partial = facts.flatMap(({ toggle, state }) => ('partial' in state ? [{ toggle, why: state.partial }] : []));
  if (partial.length > 0) {
    const why = partial.map(({ toggle, why }) => `toggle ${plain(toggle, 100)} is ${why}`).join('; ');
    return { kind: 'partial', why: `${why}: how many users that are is not known` };
  }
  const known = facts.flatMap((fact) => fact.known ?? []);
  const shares = known.map(({ share }) => share);
  const alike = shares.every((share) => share === shares[0]);
  return {
    kind: 'known',
    exposure: exposedShare(release.exposed, shares),
    ...(alike && shares[0] !== undefined && { share: shares[0] }),
    known,
    ...(!known.every(isConfirmed) && { unsure: true }),
  };
}

function unknownText({ toggle, state, known }: ToggleFact, timeZone: string): string {
  const why = 'unknown' in state ? state.unknown : '';
  const before = known
    ? `; it was at ${percent(known.share)} when it was read last, ${clock(known.seen, timeZone)}`
    : '';
  return `toggle ${plain(toggle, 100)} cannot be read: ${plain(why, 200)}${before}`;
}

/** When the toggles came to stand as they do: after one instant and by another, which are the same where it is exact. */
export interface ShareChange {
  after: Instant;
  by: Instant;
}

/** The change that is known since an instant; undefined where none is. */
export function changeSince({ known }: Extract<Joint, { kind: 'known' }>, since: Instant): ShareChange | undefined {
  const changes = known
    .filter(({ by, after, exact }) => by > since && (exact || after !== undefined))
    .map(({ by, after, exact }) => ({ by, after: exact ? by : after! }));
  if (changes.length === 0) return undefined;
  return { after: Math.min(...changes.map(({ after }) => after)), by: Math.max(...changes.map(({ by }) => by)) };
}

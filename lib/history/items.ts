import { gunzipSync, gzipSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Member } from '../alert/member';
import { memberIdOf, memberKey } from '../alert/member';
import type { OnCallEvent } from '../alert/on-call';
import type { AlertRecord, Told } from '../alert/record';
import type { ExclusionEvent } from '../facts/exclusion';
import { plain } from '../facts/format';
import { type Hour, hourText, type Instant, instantText, parseHour, parseInstant } from '../facts/hour';
import { isUndo, type StageLine } from '../facts/stage';
import type { KnownShare, ToggleFacts, ToggleState } from '../facts/toggle';
import type { Verdict } from '../judge/verdict';
import type { EventCount } from '../results/event-count';
import { isIntact, withDigest } from './digest';

/** With snapshot-item.ts, the only place that knows keys and shapes of the table. People read these items: instants and hours are ISO text. */

export type Item = Record<string, AttributeValue>;

/** A stored item is not what this version writes. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
}

/** Of the shapes below. A change that older code cannot read gets the next number. */
export const VERSION = 1;

/** A longer document is packed: every kilobyte of an item is paid for when it is written, each hour anew. */
const MAX_PLAIN_BYTES = 32_000;
/** DynamoDB refuses numbers beyond 1e126 (Developer Guide, "Service, account, and table quotas"). */
const LARGEST = 1e120;
const SMALLEST = 1e-120;

// '#' separates the parts of a key and '/' is left to people's tools, so no part may contain them. A lone surrogate has
// no UTF-8 and would become the same replacement character as any other.
const encoded = (part: string) =>
  part.replace(/[%#/\p{Cc}\p{Cs}]/gu, (char) => {
    const hex = char.codePointAt(0)!.toString(16).toUpperCase();
    return hex.length > 2 ? `%u${hex}` : `%${hex.padStart(2, '0')}`;
  });

/** Partition of a release: its stage log, verdicts and alerts. */
export const releaseKey = (release: string): string => encoded(release);

/** Partition of an endpoint's snapshots. @example snapshotsKey('document-status', '#show') === 'document-status#%23show' */
export const snapshotsKey = (release: string, endpoint: string): string => `${encoded(release)}#${encoded(endpoint)}`;

export const snapshotKey = hourText;

/**
 * Always with milliseconds, so that the order of the texts is the order of the instants.
 *
 * @param before lines that the log has of that instant already
 */
export const stageKey = (at: Instant, before = 0): string =>
  `stage#${new Date(at).toISOString()}${before === 0 ? '' : `#${String(before + 1).padStart(4, '0')}`}`;
export const verdictKey = (hour: Hour): string => `verdict#${hourText(hour)}`;
export const onCallKey = (at: Instant): string => `oncall#${new Date(at).toISOString()}`;
export const exclusionKey = (at: Instant): string => `exclude#${new Date(at).toISOString()}`;
export const togglesKey = (at: Instant): string => `toggles#${new Date(at).toISOString()}`;
export const eventCountKey = ({ kind, from, to }: Pick<EventCount, 'kind' | 'from' | 'to'>): string =>
  `events#${kind}#${hourText(from)}#${hourText(to)}`;
export const alertKey = (seq: number): string => `alert#${String(seq).padStart(10, '0')}`;

/** Sorts after every key of a kind: '~' follows all digits and capital letters. */
export const afterAll = (
  kind: 'stage' | 'verdict' | 'alert' | 'oncall' | 'exclude' | 'events' | 'toggles' | 'marks',
): string => `${kind}#~`;

/** @param before lines that the log has of that instant already */
export function stageItem(release: string, line: StageLine, before = 0): Item {
  return written({
    pk: releaseKey(release),
    sk: stageKey(line.at, before),
    version: VERSION,
    ...line,
    at: instantText(line.at),
    ...(isUndo(line) && { undoneAt: instantText(line.undoneAt) }),
    ...(!isUndo(line) && line.after !== undefined && { after: instantText(line.after) }),
  });
}

export function onCallItem(release: string, event: OnCallEvent): Item {
  return written({
    pk: releaseKey(release),
    sk: onCallKey(event.at),
    version: VERSION,
    ...event,
    at: instantText(event.at),
    ...(event.kind === 'silence' && { until: instantText(event.until) }),
    ...(event.kind === 'ack' && {
      hour: hourText(event.hour),
      members: event.members.map((member) => ({ ...storedMember(member), since: hourText(member.since) })),
    }),
  });
}

export function exclusionItem(release: string, event: ExclusionEvent): Item {
  return written({
    pk: releaseKey(release),
    sk: exclusionKey(event.at),
    version: VERSION,
    ...event,
    at: instantText(event.at),
    from: event.from === undefined ? undefined : instantText(event.from),
    ...(event.kind === 'exclusion' && { to: instantText(event.to) }),
  });
}

export function togglesItem(release: string, { at, service, toggles }: ToggleFacts): Item {
  const text = (instant: Instant | undefined) => (instant === undefined ? undefined : instantText(instant));
  return written({
    pk: releaseKey(release),
    sk: togglesKey(at),
    version: VERSION,
    at: instantText(at),
    service,
    toggles: toggles.map(({ toggle, at: read, state, since, known, goneSince }) => ({
      toggle,
      at: instantText(read),
      ...state,
      since: text(since),
      goneSince: text(goneSince),
      known: known && { ...knownItem(known), before: known.before && knownItem(known.before) },
    })),
  });
}

const knownItem = ({ after, by, seen, contradicted, ...known }: KnownShare) => ({
  ...known,
  ...(after !== undefined && { after: instantText(after) }),
  by: instantText(by),
  seen: instantText(seen),
  ...(contradicted && { contradicted: { ...contradicted, at: instantText(contradicted.at) } }),
});

export function eventCountItem(release: string, count: EventCount): Item {
  return written({
    pk: releaseKey(release),
    sk: eventCountKey(count),
    version: VERSION,
    ...count,
    from: hourText(count.from),
    to: hourText(count.to),
    at: instantText(count.at),
  });
}

export function verdictItem(release: string, verdict: Verdict): Item {
  return written({
    pk: releaseKey(release),
    sk: verdictKey(verdict.hour),
    version: VERSION,
    hour: hourText(verdict.hour),
    ...summary(verdict),
    ...stored(verdict),
  });
}

/** In the place of a verdict that was given before its hour had come. */
export const voidItem = ({ pk, sk }: Item): Item => written({ pk: pk!.S, sk: sk!.S, version: VERSION, void: true });
export const isVoid = (item: Item): boolean => item.void?.BOOL === true;

export function alertItem(release: string, { status, ...alert }: AlertRecord): Item {
  return written({
    pk: releaseKey(release),
    sk: alertKey(alert.seq),
    version: VERSION,
    at: instantText(alert.at),
    severity: alert.severity,
    change: alert.change,
    status,
    ...summary(alert.verdict),
    reason: short(alert.reason),
    ...stored({ ...alert, open: alert.open.map(storedMember) }),
  });
}

/** For people who look at the table. The document has all of it: twice in full it could be larger than an item. */
const short = (reason: string) => plain(reason, 1000);

const summary = ({ recommendation, reason, stage, judge }: Verdict) => ({
  recommendation,
  reason: short(reason),
  stage: stage?.name,
  judge,
});

/** A member is stored with its subject as one key, as all versions read it. */
const storedMember = ({ endpoint, what, ...member }: Member) => ({ key: memberKey({ endpoint, what }), ...member });
const asMember = <T extends { key: string }>({ key, ...member }: T) => ({ ...memberIdOf(key), ...member });

/** Records of version 0.1.0 have a text: the key, of a stage's check-in followed by what was recommended. */
function toldOf(text: string): Told {
  const said = text.startsWith('stage/') ? text.slice(text.lastIndexOf('/') + 1) : undefined;
  return said === undefined ? { key: text } : { key: text.slice(0, -said.length - 1), said: said as Told['said'] };
}

/** Verdicts of version 0.1.0 have what had the toggle off as `control`. */
const asFinding = ({ control, ...finding }: Record<string, unknown>) =>
  control === undefined ? finding : { ...finding, toggleOff: control };

const time = <T>(parse: (text: string) => T | undefined) =>
  z.pipe(
    z.string().check(z.refine((text) => parse(text) !== undefined)),
    z.transform((text) => parse(text)!),
  );
const stageSchema = z.object({
  at: time(parseInstant),
  stage: z.string(),
  exposure: z.number(),
  plannedExposure: z.optional(z.number()),
  by: z.string(),
  note: z.optional(z.string()),
  relaunch: z.optional(z.boolean()),
  share: z.optional(z.number()),
  byToggle: z.optional(z.literal(true)),
  after: z.optional(time(parseInstant)),
});
const undoSchema = z.object({
  at: time(parseInstant),
  undoneAt: time(parseInstant),
  by: z.string(),
  note: z.optional(z.string()),
});
const said = { at: time(parseInstant), by: z.string() };
const onCallSchema = z.discriminatedUnion('kind', [
  z.object({
    ...said,
    kind: z.literal('silence'),
    until: time(parseInstant),
    reason: z.string(),
    endpoints: z.optional(z.array(z.string())),
  }),
  z.object({ ...said, kind: z.literal('silence-end') }),
  z.object({
    ...said,
    kind: z.literal('ack'),
    hour: time(parseHour),
    members: z.array(
      z.pipe(z.object({ key: z.string(), since: time(parseHour), rollBack: z.boolean() }), z.transform(asMember)),
    ),
    note: z.optional(z.string()),
  }),
]);
const exclusionSchema = z.discriminatedUnion('kind', [
  z.object({
    ...said,
    kind: z.literal('exclusion'),
    from: time(parseInstant),
    to: time(parseInstant),
    reason: z.string(),
  }),
  z.object({ ...said, kind: z.literal('exclusion-end'), from: z.optional(time(parseInstant)) }),
]);
const shareOfUsers = z.number().check(z.gte(0), z.lte(1));
const known = {
  share: shareOfUsers,
  besides: z.optional(z.string()),
  after: z.optional(time(parseInstant)),
  by: time(parseInstant),
  exact: z.optional(z.literal(true)),
  seen: time(parseInstant),
  contradicted: z.optional(z.object({ share: shareOfUsers, at: time(parseInstant) })),
};
const knownShareSchema = z.object({ ...known, before: z.optional(z.object(known)) });
const toggleStateSchema = z.union([
  z.object({ share: shareOfUsers, besides: z.optional(z.string()) }),
  z.object({ partial: z.string() }),
  z.object({ unknown: z.string(), gone: z.optional(z.literal(true)) }),
]);
const togglesSchema = z.object({
  at: time(parseInstant),
  service: z.optional(z.string()),
  toggles: z.array(
    z.intersection(
      z.object({
        toggle: z.string(),
        at: time(parseInstant),
        since: z.optional(time(parseInstant)),
        goneSince: z.optional(time(parseInstant)),
        known: z.optional(knownShareSchema),
      }),
      toggleStateSchema,
    ),
  ),
});
const asked = { from: time(parseHour), to: time(parseHour), at: time(parseInstant) };
const whole = z.number().check(z.int(), z.gte(0));
const eventCountSchema = z.discriminatedUnion('kind', [
  z.object({ ...asked, kind: z.literal('users'), users: whole, counts: z.enum(['all', 'exposed']) }),
  z.object({
    ...asked,
    kind: z.literal('errorClasses'),
    errorClasses: z.array(z.object({ name: z.string(), errors: whole })),
  }),
]);
const verdictSchema = z.looseObject({
  judge: z.string(),
  hour: z.number(),
  recommendation: z.enum(['advance', 'hold', 'roll back', 'not exposed']),
  reason: z.string(),
  findings: z.array(z.pipe(z.looseObject({}), z.transform(asFinding))),
  notices: z.array(z.unknown()),
});
const alertSchema = z.looseObject({
  seq: z.number(),
  at: z.number(),
  // Records of older versions have none.
  changes: z._default(z.array(z.string()), []),
  open: z.array(
    z.pipe(z.looseObject({ key: z.string(), since: z.number(), rollBack: z.boolean() }), z.transform(asMember)),
  ),
  told: z.array(z.union([z.pipe(z.string(), z.transform(toldOf)), z.looseObject({ key: z.string() })])),
  verdict: verdictSchema,
});
const documentOf = <T extends z.ZodMiniType>(document: T) =>
  z.union([z.object({ document }), z.object({ packed: z.pipe(z.transform(unpacked), document) })]);

/** Each reads an item of its kind. @throws HistoryError when the item has another shape, a newer version or flipped bits */
export const readStageLine = (item: Item): StageLine =>
  'undoneAt' in item ? read(undoSchema, item) : read(stageSchema, item);
export const readOnCall = (item: Item): OnCallEvent => read(onCallSchema, item);
export const readExclusion = (item: Item): ExclusionEvent => read(exclusionSchema, item);
export function readToggleFacts(item: Item): ToggleFacts {
  const { at, service, toggles } = read(togglesSchema, item);
  return {
    at,
    ...(service !== undefined && { service }),
    toggles: toggles.map(({ toggle, at: asked, since, known, goneSince, ...state }) => ({
      toggle,
      at: asked,
      state: state as ToggleState,
      ...(since !== undefined && { since }),
      ...(known && { known: known as KnownShare }),
      ...(goneSince !== undefined && { goneSince }),
    })),
  };
}
export const readEventCount = (item: Item): EventCount => read(eventCountSchema, item);

export function readVerdict(item: Item): Verdict {
  const found = read(documentOf(verdictSchema), item);
  return ('document' in found ? found.document : found.packed) as unknown as Verdict;
}

export function readAlert(item: Item): AlertRecord {
  const { status } = read(z.object({ status: z.enum(['pending', 'sent', 'held']) }), item);
  const found = read(documentOf(alertSchema), item);
  return { ...('document' in found ? found.document : found.packed), status } as unknown as AlertRecord;
}

function read<T extends z.ZodMiniType>(schema: T, item: Item): z.output<T> {
  const parsed = z.safeParse(schema, unmarshalled(item));
  if (parsed.success) return parsed.data;
  throw unreadable(item, parsed.error.issues[0]?.path.join('.') || 'document');
}

/** A stored item as plain values. @throws HistoryError when it has a newer version or flipped bits */
export function unmarshalled(item: Item): Record<string, unknown> {
  if (item.version?.N !== String(VERSION)) throw unreadable(item, 'version');
  try {
    if (isIntact(item)) return unmarshall(item, { wrapNumbers: Number });
  } catch {
    // A value's type is no more what it was.
  }
  throw unreadable(item, 'digest');
}

/** The error of an item that has another shape, a newer version or flipped bits; `other` names what of it. */
export const unreadable = ({ pk, sk }: Item, other: string): HistoryError =>
  new HistoryError(
    `history item ${pk?.S} / ${sk?.S} cannot be read - got another ${other}, expected ${other === 'digest' ? 'that of the bits that were written; bring the item back from a backup' : `an item of version ${VERSION}; run the version of Stagewatch that wrote it, or a newer one`}`,
  );

export const marshalled = (item: Record<string, unknown>): Item =>
  marshall(item, { removeUndefinedValues: true, allowImpreciseNumbers: true });

const written = (item: Record<string, unknown>): Item => withDigest(marshalled(item));

/** The whole document as a map that people can read, or packed when it is long. */
function stored(document: object): { document: unknown } | { packed: Uint8Array } {
  const text = JSON.stringify(document, (key, value) => (typeof value === 'number' ? bounded(key, value) : value));
  return Buffer.byteLength(text) <= MAX_PLAIN_BYTES ? { document: JSON.parse(text) } : { packed: gzipSync(text) };
}

/** Evidence multiplies for weeks and may leave DynamoDB's range; so far out, its size says nothing more. */
function bounded(name: string, value: number): number {
  if (Number.isNaN(value))
    throw new HistoryError(`a document cannot be stored - got NaN as ${name}, expected a number`);
  if (Math.abs(value) < SMALLEST) return 0;
  return Math.max(-LARGEST, Math.min(LARGEST, value));
}

function unpacked(bytes: unknown): unknown {
  try {
    return JSON.parse(gunzipSync(bytes as Uint8Array).toString());
  } catch {
    return undefined;
  }
}

import { clock, percent, plural } from '../facts/format';
import { startOf } from '../facts/hour';
import { exposureText } from '../judge/toggles/exposure-text';
import type { Finding, Verdict } from '../judge/verdict';
import { CRITERION_TEXT } from '../judge/verdict';
import type { Release } from '../release/schema';
import type { MemberId } from './member';
import { isSame } from './member';

/** A rate that moved by less than this share of itself is not worth a sentence. */
const WORTH_TELLING = 0.1;
/** So many changes are told; of the rest only how many they are. */
const TOLD = 20;

/**
 * What is different from the verdict that the last message spoke of, one sentence each, the likeliest causes first: the
 * stage, data that went or came, endpoints that fell silent, what is newly broken, worse, better or closed. Nothing
 * without a last message. Rates are those of each verdict's own window.
 *
 * @param open what is still open by evidence, although the verdict may not call it broken
 * @example changesSince(before, now, release) // ['stage B entered 2026-02-18 10:00 EST, 50 % of users (before: A, 25 %)']
 */
export function changesSince(
  before: Verdict | undefined,
  now: Verdict,
  { timeZone }: Pick<Release, 'timeZone'>,
  open: readonly MemberId[] = [],
): string[] {
  if (!before) return [];
  const all = [
    ...stageChange(before, now, timeZone),
    ...blindChange(before, now, timeZone),
    ...silenceChanges(before, now),
    ...brokenChanges(before, now, open),
  ];
  return all.length <= TOLD ? all : [...all.slice(0, TOLD), `and ${plural(all.length - TOLD, 'more change')}`];
}

function stageChange({ stage: old }: Verdict, { stage }: Verdict, timeZone: string): string[] {
  if (old?.since === stage?.since && old?.name === stage?.name) return [];
  if (!stage) return ['nobody is exposed any more'];
  const from = old ? ` (before: ${old.name}, ${percent(old.exposure)})` : '';
  // The log only grows, so what counts now began earlier only where what came after it was undone.
  const what = old && stage.since < old.since ? 'again, as an entry was undone; entered' : 'entered';
  return [`stage ${stage.name} ${what} ${clock(stage.since, timeZone)}, ${exposureText(stage)}${from}`];
}

function blindChange({ blind: old }: Verdict, { blind }: Verdict, timeZone: string): string[] {
  if (blind && blind.since !== old?.since) return [`no data since ${clock(startOf(blind.since), timeZone)}`];
  if (old && !blind) return [`data is back; there was none from ${clock(startOf(old.since), timeZone)} on`];
  return [];
}

function silenceChanges(before: Verdict, now: Verdict): string[] {
  const [old, silent] = [silentEndpoints(before), silentEndpoints(now)];
  return [
    ...[...silent].filter((name) => !old.has(name)).map((name) => `${name} fell silent`),
    ...[...old].filter((name) => !silent.has(name)).map((name) => `${name} is no longer silent`),
  ];
}

const silentEndpoints = ({ findings }: Verdict) =>
  new Set(findings.filter(({ silentSince }) => silentSince !== undefined).map(({ endpoint }) => endpoint));

function brokenChanges(before: Verdict, now: Verdict, open: readonly MemberId[]): string[] {
  const isOver = ({ endpoint, criterion }: Finding) => !open.some((one) => isSame(one, { endpoint, what: criterion }));
  const [old, broken] = [brokenBy(before), brokenBy(now)];
  const isNew = ([key, { since }]: [string, Finding]) => !old.has(key) || since! > before.hour;
  const going = [...broken].filter((one) => !isNew(one)).map(([key, finding]) => ({ finding, was: old.get(key)! }));
  const rollBack = going.filter(({ finding, was }) => finding.rollBack && !was.rollBack);
  return [
    ...[...broken].filter(isNew).map(([, finding]) => `newly broken: ${named(finding)}`),
    ...rollBack.map(({ finding }) => `now bad enough to roll back: ${named(finding)}`),
    ...going.flatMap(({ finding, was }) => rateChange(was, finding)),
    ...[...old]
      .filter(([key, finding]) => !broken.has(key) && isOver(finding))
      .map(([, finding]) => `no longer broken: ${named(finding)}`),
  ];
}

const brokenBy = ({ findings }: Verdict) =>
  new Map(
    findings.filter(({ outcome }) => outcome === 'breach').map((one) => [`${one.endpoint}/${one.criterion}`, one]),
  );

const named = ({ endpoint, criterion }: Finding) => `${endpoint} (${CRITERION_TEXT[criterion]})`;

function rateChange(was: Finding, is: Finding): string[] {
  if (was.pooled.requests === 0 || is.pooled.requests === 0) return [];
  const [then, now] = [was, is].map(({ pooled }) => pooled.errors / pooled.requests) as [number, number];
  if (Math.abs(now - then) < WORTH_TELLING * then || now === then) return [];
  return [`${now > then ? 'worse' : 'better'}: ${named(is)} ${percent(then)} then, ${percent(now)} now`];
}

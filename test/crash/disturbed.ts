import { memberKey } from '../../lib/alert/member';
import type { AlertRecord } from '../../lib/alert/record';
import { HOUR_MS, type Hour, type Instant } from '../../lib/facts/hour';
import type { Snapshot } from '../../lib/facts/snapshot';
import { run } from '../../lib/run';
import { type Fault, faulty } from '../worlds/faults';
import { type Table, whenever } from '../worlds/memory-history';
import { tickOf } from '../worlds/moments';

import type { Scene } from './histories';
import { keep } from './kept-table';
import { type Told, watchOn } from './neighbours';

/** Lambda tries a failed tick again after a minute; or no more, and the next hour's tick has to heal it. */
export type Recovery = 'retry' | 'next hour';

export interface Case {
  scene: Scene;
  /** Faults of the first try of the scene's hour, of its retry, and so on. */
  faults: readonly (readonly Fault[])[];
  recovery: Recovery;
}

export interface Outcome {
  table: Table;
  told: Told[];
  /** Hours of runs that did not get all the facts: they were judged by what was known. */
  unsure: Set<Hour>;
  /** Whether a run judged without an answer from the source. */
  sourceFailed: boolean;
  /** Calls of the first run. */
  calls: number;
}

/** Honest hours after the disturbed one. */
const HOURS_AFTER = 2;

/** Plays a case: the disturbed runs, then honest ones, one process each. */
export async function played({ scene, faults, recovery }: Case): Promise<Outcome> {
  const kept = await keep(scene.before);
  const told: Told[] = [];
  const unsure = new Set<Hour>();
  let calls = 0;
  let sourceFailed = false;
  let now: Instant = 0;

  const runAt = async (hour: Hour, at: Instant, broken: readonly Fault[]) => {
    now = at;
    const clock = () => now;
    const watch = watchOn(kept.history(clock), { release: scene.release, traffic: scene.traffic, told, clock });
    const disturbed = faulty(watch, broken);
    await run(disturbed.watch, tickOf(hour), disturbed.bounds).catch(() => {});
    const { called } = disturbed;
    const goesOn: Fault['mode'][] = ['error', 'lost reply', 'hangs'];
    if (broken.some(({ at, mode }) => called[at - 1] === 'sample' && goesOn.includes(mode))) {
      sourceFailed = true;
      for (const judged of (await kept.read()).verdicts.keys())
        if (!scene.before.verdicts.has(judged)) unsure.add(judged);
    }
    return called.length;
  };

  const tries = recovery === 'retry' ? [...faults, []] : faults;
  for (const [index, broken] of tries.entries()) {
    const made = await runAt(scene.hour, tickOf(scene.hour) + index * 60_000, broken);
    if (index === 0) calls = made;
  }
  for (let hour = scene.hour + 1; hour <= scene.hour + HOURS_AFTER; hour++) await runAt(hour, tickOf(hour), []);
  return { table: await kept.read(), told, unsure, sourceFailed, calls };
}

/** What of a message must be the same, whichever run sent it. */
const gist = ({ seq, severity, change, open, notices, status }: AlertRecord) => ({
  seq,
  severity,
  change,
  open,
  notices: notices.map(({ key }) => key),
  status,
});

/**
 * The same of all messages, where a notice had to wait for the next hour: a page that is due by then comes first, and may
 * close what was open when the notice was due.
 */
const inAnyOrder = (alerts: readonly AlertRecord[]) =>
  alerts
    .map(gist)
    .map(({ seq, ...one }) => (one.severity === 'notice' ? { ...one, open: [] } : one))
    .toSorted((a, b) => (JSON.stringify(a, replacer) < JSON.stringify(b, replacer) ? -1 : 1));

/** Whatever is wrong with how a case ended, beside the same scene undisturbed; empty when nothing was lost. */
export function losses({ recovery, faults, scene }: Case, ended: Outcome, honest: Outcome): string[] {
  const wrong: string[] = [];
  const same = (what: string, got: unknown, expected: unknown) => {
    const [a, b] = [got, expected].map((value) => JSON.stringify(value, replacer));
    if (a !== b) wrong.push(`${what} - got ${a?.slice(0, 2000)}, expected ${b?.slice(0, 2000)}`);
  };
  // Where the source says more by the hour, a later run knows other facts, and its verdicts and messages are others.
  const isLater = scene.moves && recovery === 'next hour';
  const stored: (snapshot: Snapshot | undefined) => unknown = isLater ? countsIn : whenever;
  for (const [endpoint, expected] of honest.table.snapshots) {
    const got = ended.table.snapshots.get(endpoint);
    if (got?.size !== expected.size) wrong.push(`${got?.size} snapshots of ${endpoint}, expected ${expected.size}`);
    // Most are the very objects that were there before the run.
    for (const [hour, snapshot] of expected)
      if (got?.get(hour) !== snapshot)
        same(`snapshot of ${endpoint} ${hour - scene.hour}`, stored(got?.get(hour)), stored(snapshot));
  }
  same('stages', ended.table.stages, honest.table.stages);
  same('event counts', countsOf(ended.table), countsOf(honest.table));

  const judged = keysOf(ended.table.verdicts);
  // Where the very first run was lost, the history begins with the next one.
  const due = keysOf(honest.table.verdicts).filter((hour) => scene.before.verdicts.size > 0 || hour >= judged[0]!);
  same('hours with a verdict', judged, due);
  for (const [hour, verdict] of ended.table.verdicts) {
    const expected = honest.table.verdicts.get(hour)!;
    if (!ended.unsure.has(hour) && !isLater) same(`verdict of hour ${hour - scene.hour}`, verdict, expected);
    else if (verdict.recommendation === 'advance' && expected.recommendation !== 'advance')
      wrong.push(`hour ${hour - scene.hour} advances on what is not known`);
  }

  const expected = [...honest.table.alerts.values()];
  const alerts = [...ended.table.alerts.values()];
  // After a gap, a source that fails leaves the release blind, and half an hour that was written before leaves an endpoint
  // silent: people hear that, and that the data is back.
  if (isLater) {
    same('what is open', openAtLast(alerts), openAtLast(expected));
    return wrong;
  }
  const openIn = ({ open }: AlertRecord) => open.map(memberKey).join();
  const known = new Set(expected.map(openIn));
  if (ended.sourceFailed && alerts.some((one) => /blind|silent/.test(openIn(one)) && !known.has(openIn(one)))) {
    same('what is open', alerts.at(-1)?.open, expected.at(-1)?.open ?? []);
    return wrong;
  }
  const waited = recovery === 'next hour' && expected.some(({ severity }) => severity === 'notice');
  const messagesOf = waited ? inAnyOrder : (some: readonly AlertRecord[]) => some.map(gist);
  same('alerts', messagesOf(alerts), messagesOf(expected));
  const runsLate = recovery === 'retry' ? 0 : 1;
  const firstTold = (told: readonly Told[], seq: number) => told.find(({ alert }) => alert.seq === seq)?.at ?? Infinity;
  for (const { alert } of ended.told)
    if (honest.table.alerts.get(alert.seq)?.status === 'held') wrong.push(`message ${alert.seq} was to be held back`);
  for (const { seq } of expected.filter(
    ({ seq, status }) =>
      status !== 'held' && (!scene.before.alerts.has(seq) || scene.before.alerts.get(seq)!.status === 'pending'),
  )) {
    const late = (firstTold(ended.told, seq) - firstTold(honest.told, seq)) / HOUR_MS;
    // A message that was left over is not sent where it is not to be told any more.
    const isWithheld = firstTold(honest.told, seq) === Infinity && firstTold(ended.told, seq) === Infinity;
    if (!isWithheld && !(Math.floor(late) <= runsLate)) wrong.push(`message ${seq} came ${late} hours late`);
  }
  const order = [...new Set(ended.told.map(({ alert }) => alert.seq))];
  same(
    'order of messages',
    order,
    [...order].sort((a, b) => a - b),
  );
  const again = ended.told.length - order.length;
  const crashes = faults.flat().filter(({ mode }) => mode !== 'Ctrl-C').length;
  if (again > crashes) wrong.push(`${again} messages came again after ${crashes} crashes`);
  return wrong;
}

const openAtLast = (alerts: readonly AlertRecord[]) => (alerts.at(-1)?.open ?? []).map(memberKey);
const countsIn = (snapshot: Snapshot | undefined) => snapshot?.kind === 'counted' && snapshot.counts;
const countsOf = ({ eventCounts }: Table) => [...eventCounts.values()].map(({ at, ...count }) => count);
const keysOf = <V>(map: ReadonlyMap<number, V>) => [...map.keys()].sort((a, b) => a - b);
const replacer = (_key: string, value: unknown) => (value instanceof Map ? [...value] : value);

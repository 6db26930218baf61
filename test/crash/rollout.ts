import { isDeepStrictEqual } from 'node:util';
import { memberKey } from '../../lib/alert/member';
import { membersOf, openNow } from '../../lib/alert/open-members';
import { aftermathOf } from '../../lib/alert/outlook';
import type { AlertRecord } from '../../lib/alert/record';
import { type Hour, startOf } from '../../lib/facts/hour';
import type { Counts, Snapshot } from '../../lib/facts/snapshot';
import { stays, timelineOf } from '../../lib/facts/stage';
import type { Verdict } from '../../lib/judge/verdict';
import { SourceError } from '../../lib/ports';
import { type RunReport, run } from '../../lib/run';
import { byStatus } from '../worlds/by-status';
import { type Fault, faulty } from '../worlds/faults';
import { emptyTable } from '../worlds/memory-history';
import { LAUNCH, tickOf } from '../worlds/moments';
import { FINE } from '../worlds/small-release';
import { keep } from './kept-table';
import { memorySink, ONE_ENDPOINT, type Told, watchOn } from './neighbours';

/** A rollout as it really goes, and what has been seen of it: what is seen once must hold from then on. */
export type Rollout = Awaited<ReturnType<typeof beginRollout>>;

export async function beginRollout() {
  const kept = await keep(emptyTable());
  let table = await kept.read();
  const told: Told[] = [];
  /** Everything that the source ever said of an hour; its newest word is the last. */
  const said = new Map<Hour, (Counts | undefined)[]>();
  const seen = {
    finals: new Map<Hour, Snapshot>(),
    verdicts: new Map<Hour, Verdict>(),
    hour: 0,
    /** The newest message and the newest verdict that were held against the truth. */
    alert: 0,
    truth: 0,
    /** Runs that may have told a message without noting that they did. */
    crashes: 0,
  };
  const weather = { now: FINE as Counts | undefined, source: true, sink: true };
  let hour = LAUNCH - 1;
  let now = 0;

  const traffic = (_: string, at: Hour) => (at < LAUNCH ? byStatus({}) : said.get(at)?.at(-1));

  const clock = () => now;

  function processOf() {
    const watch = watchOn(kept.history(clock), { release: ONE_ENDPOINT, traffic, told, clock });
    const source: typeof watch.source = {
      sample: async (...asked) => {
        if (!weather.source) throw new SourceError('the source is down', 'unreachable');
        return watch.source.sample(...asked);
      },
    };
    const sink: typeof watch.sink = {
      publish: async (alert) => {
        if (!weather.sink) throw new Error('SNS is down');
        return memorySink(told, clock).publish(alert);
      },
    };
    return { ...watch, source, sink };
  }

  return {
    weather,
    /** Time passes; the hours that end are as the weather is. */
    pass(hours: number) {
      for (; hours > 0; hours--) said.set(++hour, [weather.now]);
    },
    /** The source says something else of a past hour. */
    revise(back: number, counts: Counts) {
      if (hour - back >= LAUNCH) said.get(hour - back)!.push(counts);
    },
    async enter(stage: string, exposure: number) {
      await kept.history(clock).enterStage({ at: startOf(hour + 1), stage, exposure, by: 'test' });
    },
    /** The tick of `back` hours ago arrives, a minute after whatever came before. */
    async tick(back: number, faults: readonly Fault[] = []): Promise<RunReport | undefined> {
      now = Math.max(now + 60_000, tickOf(hour));
      if (faults.length > 0) seen.crashes++;
      const disturbed = faulty(processOf(), faults);
      const report = await run(disturbed.watch, tickOf(hour - back), disturbed.bounds).catch((error: Error) => {
        if (faults.length === 0 && weather.sink) throw error;
        return undefined;
      });
      table = await kept.read();
      check(report);
      return report;
    },
  };

  function isKnown(at: Hour): boolean {
    return table.snapshots.get('#show')?.get(at)?.kind === 'counted';
  }
  /** Whether an hour was bad, by the newest word of the source, and a run has heard of it. */
  function isBad(at: Hour): boolean {
    return (said.get(at)?.at(-1)?.get('500') ?? 0) > 100 && isKnown(at);
  }
  function allOf(from: Hour, to: Hour, holds: (at: Hour) => boolean): boolean {
    for (let at = from; at < to; at++) if (!holds(at)) return false;
    return true;
  }

  /** What was said is compared with what was true, not only with what was said before. */
  function checkTruth(alerts: readonly AlertRecord[], must: (holds: boolean, what: string) => void): void {
    const last = alerts.at(-1);
    if (last && last.seq > seen.alert) {
      seen.alert = last.seq;
      const { hour: at, findings } = last.verdict;
      const isTold = last.change === 'resolved' && findings.length > 0;
      must(
        !isTold || !allOf(at - 1, at + 1, isBad),
        `${last.seq} says that all is well, and hours ${at - 1} and ${at} are bad`,
      );
    }
    const log = timelineOf([...table.stages.values()].flat().toSorted((a, b) => a.at - b.at));
    const isExposed = (at: Hour) => stays(log).some(({ exposure, from, to }) => exposure > 0 && at >= from && at < to);
    const newest = Math.max(...table.verdicts.keys());
    if (newest <= seen.truth) return;
    seen.truth = newest;
    const { findings, recommendation, stage, traffic = [] } = table.verdicts.get(newest)!;
    const isLong = allOf(newest - TOLD_AFTER + 1, newest + 1, (at) => isBad(at) && isExposed(at));
    must(
      !isLong || findings.some(({ outcome }) => outcome === 'breach'),
      `hours up to ${newest} are bad, and none is said to be`,
    );
    must(!isLong || recommendation !== 'advance', `hour ${newest} advances while it is bad`);
    // An advance names what it does not know.
    for (const { endpoint, hours, unknown } of recommendation === 'advance' ? traffic : []) {
      const window = findings.find((one) => one.endpoint === endpoint)?.window;
      if (!window || !stage) continue;
      const known = Array.from({ length: window.to - window.from }, (_, index) => window.from + index).filter(isKnown);
      must(
        hours - unknown <= known.length,
        `hour ${newest} advances on ${hours - unknown} hours, and knows ${known.length}`,
      );
    }
  }

  /** What must hold after every run. */
  function check(report: RunReport | undefined): void {
    // Thousands of times: an expectation each would take longer than the runs.
    const must = (holds: boolean, what: string) => {
      if (!holds) throw new Error(what);
    };
    for (const one of table.snapshots.get('#show')?.values() ?? []) {
      // Counts of packed days lie elsewhere in each reading.
      const snapshot = one.kind === 'counted' ? { ...one, counts: new Map(one.counts) } : one;
      const { hour: at, final } = snapshot;
      must(isDeepStrictEqual(seen.finals.get(at) ?? snapshot, snapshot), `the final snapshot of hour ${at} changed`);
      if (final) seen.finals.set(at, snapshot);
      if (at >= LAUNCH && snapshot.kind === 'counted')
        must(
          said.get(at)!.some((counts) => isDeepStrictEqual(counts, snapshot.counts)),
          `hour ${at} was counted as the source never said`,
        );
    }
    for (const [at, verdict] of table.verdicts) {
      if (isDeepStrictEqual(seen.verdicts.get(at), verdict)) continue;
      must(!seen.verdicts.has(at), `the verdict of hour ${at} changed`);
      seen.verdicts.set(at, verdict);
      const passed = verdict.findings.filter(({ outcome }) => outcome === 'pass');
      const unknown = verdict.blind !== undefined || passed.some(({ pooled }) => pooled.requests === 0);
      must(!unknown || passed.length === 0, `hour ${at} passes what is unknown`);
      must(!unknown || verdict.recommendation !== 'advance', `hour ${at} advances on what is unknown`);
    }
    const alerts = [...table.alerts.values()];
    checkAlerts(alerts);
    checkTruth(alerts, must);
    const sent = alerts.filter(({ status }) => status === 'sent').map(({ seq }) => seq);
    const heard = told.map(({ alert }) => alert.seq);
    expect(heard).toEqual(expect.arrayContaining(sent));
    expect(heard.length - new Set(heard).size).toBeLessThanOrEqual(seen.crashes);
    if (!report) return;
    expect(report.hour).toBeGreaterThanOrEqual(seen.hour);
    seen.hour = report.hour;
    // What the sink refused is tried again, or told by the page that came after it.
    const untold = alerts.filter(
      (one) =>
        one.status !== 'sent' &&
        !alerts.some((later) => later.seq > one.seq && (tellsOfUndelivered(later) || tellsAnew(later, one))),
    );
    expect(untold).toEqual([]);
    // One message an hour: what a second run of it finds out is told by the next hour's.
    if (!report.alert && alerts.at(-1)?.verdict.hour === report.hour) return;
    // A run that ended well has paged for all that is open, and has told when nothing is.
    const open = (alerts.at(-1)?.open ?? []).map(memberKey);
    expect(open).toEqual(expect.arrayContaining(membersOf(report.verdict).map(memberKey)));
    // What the verdict does not call broken is open only while nothing shows that it recovered.
    const log = timelineOf([...table.stages.values()].flat().toSorted((a, b) => a.at - b.at));
    const aftermath = aftermathOf(ONE_ENDPOINT, log, table.snapshots, report.verdict);
    expect(openNow(alerts.at(-1), report.verdict, ONE_ENDPOINT, aftermath).open.map(memberKey).toSorted()).toEqual(
      open.toSorted(),
    );
  }
}

/** Hours in a row that were bad, exposed and known are told from the third on. */
const TOLD_AFTER = 3;

/** One message after the other, each of which follows from the one before. */
function checkAlerts(alerts: readonly AlertRecord[]): void {
  expect(alerts.map(({ seq }) => seq)).toEqual(alerts.map((_, index) => index + 1));
  const newest = new Map<string, string>();
  alerts.forEach(({ change, open, dedupKey, notices, verdict, status }, index) => {
    const before = alerts[index - 1];
    const wasOpen = (before?.open.length ?? 0) > 0;
    const unheard = before?.change === 'resolved' && before.status === 'pending';
    if (wasOpen || unheard) expect(dedupKey).toBe(before!.dedupKey);
    else if (change === 'firing') expect(alerts.slice(0, index).map((one) => one.dedupKey)).not.toContain(dedupKey);
    if (change === 'notice') expect(open).toEqual(before?.open ?? []);
    else expect([change, open.length > 0]).toEqual([change, change !== 'resolved']);
    if (change !== 'notice' && change !== 'firing') expect(wasOpen).toBe(true);
    expect(verdict.hour).toBeGreaterThanOrEqual(before?.verdict.hour ?? 0);
    // What never arrived is told again with what is true by then.
    for (const { key, said = 'told' } of status === 'sent' ? notices : []) {
      // A stage's end is told again when another thing is recommended.
      expect(newest.get(key)).not.toBe(said);
      newest.set(key, said);
    }
  });
}

/** Whether a message has the check-ins of an undelivered one, as they are now; its other notices may be true no more. */
const tellsAnew = (later: AlertRecord, { severity, notices }: AlertRecord) =>
  later.status === 'sent' &&
  severity === 'notice' &&
  notices.every(({ key, kind }) => kind !== 'check-in' || later.notices.some((one) => one.key === key));

const tellsOfUndelivered = ({ status, heldBack = [] }: AlertRecord) =>
  status === 'sent' && heldBack.some(({ why }) => why === 'could not be delivered');

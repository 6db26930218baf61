import { nextAlert, testAlert } from '../../lib/alert/next-alert';
import type { OnCallEvent } from '../../lib/alert/on-call';
import { type Aftermath, aftermathOf } from '../../lib/alert/outlook';
import type { AlertRecord } from '../../lib/alert/record';
import { type Hour, startOf } from '../../lib/facts/hour';
import { toggleOffName } from '../../lib/facts/series';
import type { Snapshots } from '../../lib/facts/snapshot';
import type { StageEvent } from '../../lib/facts/stage';
import { judge } from '../../lib/judge/judge';
import type { Finding, Verdict } from '../../lib/judge/verdict';
import { withReady } from '../../lib/plan/fill/ready';
import type { Release } from '../../lib/release/schema';
import { seriesOf } from '../../lib/release/series-of';
import type { EventCount } from '../../lib/results/event-count';
import { entered, hour, LAUNCH } from './moments';
import { around, RELEASE as DOCUMENT_STATUS, type HourFact, hoursOf, steady } from './rollout-facts';

/** The alerts of some bad days, as the judge and the rules of alerting make them. */

/** The release of this repository, guarded by a deployed stack. */
export const RELEASE: Release = { ...DOCUMENT_STATUS, home: { stack: 'Stagewatch', region: 'us-gov-west-1' } };
export const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const B = entered('2026-02-13T18:00Z', 'B', 0.5);

type Fact = (endpoint: string, at: Hour) => HourFact;

/** What was measured up to an hour, where `factOf` has the last word on the hours since the launch. */
function factsTo(newest: Hour, factOf: Fact, release: Release): Snapshots {
  const facts = seriesOf(release).map(({ name }) => {
    const byHour = hoursOf(LAUNCH - 2016, newest + 1, (at) => (at < LAUNCH ? steady(at) : factOf(name, at)), name);
    return [name, byHour] as const;
  });
  return new Map(facts);
}

/** The verdict of an hour. */
export const verdictAt = (newest: Hour, factOf: Fact, log: StageEvent[] = [A], release: Release = RELEASE): Verdict =>
  judge(release, log, factsTo(newest, factOf, release), newest);

/** The message of the run that judges an hour. */
export function alertAfter(
  previous: AlertRecord | undefined,
  verdict: Verdict,
  release = RELEASE,
  onCall: OnCallEvent[] = [],
  aftermath?: Aftermath,
): AlertRecord {
  const alert = nextAlert(previous, verdict, release, runAfter(verdict.hour), onCall, aftermath);
  if (!alert) throw new Error(`nothing is said after hour ${verdict.hour}`);
  return alert.status === 'pending' ? { ...alert, status: 'sent' } : alert;
}

const runAfter = (hour: Hour) => startOf(hour + 1) + 20 * 60_000;

const SHOW_BREAKS = LAUNCH + 30;
const INDEX_BREAKS = LAUNCH + 56;
/** #show rises to twice its rate, later to four times; #index has an outage; in the end all is repaired. */
const badDays: Fact = (endpoint, at) => {
  if (endpoint === '#show' && at >= SHOW_BREAKS) return around(at < SHOW_BREAKS + 28 ? 0.026 : 0.045)(at);
  if (endpoint === '#index' && at >= INDEX_BREAKS) return around(0.3)(at);
  return steady(at);
};

const firing = alertAfter(undefined, verdictAt(SHOW_BREAKS + 20, badDays));
const onTop = alertAfter(firing, verdictAt(INDEX_BREAKS + 1, badDays, [A, B]));
const worse = alertAfter(onTop, verdictAt(INDEX_BREAKS + 3, badDays, [A, B]));
const both = alertAfter(worse, verdictAt(INDEX_BREAKS + 8, badDays, [A, B]));
const repeat = alertAfter(both, verdictAt(INDEX_BREAKS + 37, badDays, [A, B]));
/** Taken back; from that hour on the errors go on, or end. */
const TAKEN_BACK = hour('2026-02-15T14:00Z');
const takenBack = [A, B, entered('2026-02-15T14:30Z', 'off', 0)];
const repaired: Fact = (endpoint, at) => (at < TAKEN_BACK ? badDays(endpoint, at) : steady(at));
function afterRollBack(newest: Hour, factOf: Fact): AlertRecord {
  const verdict = verdictAt(newest, factOf, takenBack);
  const aftermath = aftermathOf(RELEASE, takenBack, factsTo(newest, factOf, RELEASE), verdict);
  return alertAfter(repeat, verdict, RELEASE, [], aftermath);
}
const goesOn = afterRollBack(TAKEN_BACK + 4, badDays);
const resolved = afterRollBack(TAKEN_BACK + 40, repaired);
const dark = LAUNCH + 46;
const blind = alertAfter(
  undefined,
  verdictAt(LAUNCH + 50, (_, at) => (at < dark ? steady(at) : 'unknown')),
);
const silent = alertAfter(
  undefined,
  verdictAt(LAUNCH + 50, (name, at) => (name === '#show' && at >= dark ? [0, 0] : steady(at))),
);
/** The check-in of an hour as the run writes it, whose events were counted. */
function checkInAt(newest: Hour, log: StageEvent[], previous?: AlertRecord): AlertRecord {
  const factOf: Fact = (_, at) => steady(at);
  const alert = alertAfter(previous, verdictAt(newest, factOf, log));
  const { window } = alert.notices[0]!;
  const hours = { from: window!.from, to: window!.to, at: alert.at };
  const errorClasses = [
    { name: 'Common::Exceptions::BackendServiceException', errors: 812 },
    { name: 'Faraday::TimeoutError', errors: 40 },
  ];
  const counts: EventCount[] = [
    { ...hours, kind: 'users', users: 208_045, counts: 'all' },
    { ...hours, kind: 'errorClasses', errorClasses },
  ];
  const facts = factsTo(newest, factOf, RELEASE);
  return { ...alert, notices: withReady(alert.notices, alert.verdict, RELEASE, log, facts, counts) };
}
const checkIn = checkInAt(LAUNCH + 168, [A]);
const all = [A, B, entered('2026-03-04T15:00Z', 'C', 1)];
const lastCheck = checkInAt(hour('2026-04-03T14:00Z'), all, checkInAt(hour('2026-03-11T14:00Z'), all));

/** A finding as the judge made it, and verdicts of as many of its kind as a test asks for. */
export const brokenFinding: Finding = firing.verdict.findings.find(({ outcome }) => outcome === 'breach')!;
export const manyBroken = (count: number, nameOf = (index: number) => `#page-${index}`): Verdict => ({
  ...firing.verdict,
  findings: Array.from({ length: count }, (_, index) => ({
    ...brokenFinding,
    endpoint: nameOf(index),
    pooled: { requests: 1000, errors: 100 + ((index * 37) % 400) },
  })),
});
const forty = alertAfter(undefined, manyBroken(40));

/** An upgrade was announced; #show broke in it, and somebody saw that. */
const silence: OnCallEvent = {
  kind: 'silence',
  at: runAfter(SHOW_BREAKS + 10),
  until: runAfter(SHOW_BREAKS + 24),
  by: 'dana',
  reason: 'database upgrade',
};
const held = alertAfter(undefined, verdictAt(SHOW_BREAKS + 20, badDays), RELEASE, [silence]);
const afterSilence = alertAfter(held, verdictAt(SHOW_BREAKS + 25, badDays), RELEASE, [silence]);

/** A release with something to compare with: all fail three times as often, the users with the feature ten times. */
export const COMPARED: Release = {
  ...RELEASE,
  controls: [{ name: '#letters', tag: 'letters' }],
  datadog: { ...RELEASE.datadog, toggleOff: ['feature:off'] },
};
const upstream: Fact = (name, at) => {
  const rate = at < LAUNCH + 30 ? 0.012 : name === '#show' ? 0.063 : 0.036;
  return around(rate, name === toggleOffName('#show') ? 750 : 1000)(at);
};
const compared = alertAfter(undefined, verdictAt(LAUNCH + 50, upstream, [A], COMPARED), COMPARED);

export const NIGHT = {
  'first-firing': firing,
  'new-on-top': onTop,
  worse,
  repeat,
  'goes-on': goesOn,
  resolved,
  blind,
  silent,
  'check-in': checkIn,
  'last-check': lastCheck,
  'forty-broken': forty,
  'after-a-silence': afterSilence,
  'partly-upstream': compared,
  test: testAlert(RELEASE.name, firing.verdict, runAfter(firing.verdict.hour)),
} satisfies Record<string, AlertRecord>;

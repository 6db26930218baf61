import { nextAlert } from '../../lib/alert/next-alert';
import type { OnCallEvent } from '../../lib/alert/on-call';
import type { AlertRecord } from '../../lib/alert/record';
import { type Hour, startOf } from '../../lib/facts/hour';
import type { StageEvent } from '../../lib/facts/stage';
import { judge } from '../../lib/judge/judge';
import type { ViewFacts } from '../../lib/text/view';
import { entered, LAUNCH } from './moments';
import { around, type HourFact, hoursOf, RELEASE, steady } from './rollout-facts';

type Fact = (endpoint: string, at: Hour) => HourFact;

export const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const C = entered('2026-02-13T18:00Z', 'C', 1);
/** An interval that is not of days comes at any hour. */
const REPEATED = { ...RELEASE, alerts: { ...RELEASE.alerts, repeatEvery: 25 } };
const runAfter = (hour: Hour) => startOf(hour + 1) + 20 * 60_000;

const usual: Fact = (endpoint, at) =>
  endpoint === '#files-we-couldnt-receive' ? [at % 28 === 0 ? 1 : 0, 0] : steady(at);
const from =
  (first: Hour, then: Fact): Fact =>
  (endpoint, at) =>
    at < first ? usual(endpoint, at) : then(endpoint, at);

/** What is known of the release after a run for each of some hours, the last of them the newest. */
function after(runs: Hour[], factOf: Fact, log: StageEvent[] = [A], onCall: OnCallEvent[] = []): ViewFacts {
  const newest = runs.at(-1)!;
  const snapshots = new Map(
    RELEASE.endpoints.map(({ name }) => [name, hoursOf(LAUNCH - 672, newest + 1, (at) => factOf(name, at), name)]),
  );
  const alerts: AlertRecord[] = [];
  for (const hour of runs) {
    const next = nextAlert(alerts.at(-1), judge(RELEASE, log, snapshots, hour), REPEATED, runAfter(hour), onCall);
    if (next) alerts.push(next.status === 'pending' ? { ...next, status: 'sent' } : next);
  }
  const verdict = judge(RELEASE, log, snapshots, newest);
  return { release: RELEASE, log, verdict, snapshots, alerts, onCall, now: runAfter(newest) };
}

const broken = from(LAUNCH + 30, (endpoint, at) =>
  endpoint === '#show'
    ? around(0.05)(at)
    : endpoint === '#index' && at === LAUNCH + 40
      ? 'unknown'
      : usual(endpoint, at),
);
const silence: OnCallEvent = {
  kind: 'silence',
  at: runAfter(LAUNCH + 29),
  until: runAfter(LAUNCH + 80),
  by: 'dana',
  reason: 'database upgrade',
};
const OPEN = after([LAUNCH + 38, LAUNCH + 63], broken);

/** The release of this repository at moments that look different. */
export const MOMENTS = {
  'not-launched': after([LAUNCH - 1], usual, []),
  quiet: after([LAUNCH + 60], usual),
  open: {
    ...OPEN,
    now: OPEN.now + 10 * 60_000,
    onCall: [
      {
        kind: 'ack',
        at: OPEN.now + 5 * 60_000,
        hour: LAUNCH + 63,
        members: OPEN.alerts[0]!.open,
        by: 'Ada',
        note: 'rolling back at 15:00',
      },
    ],
  },
  blind: after(
    [LAUNCH + 50, LAUNCH + 54],
    from(LAUNCH + 46, () => 'unknown'),
  ),
  silenced: after([LAUNCH + 34, LAUNCH + 52], broken, [A], [silence]),
  finished: after([LAUNCH + 168, LAUNCH + 50 + 720], usual, [A, C]),
} satisfies Record<string, ViewFacts>;

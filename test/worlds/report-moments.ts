import { nextAlert } from '../../lib/alert/next-alert';
import type { OnCallEvent } from '../../lib/alert/on-call';
import type { AlertRecord } from '../../lib/alert/record';
import { type Hour, startOf } from '../../lib/facts/hour';
import type { StageEvent } from '../../lib/facts/stage';
import { judge } from '../../lib/judge/judge';
import type { Release } from '../../lib/release/schema';
import { seriesOf } from '../../lib/release/series-of';
import { type Report, reportOf } from '../../lib/report/report-facts';
import { entered, LAUNCH } from './moments';
import { once } from './once';
import { around, CONSISTENT, type HourFact, hoursOf, RELEASE, steady } from './rollout-facts';

type Fact = (series: string, at: Hour) => HourFact;

const runAfter = (hour: Hour) => startOf(hour + 1) + 20 * 60_000;
const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const B = entered('2026-02-18T16:30Z', 'B', 0.5);
const C = entered('2026-03-04T18:00Z', 'C', 1);

const usual: Fact = (series, at) =>
  series === '#files-we-couldnt-receive'
    ? [at % 28 === 0 ? 1 : 0, 0]
    : series === '#index'
      ? around(0.0034, 1300)(at)
      : steady(at);

/** Of #show a quarter of the requests has the toggle on from the launch, and fails a little more often. */
const besideOff: Fact = (series, at) =>
  series.endsWith('(toggle off)') && at >= LAUNCH ? around(0.011, 750)(at) : steady(at);

interface Moment {
  release?: Release;
  log?: StageEvent[];
  /** The newest hour, and the hours with a run that may alert. */
  newest: Hour;
  runs?: Hour[];
  factOf?: Fact;
  onCall?: OnCallEvent[];
}

function reportAt({ release = RELEASE, log = [A], newest, runs = [], factOf = usual, onCall = [] }: Moment): Report {
  const snapshots = new Map(
    seriesOf(release).map(({ name }) => [name, hoursOf(LAUNCH - 2016, newest + 1, (at) => factOf(name, at), name)]),
  );
  const alerts: AlertRecord[] = [];
  for (const hour of runs) {
    const next = nextAlert(alerts.at(-1), judge(release, log, snapshots, hour), release, runAfter(hour), onCall);
    if (next) alerts.push(next.status === 'pending' ? { ...next, status: 'sent' } : next);
  }
  return reportOf(release, { log, snapshots, newest, alerts, onCall, now: runAfter(newest) });
}

const broken: Fact = (series, at) => (series === '#show' && at > LAUNCH + 29 ? around(0.07)(at) : usual(series, at));
const blind: Fact = (series, at) =>
  (at > LAUNCH + 60 && at < LAUNCH + 90) || at > LAUNCH + 157 ? 'unknown' : usual(series, at);
const outage: Fact = (series, at) => (at >= LAUNCH + 400 && at < LAUNCH + 402 ? around(0.56)(at) : usual(series, at));
const upstream: Fact = (_, at) => (at > LAUNCH + 40 && at < LAUNCH + 64 ? around(0.024)(at) : steady(at));

const CONTROLLED: Release = {
  ...RELEASE,
  endpoints: [{ name: '#show', route: 'GET /show', tag: 'show', criteria: [CONSISTENT] }],
  controls: [{ name: '#search', tag: 'search' }],
};

/** Reports of releases at moments that look different, each made once a file. */
export const MOMENTS = {
  'not launched': once(() => reportAt({ log: [], newest: LAUNCH - 1 })),
  'three hours old': once(() => reportAt({ newest: LAUNCH + 2 })),
  'three weeks old, with an outage': once(() => reportAt({ log: [A, B], newest: LAUNCH + 503, factOf: outage })),
  'two months old': once(() => reportAt({ log: [A, B, C], newest: LAUNCH + 1441 })),
  blind: once(() => reportAt({ newest: LAUNCH + 160, runs: [LAUNCH + 70, LAUNCH + 91, LAUNCH + 160], factOf: blind })),
  'broken and acknowledged': once(() =>
    reportAt({
      newest: LAUNCH + 64,
      runs: [LAUNCH + 34, LAUNCH + 40, LAUNCH + 60],
      factOf: broken,
      onCall: [
        {
          kind: 'ack',
          at: runAfter(LAUNCH + 62),
          hour: LAUNCH + 60,
          members: [{ endpoint: '#show', what: 'ceiling', since: LAUNCH + 30, rollBack: true }],
          by: 'Ada',
          note: 'rolling back at 15:00',
        },
      ],
    }),
  ),
  'rolled back while silenced': once(() =>
    reportAt({
      log: [A, entered('2026-02-14T15:20Z', 'off', 0, { note: 'errors of #show' })],
      newest: LAUNCH + 90,
      runs: [LAUNCH + 34, LAUNCH + 60],
      factOf: broken,
      onCall: [
        {
          kind: 'silence',
          at: runAfter(LAUNCH + 29),
          until: runAfter(LAUNCH + 120),
          by: 'dana',
          reason: 'database upgrade',
        },
      ],
    }),
  ),
  'beside controls': once(() => reportAt({ release: CONTROLLED, newest: LAUNCH + 150, factOf: upstream })),
  'beside requests with the toggle off': once(() =>
    reportAt({
      release: { ...CONTROLLED, controls: [], datadog: { ...RELEASE.datadog, toggleOff: ['feature:off'] } },
      newest: LAUNCH + 150,
      factOf: besideOff,
    }),
  ),
} satisfies Record<string, () => Report>;

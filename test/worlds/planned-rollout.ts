import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Hour } from '../../lib/facts/hour';
import { classesName } from '../../lib/facts/series';
import type { Counts, Snapshot } from '../../lib/facts/snapshot';
import type { StageEvent } from '../../lib/facts/stage';
import { type Known, knownAt } from '../../lib/plan/fill/known';
import type { Release } from '../../lib/release/schema';
import { seriesOf } from '../../lib/release/series-of';
import { byStatus } from './by-status';
import { entered, entered as enteredAt, hour, LAUNCH } from './moments';
import { once } from './once';
import { RELEASE as DOCUMENT_STATUS, scenarioOf, simulatedFacts } from './rollout-facts';
import { releaseOf } from './small-release';

export const planOf = (name: string): string => readFileSync(path.join(__dirname, 'plans', name), 'utf8');

/** What a plan can be answered from after a rollout; `factOf` is what an hour since the launch counted, nothing if nobody could. */
export function knownOf(
  release: Release,
  log: readonly StageEvent[],
  newest: Hour,
  factOf: (series: string, at: Hour) => Counts | undefined = () => ORDINARY,
): Known {
  const facts = seriesOf(release).map(({ name: endpoint }) => {
    const byHour = new Map<Hour, Snapshot>();
    for (let at = LAUNCH - 672; at <= newest; at++) {
      const counts = at < LAUNCH && !endpoint.endsWith(classesName('')) ? ORDINARY : factOf(endpoint, at);
      const kept = { endpoint, hour: at, revision: 1, final: true };
      byHour.set(at, counts ? { ...kept, kind: 'counted', counts } : { ...kept, kind: 'unknown', reason: 'no data' });
    }
    return [endpoint, byHour] as const;
  });
  return knownAt(release, log, new Map(facts), newest, []);
}

/** 1,000 requests of which 2 failed, and one that says nothing about the feature. */
export const ORDINARY = byStatus({ 200: 998, 401: 1, 404: 1, 500: 1 });

const dashboard = 'https://vagov.ddog-gov.com/dashboard/abc-def-ghi/letters?fromUser=true';

/** Two endpoints, one beside them, and three stages of which the last is full. */
export const LETTERS: Release = releaseOf('letters', {
  endpoints: [
    { name: '#letters', tag: 'letters', criteria: [{ below: '0.3%' }] },
    { name: '#download', route: 'GET /v0/letters/:id', tag: 'download', criteria: [{ consistentWithBaseline: {} }] },
  ],
  controls: [{ name: '#status', tag: 'status' }],
  stages: [
    { name: 'first', exposure: '1%', length: '8 hours' },
    { name: '10', exposure: '10%', length: '1 week' },
    { name: 'full', exposure: '100%' },
  ],
  checks: [
    { name: '1-week', length: '1 week' },
    { name: '1-month', length: '30 days' },
  ],
  links: [{ title: 'Letters', url: dashboard }],
});

const LETTERS_LOG = [
  entered('2026-02-11T16:00Z', 'first', 0.01),
  entered('2026-02-12T00:00Z', '10', 0.1),
  entered('2026-02-13T00:00Z', 'off', 0),
  entered('2026-02-14T00:00Z', '10', 0.1),
  entered('2026-02-21T00:00Z', 'full', 1),
];

const [REFUSED, UNKNOWN] = [hour('2026-02-14T00:00Z'), hour('2026-02-22T00:00Z')];

/** In the second entry of the 10 % an upstream begins to refuse #letters; in the last stage three hours are unknown. */
export const letters = once(
  (): Known =>
    knownOf(LETTERS, LETTERS_LOG, hour('2026-03-10T00:00Z'), (series, at) => {
      if (at >= UNKNOWN && at < UNKNOWN + 3) return undefined;
      const refused = series === '#letters' && at >= REFUSED && at < REFUSED + 48;
      return refused ? byStatus({ 200: 980, 401: 1, 404: 1, 503: 20 }) : ORDINARY;
    }),
);

/** Shares that go up in stages which all have one name in the plan. */
export const CANARIES: Release = releaseOf('travel-pay', {
  endpoints: [{ name: '#claims', tag: 'claims', criteria: [{ consistentWithBaseline: {} }] }],
  stages: [1, 5, 25, 50, 75, 100].map((share, index) => ({
    name: `canary-${index + 1}`,
    exposure: `${share}%`,
    length: '1 day',
  })),
  checks: [
    { name: '2-week', length: '2 weeks' },
    { name: '1-month', length: '30 days' },
  ],
});

export const canaries = once(
  (): Known => ({
    ...knownOf(
      CANARIES,
      CANARIES.stages.slice(0, 5).map(({ name, exposure }, day) => ({
        ...entered('2026-02-11T16:00Z', name, exposure),
        at: (LAUNCH + 24 * day) * 3_600_000,
      })),
      LAUNCH + 100,
    ),
    users: 12_345,
  }),
);

/** Stages under phases, and endpoints that the plan names by their routes. */
const PAYMENTS: Release = releaseOf('payments', {
  title: 'Payments on the new service',
  endpoints: [
    { name: 'GET /v0/payments', tag: 'payments', criteria: [{ below: '5%' }] },
    { name: 'PUT /v0/payments/{id}', tag: 'payment', criteria: [{ consistentWithBaseline: {} }] },
  ],
  controls: [{ name: '#status', tag: 'status' }],
  stages: [
    { name: 'A', exposure: '10%', length: '2 days' },
    { name: 'B', exposure: '50%', length: '2 days' },
    { name: 'C', exposure: '75%', length: '2 days' },
    { name: 'D', exposure: '100%' },
  ],
  checks: [{ name: '1-week', length: '1 week' }],
});

/** Each stage two days long; more requests fail the longer it goes on. */
export const payments = once(
  (): Known => ({
    ...knownOf(
      PAYMENTS,
      PAYMENTS.stages.map(({ name, exposure }, index) => enteredAt(LAUNCH + 48 * index, name, exposure)),
      LAUNCH + 500,
      (_, at) => byStatus({ 200: 998, 500: 2 + Math.floor((at - LAUNCH) / 48) }),
    ),
    incidents: [],
  }),
);

/** Phases whose plan calls its endpoints by words. */
export const downloads = once(
  (): Known =>
    knownOf(
      releaseOf('downloads', {
        endpoints: [
          { name: '#index', tag: 'index', criteria: [{ below: '2.5%' }] },
          { name: '#download', tag: 'download', criteria: [{ below: '0.3%' }] },
        ],
        stages: [
          { name: 'I', exposure: '1%', length: '8 hours' },
          { name: 'II', exposure: '25%', length: '1 day' },
          { name: 'III', exposure: '100%' },
        ],
        checks: [{ name: '1-week', length: '1 week' }],
      }),
      [enteredAt(LAUNCH, 'I', 0.01), enteredAt(LAUNCH + 8, 'II', 0.25), enteredAt(LAUNCH + 32, 'III', 1)],
      LAUNCH + 400,
    ),
);

export const documentStatus = once((): Known => {
  const newest = hour('2026-04-10T00:00Z');
  const log = [
    entered('2026-02-11T16:00Z', 'A', 0.25),
    entered('2026-02-18T16:00Z', 'B', 0.5),
    entered('2026-03-04T15:00Z', 'C', 1),
  ];
  const facts = simulatedFacts(scenarioOf('as-it-was'), 1, log, LAUNCH - 672, newest + 1);
  return { ...knownAt(DOCUMENT_STATUS, log, facts, newest, []), users: 208_045 };
});

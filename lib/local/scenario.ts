import type { KindName } from './datadog/kinds';

/** The endpoints of the simulated service, by the names they have in releases/document-status/release.yaml. */
export type EndpointName = '#index' | '#show' | '#files-we-couldnt-receive';

/** Where in the rollout an hour is, by the stage log. */
export interface Moment {
  /** 1 in the first stage that the log entered, 2 in the next one, whatever their names; 0 while nobody has the feature. */
  stage: number;
  /** Share of users that have the feature, 0 to 1. */
  exposure: number;
  /** Whole hours since the stage was entered. */
  hoursIntoStage: number;
  /** Whole hours since anybody had the feature; 0 before. */
  hoursSinceLaunch: number;
  /** Hour of the day in the service's zone, 0 to 23. */
  localHour: number;
}

/** What is true of the simulated service, and what Datadog can be asked about it. */
export interface Scenario {
  name: string;
  description: string;
  /** The folder of the release that it is about, where that is not any. */
  release?: string;
  /** Error rate over all users as a fraction, 401 and 403 left out, before its daily pattern. */
  rate(endpoint: EndpointName, moment: Moment): number;
  /** The same of what is counted in other ways, where something of it is wrong. */
  kind?(kind: KindName, moment: Moment): number | undefined;
  /** Log standard deviation of an endpoint's error level from one week to the next. */
  drift?: number;
  /** Hours in which Datadog takes in nothing; their counts turn up when the last of them in a row is over. */
  blind?(moment: Moment): boolean;
}

type Rates = Readonly<Record<EndpointName, number>>;

/** Rates that the team of the document-status release published in its release plan, as "4 week avg before launch". */
const BASELINE: Rates = { '#index': 0.00336, '#show': 0.012325, '#files-we-couldnt-receive': 0 };

/** The same team's results: stage A from 2026-02-11, stage B from 2026-02-18, and the week after 2026-03-04 at 100 %. */
const PUBLISHED: readonly Rates[] = [
  BASELINE,
  { '#index': 0.0011, '#show': 0.0137, '#files-we-couldnt-receive': 0 },
  { '#index': 0.0047, '#show': 0.0153, '#files-we-couldnt-receive': 0 },
  { '#index': 0.00104, '#show': 0.01323, '#files-we-couldnt-receive': 0 },
];

/** What quiet weeks of a busy endpoint differ by. */
const DRIFT = 0.05;

/** What breaks on the first day after the launch's, on the second, and so on. */
const BREAKING: readonly KindName[] = [
  'claims#show',
  'letters of api',
  'letters of worker',
  'upload status',
  'latency',
];

const within = (hours: number, from: number, length: number) => hours >= from && hours < from + length;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'regression',
    description:
      'from the fourth day of the second stage, #show fails four times as often for users who have the feature',
    drift: DRIFT,
    rate(endpoint, { stage, exposure, hoursIntoStage }) {
      const broken = endpoint === '#show' && (stage > 2 || (stage === 2 && hoursIntoStage >= 72));
      return BASELINE[endpoint] * (broken ? 1 + 3 * exposure : 1);
    },
  },
  {
    name: 'as-it-was',
    description: 'the error rates that the document-status release really had; nothing was wrong with it',
    rate: (endpoint, { stage }) => (PUBLISHED[stage] ?? PUBLISHED.at(-1)!)[endpoint],
  },
  {
    name: 'outage',
    description: 'a two-hour outage around noon on the fourth day after the launch: 30 % of #index and #show fail',
    drift: DRIFT,
    rate(endpoint, { hoursSinceLaunch, localHour }) {
      const out = within(hoursSinceLaunch, 72, 24) && within(localHour, 12, 2);
      return out && endpoint !== '#files-we-couldnt-receive' ? 0.3 : BASELINE[endpoint];
    },
  },
  {
    name: 'blind',
    description: 'from the third day after the launch, Datadog has no data for 30 hours, and gets it afterwards',
    drift: DRIFT,
    rate: (endpoint) => BASELINE[endpoint],
    blind: ({ hoursSinceLaunch }) => within(hoursSinceLaunch, 48, 30),
  },
  {
    name: 'kinds',
    description: 'each kind of endpoint in docs/examples/kinds breaks for an afternoon, one a day after the launch',
    release: 'docs/examples/kinds',
    drift: DRIFT,
    rate: (endpoint) => BASELINE[endpoint],
    kind(kind, { hoursSinceLaunch, localHour }) {
      const day = Math.floor(hoursSinceLaunch / 24);
      return kind === BREAKING[day - 1] && within(localHour, 12, 6) ? 0.3 : undefined;
    },
  },
];

/** The folder of the release that a scenario is about; undefined for one about any. */
export const scenarioRelease = (name: string): string | undefined =>
  SCENARIOS.find((one) => one.name === name)?.release;

import * as z from 'zod/mini';
import { parseInstant } from '../facts/hour';
import { alertSettings } from './alert-settings';
import type { Home } from './command-text';
import { consistency } from './consistency';
import { eventQueries } from './events/event-queries';
import { measured, metricName, pairs, tagKey } from './measure/fields';
import { excludedTimes } from './planned-times';
import { exposedBy, toggleService } from './toggles/toggle-service';

/**
 * The one description of a release file: it parses it, gives the code its types and, through
 * scripts/release-schema.ts, gives editors docs/release.schema.json. Percentages become fractions and durations hours
 * here and nowhere else.
 */

const text = (what: string, max = 200) =>
  z.string(`expected ${what} as text`).check(
    z.trim(),
    z.minLength(1, `expected ${what} that is not empty`),
    z.maxLength(max, `expected ${what} of at most ${max} characters`),
    z.refine((value) => !/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(value), {
      error: ({ input }) => `got ${JSON.stringify(input)}, expected ${what} without control and invisible characters`,
    }),
  );

const httpsUrl = z.url({ protocol: /^https$/, error: 'expected an https:// address' });

const asFraction = z.transform((value: string) => Number((Number.parseFloat(value) / 100).toPrecision(12)));

const number = (pattern: RegExp, expected: string) =>
  z.pipe(z.string(`expected ${expected}`).check(z.regex(pattern, `expected ${expected}`)), asFraction);

/** "25%" → 0.25 */
const percent = number(/^\d{1,6}(\.\d+)? ?%$/, 'a percentage such as "25%"');

/** "25%" → 0.25, at most all users. */
const share = number(/^(100(\.0+)?|\d{1,2}(\.\d+)?) ?%$/, 'a share of users from "0%" to "100%"');

/** "5%" → 0.05; an error rate that can be broken. */
const rate = number(/^(?!0+(\.0+)? ?%)\d{1,2}(\.\d{1,4})? ?%$/, 'a rate above "0%" and below "100%", such as "5%"');

/** "0.1pt" → 0.001; percentage points. */
const points = number(/^\d{1,2}(\.\d+)? ?pt$/, 'percentage points such as "0.1pt"');

const HOURS = { hour: 1, day: 24, week: 168 } as const;

/** "1 week" → 168 */
const duration = z.pipe(
  z
    .string('expected text such as "1 week"')
    .check(
      z.regex(/^[1-9]\d{0,3} (hour|day|week)s?$/, 'expected a whole number of hours, days or weeks, such as "2 weeks"'),
    ),
  z.transform((value: string) => {
    const [count, unit] = value.split(' ');
    return Number(count) * HOURS[unit!.replace(/s$/, '') as keyof typeof HOURS];
  }),
);

const status = z.number().check(z.int(), z.gte(100), z.lte(599));

export const SITES = [
  'datadoghq.com',
  'us3.datadoghq.com',
  'us5.datadoghq.com',
  'datadoghq.eu',
  'ap1.datadoghq.com',
  'ap2.datadoghq.com',
  'uk1.datadoghq.com',
  'ddog-gov.com',
  'us2.ddog-gov.com',
] as const;

const MIN_REQUESTS = 'expected the requests from which an hour counts, a whole number from 1 to 1,000,000, such as 50';

const whenThin = z._default(z.enum(['hold', 'report'], 'expected hold or report'), 'hold');

const below = z
  .strictObject({
    below: rate,
    /** Beside its evidence, one hour with `minRequests` that is not below it breaks it. */
    alarm: z.optional(z.literal('hourly', 'expected hourly')),
    /** It has no default, since how often it alarms by chance depends on it. */
    minRequests: z.optional(z.int(MIN_REQUESTS).check(z.gte(1, MIN_REQUESTS), z.lte(1_000_000, MIN_REQUESTS))),
    whenThin,
  })
  .check(z.meta({ dependentRequired: { alarm: ['minRequests'], minRequests: ['alarm'] } }));
const consistentWithBaseline = z.strictObject({
  consistentWithBaseline: z.strictObject({
    /** Share above the baseline that is still consistent with it. */
    allowed: z._default(percent, 0.25),
    /** Rise in percentage points that is always consistent. */
    floor: z._default(points, 0.001),
  }),
  whenThin,
});

const criterion = z.union(
  [below, consistentWithBaseline],
  'expected { below: 5% } or { consistentWithBaseline: { allowed: 25%, floor: 0.1pt } }, with whenThin: hold or report',
);

/** Other traffic than usual that is meant: shares of the usual requests. */
const requests = z.strictObject({
  from: z._default(share, 1),
  to: z._default(percent, 1),
  because: text('a reason'),
});

const endpoint = z.strictObject({
  name: text('an endpoint name', 100),
  route: z.optional(text('a route')),
  ...measured,
  /** For links to the traces of what it counts: tags of metrics have lost the spelling that traces are found by. */
  resource: z.optional(
    text('a resource').check(
      z.describe(
        'The resource as APM spells it, such as V0::BenefitsClaimsController#show: messages link to its traces',
      ),
    ),
  ),
  /** Lifts what its traffic would hold: from 60 % to 300 % of the usual requests are meant. */
  requests: z.optional(requests),
  criteria: z
    .array(criterion)
    .check(
      z.minLength(1, 'expected at least one criterion'),
      z.maxLength(2, 'expected at most one criterion of each kind'),
    ),
});

/** Shares the endpoints' upstream but not their toggle. */
const control = z.strictObject({ name: text('a control name', 100), ...measured });

const stage = z.strictObject({
  name: text('a stage name', 40).check(
    z.regex(/^(?!off$)[^\s/]+$/, 'expected one word without "/", and not "off", which takes a release back to 0%'),
  ),
  exposure: share,
  /** How long the plan keeps the stage; the last stage may go without. */
  length: z.optional(duration),
});

const check = z.strictObject({ name: text('a check name', 40), length: duration });

const timeZone = z.string().check(
  z.refine(
    (zone) => {
      try {
        new Intl.DateTimeFormat('en', { timeZone: zone });
        return true;
      } catch {
        return false;
      }
    },
    { error: ({ input }) => `got ${JSON.stringify(input)}, expected an IANA time zone such as America/New_York` },
  ),
);

export const releaseSchema = z
  .strictObject({
    title: text('a title'),
    team: text('a team'),
    timeZone,
    toggles: z.array(
      z.strictObject({
        name: text('a toggle name'),
        description: z.optional(text('a description', 500)),
        link: z.optional(httpsUrl),
      }),
    ),
    /** What is asked every hour how they are set. */
    toggleService,
    /** Of several toggles: whether users with any of them are exposed, those with all, or those with the one that is named. */
    exposed: exposedBy,
    datadog: z.strictObject({
      site: z.enum(SITES, `expected one of ${SITES.join(', ')}`),
      metric: metricName,
      /** What all requests of the environment carry. */
      scope: pairs,
      /** What requests carry beside the scope while the toggle is off, where the metric knows. */
      toggleOff: z.optional(pairs),
      endpointTag: tagKey,
      statusTag: tagKey,
      classTag: z.optional(
        tagKey.check(
          z.describe(
            'The tag of the metric that has the error class of a failed request: messages say which classes rose',
          ),
        ),
      ),
      ...eventQueries(text, duration),
    }),
    endpoints: z.array(endpoint).check(z.minLength(1, 'expected at least one endpoint'), z.maxLength(1000)),
    /** Sampled every hour like an endpoint, and judged by nothing of its own. */
    controls: z._default(z.array(control).check(z.maxLength(20, 'expected at most 20 controls')), []),
    excludedStatuses: z._default(z.array(status), [401, 403]),
    errorStatuses: z._default(z.strictObject({ from: status, to: status }), { from: 400, to: 599 }),
    /** Every endpoint without a `below` of its own alarms above this rate too. */
    ceiling: z._default(rate, 0.05),
    /** The day for which the launch is planned, in the release's zone. */
    launch: z.optional(
      z
        .string()
        .check(
          z.refine(
            (day) => /^\d{4}-\d{2}-\d{2}$/.test(day) && parseInstant(`${day}T00:00Z`) !== undefined,
            'expected a day such as 2026-02-11',
          ),
        ),
    ),
    stages: z.array(stage).check(z.minLength(1, 'expected at least one stage')),
    /** Looks back over the time since the last stage began. */
    checks: z._default(z.array(check), []),
    /** Times that count neither in the baseline nor in a stage. */
    exclude: excludedTimes(text('a reason')),
    alerts: alertSettings(duration, text('a reason')),
    links: z._default(z.array(z.strictObject({ title: text('a link title'), url: httpsUrl })), []),
    /** The release plan: a file in the release's folder, or the address of one in a repository. */
    plan: z.optional(
      z.union(
        [httpsUrl, z.string().check(z.regex(/^(?!\/)(?!.*\.\.)[\w ./-]+\.(md|markdown)$/))],
        "expected a .md file in the release's folder, or the https:// address of one in a repository",
      ),
    ),
    runbook: z.union(
      [httpsUrl, z.string().check(z.regex(/^[\w./-]+\.md$/))],
      'expected an https:// address or a .md file of this repository',
    ),
  })
  .check(consistency);

/** A release as the code uses it: the file's content under the name of its folder. Rates are fractions, durations hours. */
export type Release = z.output<typeof releaseSchema> & {
  name: string;
  /** Where its history is kept; whoever runs it knows that, and no file says it. */
  home?: Home;
};

export type Endpoint = Release['endpoints'][number];

export type Criterion = Endpoint['criteria'][number];

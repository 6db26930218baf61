import * as z from 'zod/mini';
import type { AlertRecord } from '../../alert/record';
import { plain } from '../../facts/format';
import { hourText } from '../../facts/hour';
import { exposedUsersOf } from '../../judge/exposed-users';
import type { Finding } from '../../judge/verdict';
import { described, eventTime, eventWindow, eventWindowOf, rate, whole } from './fields';

/** One criterion of one endpoint in the event. */
export const eventFinding = z.object({
  endpoint: z.string(),
  criterion: z.enum(['below', 'consistentWithBaseline', 'ceiling']),
  outcome: z.enum(['pass', 'breach', 'inconclusive', 'no-data']),
  reason: z.string(),
  window: eventWindow,
  requests: whole,
  errors: whole,
  rate: described(z.optional(rate), 'errors / requests; absent without requests.'),
  withoutStatus: described(
    z.optional(z.literal(true)),
    'Requests without a status are counted as errors; so it is not met, though it may be without them.',
  ),
  toggleOff: described(
    z.optional(z.object({ requests: whole, errors: whole })),
    'Those with the toggle off in the same hours, where they are the measure; requests and errors are then the others.',
  ),
  limit: described(z.optional(z.number()), 'The rate that counts as broken.'),
  baselineRate: z.optional(rate),
  rose: described(
    z.optional(z.array(z.object({ status: z.string(), now: z.number(), usual: z.number() }))),
    'The statuses that rose against the time before the launch: how many an hour, and how many are usual in as many requests.',
  ),
  classes: described(
    z.optional(
      z.object({
        rose: z.array(z.object({ name: z.string(), errors: whole, usual: z.optional(z.number()) })),
        errors: whole,
        withClass: whole,
        since: described(
          z.optional(eventTime),
          'The first hour with a class, where none was counted before the launch.',
        ),
      }),
    ),
    'The error classes that rose, where the metric has them: how many errors, and how many are usual in as many requests at most. Of all errors of the window, some have a class.',
  ),
  hourly: described(
    z.optional(z.object({ minRequests: whole })),
    'One hour with at least so many requests was not below the limit, and that alone breaks it; there are no odds then.',
  ),
  odds: described(z.optional(z.number()), 'Odds to one that it is broken, to four digits; at most a trillion.'),
  exposedUsers: described(
    z.optional(z.object({ rate, low: rate, high: rate, othersToo: z.boolean() })),
    'What the rate means for the exposed users, with a 90 % interval, if all others fail as in the baseline.',
  ),
  since: described(z.optional(eventTime), 'Start of an open breach.'),
  silentSince: z.optional(eventTime),
  rollBack: z.boolean(),
  upstream: z.optional(z.string()),
});

/** Evidence multiplies for weeks; beyond this its size says nothing more, and Infinity is no JSON. */
const MOST_ODDS = 1e12;

const short = (value: number) => Number(value.toPrecision(4));

export function findingOf(found: Finding, { verdict }: AlertRecord): z.input<typeof eventFinding> {
  const { pooled, window, evidence, since, silentSince } = found;
  const {
    endpoint,
    criterion,
    outcome,
    withoutStatus,
    toggleOff,
    hourly,
    limit,
    baselineRate,
    rose,
    classes,
    rollBack,
    upstream,
  } = found;
  return {
    endpoint,
    criterion,
    outcome,
    reason: plain(found.reason),
    window: eventWindowOf(window),
    ...pooled,
    rate: pooled.requests > 0 ? pooled.errors / pooled.requests : undefined,
    withoutStatus,
    toggleOff,
    limit,
    baselineRate,
    hourly,
    rose: rose?.map(({ status, now, usual }) => ({ status, now: short(now), usual: short(usual) })),
    classes: classes && {
      ...classes,
      rose: classes.rose.map(({ name, errors, usual }) => ({
        name: plain(name),
        errors,
        usual: usual === undefined ? undefined : short(usual),
      })),
      since: classes.since === undefined ? undefined : hourText(classes.since),
    },
    odds: evidence.breach === undefined ? undefined : Number(Math.min(MOST_ODDS, evidence.breach).toPrecision(4)),
    exposedUsers: exposedUsersOf(found, verdict.stage),
    since: since === undefined ? undefined : hourText(since),
    silentSince: silentSince === undefined ? undefined : hourText(silentSince),
    rollBack,
    upstream: upstream === undefined ? undefined : plain(upstream),
  };
}

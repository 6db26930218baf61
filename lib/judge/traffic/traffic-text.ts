import { count, percent, plural, span, times } from '../../facts/format';
import { HOURS_PER_WEEK, type Hour, hourText } from '../../facts/hour';
import { commandText } from '../../release/command-text';
import type { Release } from '../../release/schema';
import type { OddWeek } from '../../statistics/traffic/odd-week';
import type { Case } from '../case';
import type { EndpointTraffic, Notice, ShareOfRequests, TrafficKind } from '../verdict';

/** From so much below the lowest usual week on, and from so many times the usual, it is worth a sentence. */
const FEWER = 0.95;
const MORE = 1.5;
/** Errors beside more requests than usual: from so many times the usual number on. */
const MORE_ERRORS = 1.2;
/** Unknown hours of so many of the usual requests are worth a sentence. */
const UNKNOWN = 0.02;
/** With so few users, the loss that cannot be told is about all that a release can take. */
const FEW_USERS = 0.25;

/** One thing that is true of an endpoint's traffic. */
export interface TrafficText {
  kind: TrafficKind | 'errors' | 'meant' | 'odd week';
  text: string;
}

/** What is to be said of an endpoint's traffic, each only when it is true. */
export function trafficTexts(
  traffic: Omit<EndpointTraffic, 'said'>,
  about: Case,
  isTooGood: boolean,
  odd: OddWeek | undefined,
): TrafficText[] {
  const { day, judged, excluded, redirects, withoutStatus, hours, unknown, covered, meant } = traffic;
  const found: TrafficText[] = [];
  // What is missing altogether its findings say.
  const isHeld = traffic.holds.includes('fewer');
  if (day && !about.course.silence && (day.low < FEWER || isHeld))
    found.push({ kind: 'fewer', text: fewerText(day, isHeld, about) });
  if (day && day.high >= MORE) {
    const usual = judged.usualErrors / day.times;
    const errors =
      usual > 0 && judged.errors >= MORE_ERRORS * usual
        ? `; errors ${times(judged.errors / usual)} the usual number, at ${times(day.times)} the requests`
        : '';
    found.push({
      kind: 'more',
      text: `requests ${times(day.times)} the usual: more evidence than usual, not better${errors}`,
    });
  }
  const statuses = about.release.excludedStatuses.join(', ');
  if (isHigh(excluded))
    found.push({ kind: 'excluded', text: `excluded statuses (${statuses}): ${shareText(excluded)}` });
  if (isHigh(redirects)) found.push({ kind: 'redirects', text: `redirects: ${shareText(redirects)}` });
  if (isHigh(withoutStatus)) {
    const none = withoutStatus.share * traffic.requests;
    const rate = (judged.errors + none) / (judged.requests + none);
    const text = `without a status: ${shareText(withoutStatus)}; counted as errors the rate is ${percent(rate)}`;
    found.push({ kind: 'withoutStatus', text });
  }
  if (unknown > 0 && 1 - covered >= UNKNOWN)
    found.push({
      kind: 'unknown',
      text: `${plural(unknown, 'hour')} of the stage's ${count(hours)} unknown (${percent(1 - covered)} of its usual requests)`,
    });
  if (isTooGood)
    found.push({
      kind: 'errors',
      text: `${judged.errors === 0 ? 'no error' : plural(judged.errors, 'error')} in ${plural(judged.requests, 'request')} where ${count(judged.usualErrors / Math.max(1, day?.times ?? 1))} were usual: repaired, or not counted?`,
    });
  if (meant !== undefined) found.push({ kind: 'meant', text: `other traffic than usual is meant: "${meant}"` });
  if (odd) found.push({ kind: 'odd week', text: oddText(odd, about.release) });
  return found;
}

/** An odd week of the baseline, and the command that leaves it out. */
function oddText({ from, what, value, nearest }: OddWeek, release: Release): string {
  const [is, others] =
    what === 'errors'
      ? [`failed at ${percent(value)}`, percent(nearest)]
      : [`had ${count(value)} requests a day`, count(nearest)];
  const to = from + HOURS_PER_WEEK;
  return `the baseline's week ${span(from, to, release.timeZone)} is an odd one: it ${is}, the nearest of the others ${what === 'errors' ? 'at' : 'had'} ${others}; if it was an incident, leave it out: ${commandText(release, 'exclude', '--from', hourText(from), '--to', hourText(to), '--reason', 'WHY')}`;
}

/** How many are missing, and whether the exposed users can be it. */
function fewerText(
  { days, seen, usual, low, tells }: NonNullable<EndpointTraffic['day']>,
  isHeld: boolean,
  { rollout }: Case,
): string {
  const { exposure } = rollout.current;
  const lost = 1 - low;
  const whose =
    exposure >= 1
      ? ''
      : lost <= exposure
        ? `; at most ${percent(exposure)} can be the exposed users'`
        : '; more than the exposed users make: measured in part, or moved?';
  const limit = exposure <= FEW_USERS ? `; a loss below ${rounded(tells)} cannot be told here` : '';
  return `requests ${percent(Math.max(0, lost))} below the lowest usual ${days >= 3 ? 'week' : 'day'} (${count(seen)} a day, ${count(usual)} usual)${isHeld ? whose : limit}`;
}

/** No more is known of it. */
const rounded = (share: number) => percent(Math.round(100 * share) / 100);

const isHigh = ({ share, high }: ShareOfRequests) => share > (high ?? 0);

const shareText = ({ share, usual }: ShareOfRequests) =>
  `${percent(share)} of requests (${usual === undefined ? 'before unknown' : `${percent(usual)} before`})`;

/** What an advance rests on, of each endpoint, and how large a loss of requests nobody would see. */
export function restsOn(all: readonly EndpointTraffic[], exposure: number): string {
  const each = all.map(({ endpoint, day, excluded, withoutStatus, hours, unknown }) => {
    const requests = day
      ? `${percent(Number(day.ratio.toPrecision(3)))} of its usual requests`
      : 'requests too few to compare with the usual';
    const holes = unknown === 0 ? 'no hour unknown' : `${count(unknown)} of ${plural(hours, 'hour')} unknown`;
    return `${endpoint} ${requests} (${percent(withoutStatus.share)} without a status, ${percent(excluded.share)} excluded, ${holes})`;
  });
  const limits = all.flatMap(({ day }) => (day ? [day.tells] : []));
  const limit =
    exposure <= FEW_USERS && limits.length > 0
      ? `; a loss of requests below ${rounded(Math.max(...limits))} cannot be told`
      : '';
  return `it rests on ${each.join(', ')}${limit}`;
}

/** What keeps an endpoint from passing, after "no pass while". */
const HOLDING: Record<TrafficKind, string> = {
  fewer: 'requests are missing',
  more: 'far more requests come than usual',
  excluded: 'more requests are excluded than usual',
  redirects: 'more requests are redirected than usual',
  withoutStatus: 'more requests have no status than usual',
  unknown: 'so many of its requests are unknown',
};

/** @example holdingText(['fewer', 'unknown']) === 'no pass while requests are missing and so many of its requests are unknown' */
export const holdingText = (holds: readonly TrafficKind[]): string =>
  `no pass while ${holds.map((kind) => HOLDING[kind]).join(' and ')}`;

/** A line that is told once while it lasts. */
export function trafficNotice(
  endpoint: string,
  kind: TrafficKind | 'errors',
  since: Hour,
  texts: readonly TrafficText[],
): Notice {
  const text = texts.find((one) => one.kind === kind)?.text ?? `${HOLDING[kind as TrafficKind]} lately`;
  return { key: `traffic/${endpoint}/${kind}/${since}`, kind: 'traffic', endpoint, text: `${endpoint}: ${text}` };
}

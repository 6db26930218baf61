import type { Hour } from '../../facts/hour';
import { openSince } from '../../statistics/hysteresis';
import { coverage } from '../../statistics/traffic/coverage';
import { type Block, dayBlock, type Reference } from '../../statistics/traffic/day-block';
import { type Hourly, median } from '../../statistics/traffic/hourly';
import { CLOCK_SHIFTS } from '../../statistics/traffic/least-before';
import { oddWeek } from '../../statistics/traffic/odd-week';
import { dayShare, isLastingAbove, shareIn, type UsualShare, usualShare } from '../../statistics/traffic/share';
import { highest, isShort, lowest, lowShare, type Spread, spreadBefore } from '../../statistics/traffic/spread-before';
import type { Case } from '../case';
import type { EndpointTraffic, Notice, ShareOfRequests, TrafficKind } from '../verdict';
import { trafficNotice, trafficTexts } from './traffic-text';

/**
 * A stage has lost requests below this. From three days on: `alone` or `beside` a reference of the lowest week to expect, or
 * `each` of the last three days of the baseline's lowest week. Before: `young` of its lowest day.
 */
const LOST = { alone: 0.86, beside: 0.9, young: 0.7, each: 0.6 };
/** What is told at once: a day, or the median of three. */
const LOST_NOTICE = { day: 0.5, days: 0.6 };
/** A notice of lost requests is over when a day has so much again. */
const BACK = { alone: 0.6, beside: 0.7 };
/** Of the baseline's highest week. */
const SURPLUS = { holds: 2, closes: 1.6, said: 1.5 };
/** A release can be judged by hours that have so much of the usual requests. */
const COVERED = 0.75;
/** How far back a share is looked at, and from when on a large one is told. */
const SHARE_HOURS = 72;
const DAY = 24;
/** Too good: errors below so much of what those who are not exposed had, of at least so many. */
const TOO_GOOD = { share: 0.5, expected: 50 };

/** What the numbers of an endpoint's stage rest on, what keeps it from passing, and what is told of it at once. */
export function trafficOn(about: Case): { traffic: EndpointTraffic; notices: Notice[] } {
  const { endpoint, rollout, newest, course } = about;
  const { requests } = course.volume;
  const { first, answered, seen, leftOut } = requests;
  const [from, to] = [rollout.current.from, newest + 1];
  const volume = volumeIn(about);
  const shares = (['excluded', 'redirects', 'withoutStatus'] as const).map((kind) => ({
    kind,
    ...shareOf(about, requests[kind]),
  }));
  const all = shareIn(answered, seen, from - first, to - first).all;
  const part = (kind: TrafficKind): ShareOfRequests => {
    const { now, usual } = shares.find((one) => one.kind === kind)!;
    return { share: now, ...(usual && { usual: usual.median, high: usual.high }) };
  };
  const [ofStage, lately] = [from, Math.max(from, to - SHARE_HOURS)].map((start) =>
    coverage(seen, start - first, to - first, rollout.launch - first, (index) => !leftOut.has(first + index)),
  ) as [number, number];
  const counting = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index).filter(
    (hour) => !leftOut.has(hour),
  );
  const stageHours = course.hours.slice(course.stageFrom);
  const errors = stageHours.reduce((sum, { x }) => sum + x, 0);
  const judged = stageHours.reduce((sum, { n }) => sum + n, 0);
  // More requests than usual bring no more errors by themselves.
  const expected = course.baseline && volume.day ? (judged * course.baseline.p0) / Math.max(1, volume.day.times) : 0;
  const isTooGood =
    expected >= TOO_GOOD.expected && errors < TOO_GOOD.share * (1 - rollout.current.exposure) * expected;
  const { requests: meant } = endpoint;
  const holds: TrafficKind[] = [
    ...(volume.isLost ? (['fewer'] as const) : []),
    ...(volume.isSurplus ? (['more'] as const) : []),
    ...shares.filter(({ isAbove }) => isAbove).map(({ kind }) => kind),
    ...(to > from && Math.min(ofStage, lately) < COVERED ? (['unknown'] as const) : []),
  ];
  const traffic: Omit<EndpointTraffic, 'said'> = {
    endpoint: endpoint.name,
    requests: all,
    ...(volume.day && { day: volume.day }),
    excluded: part('excluded'),
    redirects: part('redirects'),
    withoutStatus: part('withoutStatus'),
    hours: counting.length,
    unknown: counting.filter((hour) => seen[hour - first] === undefined).length,
    covered: ofStage,
    judged: { requests: judged, errors, usualErrors: judged * (course.baseline?.p0 ?? 0) },
    ...(meant && { meant: meant.because }),
    holds,
  };
  const odd = oddWeek(answered, requests.errors, rollout.launch - first);
  const texts = trafficTexts(traffic, about, isTooGood, odd && { ...odd, from: odd.from + first });
  const open: [TrafficKind | 'errors', Hour | undefined][] = [
    ['fewer', course.silence ? undefined : volume.lostSince],
    ['more', volume.surplusSince],
    ...shares.map(({ kind, since }): [TrafficKind, Hour | undefined] => [kind, since]),
    ['errors', isTooGood ? from : undefined],
  ];
  const notices = open.flatMap(([kind, since]) =>
    since === undefined ? [] : [trafficNotice(endpoint.name, kind, since, texts)],
  );
  return { traffic: { ...traffic, said: texts.map(({ text }) => text) }, notices };
}

/** Whether a stage lost requests or has too many, and since when that is worth telling. */
function volumeIn({ endpoint, rollout, newest, course }: Case) {
  const { requests, spread, reference, meantFrom } = course.volume;
  const { first } = requests;
  const launch = rollout.launch - first;
  const [from, to] = [rollout.current.from - first, newest + 1 - first];
  const meantTo = endpoint.requests?.to ?? 1;
  const low = blocksOf(requests.answered, launch, reference);
  const high = blocksOf(requests.seen, launch, reference);
  let spreadSeen: Spread | undefined;
  const surplus = (end: number): number | undefined => {
    const days = high.before(end, from);
    if (days.length === 0) return undefined;
    // Until the median is above the bar, no spread can make it lower.
    const plain = timesOf(days);
    if (plain < SURPLUS.said) return plain;
    spreadSeen ??= spreadBefore(requests.seen, launch, reference);
    return highest(days, spreadSeen);
  };
  const barOf = (days: readonly Block[], bars: { alone: number; beside: number }) =>
    Math.min(meantFrom, days.every(({ share }) => share !== undefined) ? bars.beside : bars.alone);
  const isFew = (end: number, bar: number) =>
    CLOCK_SHIFTS.every((shift) => {
      const block = low.at(end, shift);
      return block && lowest([block], spread, 'day') < Math.min(meantFrom, bar) && isShort([block], spread);
    });

  const days = low.before(to, from);
  const isLong = days.length >= 3;
  const [by, bar] = isLong
    ? (['expected', barOf(days, LOST)] as const)
    : (['day', Math.min(meantFrom, LOST.young)] as const);
  const isLost =
    days.length > 0 &&
    isShort(days, spread) &&
    (lowest(days, spread, by) < bar ||
      (isLong && days.slice(0, 3).every((day) => lowest([day], spread, 'week') < Math.min(meantFrom, LOST.each))));
  const isLoss = (end: number) => {
    if (end - DAY < from) return false;
    if (isFew(end, LOST_NOTICE.day)) return true;
    const three = low.before(end, from).slice(0, 3);
    return (
      three.length === 3 &&
      isShort(three, spread) &&
      lowest(three, spread, 'week') < Math.min(meantFrom, LOST_NOTICE.days)
    );
  };
  const isBack = (end: number) => {
    const block = low.at(end);
    return block !== undefined && lowest([block], spread, 'day') >= barOf([block], BACK);
  };
  const lostSince = spread.days === 0 ? undefined : openSince(from + DAY, to, isLoss, isBack);
  const surplusBar = Math.max(SURPLUS.holds, meantTo);
  const surplusSince =
    spread.days === 0
      ? undefined
      : openSince(
          from + DAY,
          to,
          (end) => (surplus(end) ?? 0) > surplusBar,
          (end) => (surplus(end) ?? Number.POSITIVE_INFINITY) < SURPLUS.closes,
        );
  const level = surplus(to);
  return {
    isLost,
    isSurplus: (level ?? 0) > surplusBar,
    lostSince: lostSince === undefined ? undefined : lostSince + first,
    surplusSince: surplusSince === undefined ? undefined : surplusSince + first,
    ...(days.length > 0 && {
      day: {
        days: days.length,
        seen: mean(days.map(({ seen }) => seen)),
        usual: mean(days.map(({ usual }) => usual)),
        ratio: median(days.map(({ own }) => own)),
        low: lowest(days, spread, isLong ? 'week' : 'day'),
        high: level ?? 1,
        times: timesOf(high.before(to, from)),
        tells: 1 - bar * lowShare(days, spread, by),
      },
    }),
  };
}

const timesOf = (days: readonly Block[]) => (days.length > 0 ? median(days.map(({ own }) => own)) : 1);

const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

/** The days of a series against the usual, each compared once; `end` is the index after a day. */
function blocksOf(hours: Hourly, launch: number, reference: Reference | undefined) {
  const known = new Map<number, Block | undefined>();
  const at = (end: number, shift = 0): Block | undefined => {
    if (shift !== 0) return dayBlock(hours, end - DAY, launch, reference, shift);
    if (!known.has(end)) known.set(end, dayBlock(hours, end - DAY, launch, reference));
    return known.get(end);
  };
  /** Those that tell something, newest first, back to `from`. */
  const before = (end: number, from: number): Block[] =>
    Array.from({ length: Math.max(0, Math.floor((end - from) / DAY)) }, (_, back) => at(end - back * DAY)).filter(
      (block) => block !== undefined,
    );
  return { at, before };
}

/** What share of its requests one kind is, whether that is above the usual for good, and since when that is told. */
function shareOf({ rollout, newest, course }: Case, part: Hourly) {
  const { seen, first } = course.volume.requests;
  const { exposure } = rollout.current;
  const [from, to] = [rollout.current.from - first, newest + 1 - first];
  const usual = usualShare(part, seen, rollout.launch - first, exposure);
  const { part: of, all } = shareIn(part, seen, from, to);
  const now = all > 0 ? of / all : 0;
  const isAboveAt = (end: number, { limit }: UsualShare) =>
    isLastingAbove(part, seen, Math.max(from, end - SHARE_HOURS), end, limit);
  const isAbove = usual !== undefined && now > 0 && isAboveAt(to, usual);
  const tells = (end: number, one: UsualShare) =>
    isAboveAt(end, one) &&
    (end - from >= SHARE_HOURS ||
      (end - from >= DAY && (dayShare(part, seen, end) ?? 0) > one.limit + Math.max(0.05, exposure / 4)));
  const closes = (end: number, one: UsualShare) => {
    const day = dayShare(part, seen, end);
    return day !== undefined && day <= one.limit - 0.25 * (one.limit - one.median);
  };
  const since =
    usual === undefined || now === 0
      ? undefined
      : openSince(
          from + DAY,
          to,
          (end) => tells(end, usual),
          (end) => closes(end, usual),
        );
  return { now, usual, isAbove, since: since === undefined ? undefined : since + first };
}

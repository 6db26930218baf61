import { hourFrom } from '../../lib/facts/hour';
import type { Counts } from '../../lib/facts/snapshot';
import type { StageEvent } from '../../lib/facts/stage';
import { type EndpointName, SCENARIOS } from '../../lib/local/scenario';
import { RESOURCES, type ResourceName, type Traffic, trafficOf } from '../../lib/local/traffic';
import { ROLLOUT, STAGE_A, STAGE_B, STAGE_C, scenario, WINDOWS } from '../worlds/local-rollout';

const WEEK = 168;
const names = Object.keys(RESOURCES) as ResourceName[];
const busy = ['#index', '#show'] as const;

const sum = (counts: Counts, wanted: (status: string) => boolean) =>
  [...counts].reduce((total, [status, count]) => total + (wanted(status) ? count : 0), 0);
const excludedIn = (counts: Counts) => sum(counts, (status) => status === '401' || status === '403');
const requestsIn = (counts: Counts) => sum(counts, () => true) - excludedIn(counts);
const errorsIn = (counts: Counts) => sum(counts, (status) => status >= '400') - excludedIn(counts);

function measure(traffic: Traffic, resource: ResourceName, from: number, to: number) {
  const hours = Array.from({ length: to - from }, (_, index) => traffic.counts(resource, from + index));
  const total = (of: (counts: Counts) => number) => hours.reduce((all, counts) => all + of(counts), 0);
  return { hours, requests: total(requestsIn), errors: total(errorsIn), excluded: total(excludedIn) };
}

const trueRate = (traffic: Traffic, resource: ResourceName, [from, to]: readonly [number, number]) => {
  const { requests, errors } = traffic.expected(resource, from, to);
  return errors / requests;
};

test('an hour has the same counts in any order of questions and after a restart', () => {
  const hours = Array.from({ length: 300 }, (_, index) => STAGE_A - 100 + index);
  const ask = (order: number[]) => {
    const traffic = trafficOf(scenario('regression'), 7, ROLLOUT);
    return new Map(order.map((hour) => [hour, names.map((name) => traffic.counts(name, hour))]));
  };
  const forwards = ask(hours);
  const backwards = ask([...hours].reverse());
  for (const hour of hours) expect(backwards.get(hour)).toEqual(forwards.get(hour));
});

test('another seed, hour or endpoint has other counts', () => {
  const one = trafficOf(scenario('regression'), 1, ROLLOUT);
  const two = trafficOf(scenario('regression'), 2, ROLLOUT);
  const drawn = [0, 1, 2].flatMap((hour) =>
    [one, two].flatMap((traffic) => busy.map((name) => JSON.stringify([...traffic.counts(name, STAGE_A + hour)]))),
  );
  expect(new Set(drawn).size).toBe(drawn.length);
});

test('a stage that is entered while the traffic is in use changes the hours from then on, and no volume', () => {
  const timeline = ROLLOUT.slice(0, 1);
  const traffic = trafficOf(scenario('as-it-was'), 3, timeline);
  const hours = [STAGE_C - 1, STAGE_C, STAGE_C + 1];
  const before = hours.map((hour) => traffic.counts('#show', hour));
  timeline.push(ROLLOUT[2]!);
  const after = hours.map((hour) => traffic.counts('#show', hour));
  expect(after[0]).toEqual(before[0]);
  expect(after[1]).not.toEqual(before[1]);
  expect(after.map(requestsIn)).toEqual(before.map(requestsIn));
});

test('a stage entered within an hour begins with the next one', () => {
  const timeline: StageEvent[] = [ROLLOUT[0]!, { ...ROLLOUT[1]!, at: ROLLOUT[1]!.at + 1 }];
  const traffic = trafficOf(scenario('as-it-was'), 1, timeline);
  const rateOf = (hour: number) => trueRate(traffic, '#index', [hour, hour + 1]);
  expect(rateOf(STAGE_B + 1) / rateOf(STAGE_B)).toBeCloseTo(4.3, 0);
  expect(rateOf(STAGE_B) / rateOf(STAGE_B - 1)).toBeCloseTo(1, 0);
});

test.each([
  ['#index', 800, 1_300],
  ['#show', 800, 1_300],
  ['#files-we-couldnt-receive', 3 / WEEK, 11 / WEEK],
] as const)('%s has between %f and %f requests an hour at the mean', (name, low, high) => {
  const traffic = trafficOf(scenario('as-it-was'), 1, []);
  const { requests, hours } = measure(traffic, name, STAGE_A - 26 * WEEK, STAGE_A);
  expect(requests / hours.length).toBeGreaterThan(low);
  expect(requests / hours.length).toBeLessThan(high);
  const expected = traffic.expected(name, STAGE_A - 26 * WEEK, STAGE_A).requests;
  // Four standard errors of a Poisson number, and 1 % for the hourly spread.
  expect(Math.abs(requests - expected)).toBeLessThan(4 * Math.sqrt(expected) + 0.01 * expected);
});

test('days are busier than nights and weekdays than weekends, by the clocks of New York', () => {
  const traffic = trafficOf(scenario('as-it-was'), 1, []);
  const at = (text: string) => {
    const first = hourFrom(Date.parse(text));
    const weeks = Array.from({ length: 8 }, (_, week) => requestsIn(traffic.counts('#index', first + week * WEEK)));
    return weeks.reduce((total, requests) => total + requests) / weeks.length;
  };
  for (const [day, offset] of [
    ['2025-11-05', '-05:00'],
    ['2025-07-02', '-04:00'],
  ]) {
    const ratio = at(`${day}T15:00${offset}`) / at(`${day}T03:00${offset}`);
    expect(ratio).toBeGreaterThan(3.5);
    expect(ratio).toBeLessThan(4.6);
  }
  expect(at('2025-11-08T15:00-05:00') / at('2025-11-05T15:00-05:00')).toBeCloseTo(0.7, 1);
});

test('401 and 403 come on top of the requests, and errors have all the usual codes', () => {
  const traffic = trafficOf(scenario('as-it-was'), 1, []);
  const { requests, excluded, hours } = measure(traffic, '#show', STAGE_A - 4 * WEEK, STAGE_A);
  expect(excluded / requests).toBeCloseTo(0.015, 2);
  const statuses = new Set(hours.flatMap((counts) => [...counts.keys()]));
  expect([...statuses].sort()).toEqual(['200', '401', '403', '404', '422', '500', '502', '503']);
});

test('a status without requests is absent, never zero', () => {
  const traffic = trafficOf(scenario('outage'), 1, ROLLOUT);
  for (const name of names) {
    for (const counts of measure(traffic, name, STAGE_A, STAGE_A + WEEK).hours) {
      for (const count of counts.values()) expect(Number.isInteger(count) && count > 0).toBe(true);
    }
  }
});

test('the canary has more requests than all endpoints together', () => {
  const traffic = trafficOf(scenario('as-it-was'), 1, []);
  for (let hour = STAGE_A - WEEK; hour < STAGE_A; hour++) {
    const endpoints = requestsIn(traffic.counts('#index', hour)) + requestsIn(traffic.counts('#show', hour));
    expect(requestsIn(traffic.counts('other', hour))).toBeGreaterThan(endpoints);
  }
});

test('errors spread from hour to hour as a beta-binomial of correlation 0.002 does', () => {
  const traffic = trafficOf(scenario('as-it-was'), 5, []);
  const hours = Array.from({ length: 4_000 }, (_, index) => STAGE_A - index);
  const squares = hours.map((hour) => {
    const counts = traffic.counts('#show', hour);
    const requests = requestsIn(counts);
    const rate = trueRate(traffic, '#show', [hour, hour + 1]);
    const variance = requests * rate * (1 - rate) * (1 + (requests - 1) * 0.002);
    return (errorsIn(counts) - requests * rate) ** 2 / variance;
  });
  const mean = squares.reduce((total, square) => total + square) / squares.length;
  expect(mean).toBeGreaterThan(0.9);
  expect(mean).toBeLessThan(1.1);
});

describe.each(SCENARIOS.map((one) => [one.name, one] as const))('scenario %s', (_name, one) => {
  test.each(Object.entries(WINDOWS))('measures its true rates in %s', (_window, [from, to]) => {
    const traffic = trafficOf(one, 11, ROLLOUT);
    for (const name of busy) {
      const rate = trueRate(traffic, name, [from, to]);
      const { requests, errors, hours } = measure(traffic, name, from, to);
      const sumOfSquares = hours.reduce((total, counts) => total + requestsIn(counts) ** 2, 0);
      const error = Math.sqrt(rate * (1 - rate) * (1 / requests + (0.002 * sumOfSquares) / requests ** 2));
      expect(Math.abs(errors / requests - rate)).toBeLessThan(4 * error);
    }
  });

  test('has no error on the page that hardly anybody uses', () => {
    const traffic = trafficOf(one, 11, ROLLOUT);
    expect(measure(traffic, '#files-we-couldnt-receive', STAGE_A - 4 * WEEK, STAGE_C + WEEK).errors).toBe(0);
  });
});

const AS_PUBLISHED: [keyof typeof WINDOWS, EndpointName, number][] = [
  ['baseline', '#index', 0.00336],
  ['baseline', '#show', 0.012325],
  ['A', '#index', 0.0011],
  ['A', '#show', 0.0137],
  ['B', '#index', 0.0047],
  ['B', '#show', 0.0153],
  ['first week of C', '#index', 0.00104],
  ['first week of C', '#show', 0.01323],
];
test.each(AS_PUBLISHED)('as-it-was: in %s, %s fails as often as was published, %f', (window, name, rate) => {
  const traffic = trafficOf(scenario('as-it-was'), 1, ROLLOUT);
  expect(trueRate(traffic, name, WINDOWS[window]) / rate).toBeCloseTo(1, 2);
});

test('regression: exposed users see four times the errors of #show from hour 72 of stage B on', () => {
  const broken = trafficOf(scenario('regression'), 1, ROLLOUT);
  const sound = trafficOf(scenario('blind'), 1, ROLLOUT);
  const factor = (name: EndpointName, hour: number) =>
    trueRate(broken, name, [hour, hour + 1]) / trueRate(sound, name, [hour, hour + 1]);
  expect(factor('#show', STAGE_B + 71)).toBeCloseTo(1, 9);
  expect(factor('#show', STAGE_B + 72)).toBeCloseTo(2.5, 9);
  expect(factor('#show', STAGE_C - 1)).toBeCloseTo(2.5, 9);
  expect(factor('#show', STAGE_C)).toBeCloseTo(4, 9);
  expect(factor('#index', STAGE_C)).toBeCloseTo(1, 9);
});

test('regression: a stage that lasts longer stays broken, and leaving it repairs it', () => {
  const off = { at: ROLLOUT[2]!.at + 30 * 24 * 3_600_000, stage: 'off', exposure: 0, by: 'test' };
  const traffic = trafficOf({ ...scenario('regression'), drift: 0 }, 1, [...ROLLOUT.slice(0, 2), off]);
  const end = hourFrom(off.at);
  const rateOf = (from: number) => trueRate(traffic, '#show', [from, from + WEEK]);
  expect(rateOf(end - WEEK) / rateOf(STAGE_A)).toBeCloseTo(2.5, 1);
  expect(rateOf(end) / rateOf(STAGE_A)).toBeCloseTo(1, 1);
});

test('regression: it is the second stage whatever its name, and the third from its first hour on', () => {
  const log = ROLLOUT.map((event, index) => ({ ...event, stage: ['Canary', 'Half', 'Everyone'][index]! }));
  const named = trafficOf(scenario('regression'), 1, log);
  const lettered = trafficOf(scenario('regression'), 1, ROLLOUT);
  for (const hour of [STAGE_A, STAGE_B + 71, STAGE_B + 72, STAGE_C])
    expect(named.counts('#show', hour)).toEqual(lettered.counts('#show', hour));
});

test('regression: a stage that is entered again is the one that it was', () => {
  const back = { ...ROLLOUT[0]!, at: ROLLOUT[2]!.at };
  const traffic = trafficOf({ ...scenario('regression'), drift: 0 }, 1, [...ROLLOUT.slice(0, 2), back]);
  const rateOf = (from: number) => trueRate(traffic, '#show', [from, from + WEEK]);
  expect(rateOf(STAGE_C) / rateOf(STAGE_A)).toBeCloseTo(1, 1);
});

test('outage: two hours at noon of the fourth day fail at 30 %, in New York', () => {
  const out = trafficOf(scenario('outage'), 1, ROLLOUT);
  const sound = trafficOf(scenario('blind'), 1, ROLLOUT);
  const hours = Array.from({ length: WEEK }, (_, index) => STAGE_A + index).filter(
    (hour) => trueRate(out, '#show', [hour, hour + 1]) > 2 * trueRate(sound, '#show', [hour, hour + 1]),
  );
  const noon = hourFrom(Date.parse('2026-02-14T12:00-05:00'));
  expect(hours).toEqual([noon, noon + 1]);
  expect(trueRate(out, '#index', [noon, noon + 2])).toBeCloseTo(0.3, 1);
});

test('blind: 30 hours in a row, from the third day after the launch, and in no other scenario', () => {
  const hours = Array.from({ length: 8 * WEEK }, (_, index) => STAGE_A - 4 * WEEK + index);
  for (const one of SCENARIOS) {
    const traffic = trafficOf(one, 1, ROLLOUT);
    const expected = one.name === 'blind' ? Array.from({ length: 30 }, (_, index) => STAGE_A + 48 + index) : [];
    expect(hours.filter((hour) => traffic.blind(hour))).toEqual(expected);
  }
});

test('every scenario has a name of its own and one line that describes it', () => {
  expect(new Set(SCENARIOS.map((one) => one.name)).size).toBe(SCENARIOS.length);
  for (const { description } of SCENARIOS) expect(description).toMatch(/^[^\n]{20,110}$/);
});

test('an error level drifts from week to week by what the scenario says, and is one level within a week', () => {
  const level = (drift: number, hour: number) =>
    trueRate(trafficOf({ ...scenario('blind'), drift }, 1, []), '#show', [hour, hour + 1]);
  const logRatio = (hour: number) => Math.log(level(0.05, hour) / level(0, hour));
  const monday = Math.ceil(STAGE_A / 168) * 168;
  const weeks = Array.from({ length: 200 }, (_, week) => logRatio(monday + 168 * week));
  const sd = Math.sqrt(weeks.reduce((sum, one) => sum + one ** 2, 0) / weeks.length);
  expect(sd).toBeGreaterThan(0.04);
  expect(sd).toBeLessThan(0.06);
  expect(logRatio(monday + 167)).toBeCloseTo(weeks[0]!, 9);
});

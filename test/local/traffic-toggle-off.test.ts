import type { Counts } from '../../lib/facts/snapshot';
import { RESOURCES, type ResourceName, type Traffic, trafficOf } from '../../lib/local/traffic';
import { ROLLOUT, STAGE_A, STAGE_B, STAGE_C, scenario, WINDOWS } from '../worlds/local-rollout';

const names = Object.keys(RESOURCES) as ResourceName[];
const hoursOf = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

/** Requests and errors without 401 and 403, which are counted apart. */
function tally(hours: readonly Counts[]) {
  const total = { requests: 0, errors: 0, excluded: 0 };
  for (const [status, count] of hours.flatMap((counts) => [...counts])) {
    if (status === '401' || status === '403') total.excluded += count;
    else total.requests += count;
    if (status >= '400' && status !== '401' && status !== '403') total.errors += count;
  }
  return total;
}

function split(traffic: Traffic, name: ResourceName, [from, to]: readonly [number, number]) {
  const all = tally(hoursOf(from, to).map((hour) => traffic.counts(name, hour)));
  const off = tally(hoursOf(from, to).map((hour) => traffic.toggleOff(name, hour)));
  return { all, off, on: { requests: all.requests - off.requests, errors: all.errors - off.errors } };
}

describe('requests with the toggle off', () => {
  test('are all before the launch, none at 100 %, and never more than all of a status', () => {
    const traffic = trafficOf(scenario('regression'), 1, ROLLOUT);
    for (const name of names) {
      for (const hour of hoursOf(STAGE_A - 24, STAGE_A))
        expect(traffic.toggleOff(name, hour)).toEqual(traffic.counts(name, hour));
      for (const hour of hoursOf(STAGE_A, STAGE_A + 24)) {
        for (const [status, count] of traffic.toggleOff(name, hour)) {
          expect(count).toBeGreaterThan(0);
          expect(count).toBeLessThanOrEqual(traffic.counts(name, hour).get(status) ?? 0);
        }
      }
      for (const hour of hoursOf(STAGE_C, STAGE_C + 24)) expect(traffic.toggleOff(name, hour).size).toBe(0);
    }
  });

  test.each(['#index', '#show'] as const)(
    'of %s are three quarters while a quarter of the users is exposed, 401 and 403 alike',
    (name) => {
      const { all, off } = split(trafficOf(scenario('as-it-was'), 2, ROLLOUT), name, WINDOWS.A);
      expect(off.requests / all.requests).toBeCloseTo(0.75, 2);
      expect(off.excluded / all.excluded).toBeCloseTo(0.75, 1);
    },
  );

  test('fail as before while those with the toggle on fail four times as often', () => {
    const traffic = trafficOf({ ...scenario('regression'), drift: 0 }, 5, ROLLOUT);
    const { off, on } = split(traffic, '#show', [STAGE_B + 72, STAGE_C]);
    const { all } = split(traffic, '#show', WINDOWS.baseline);
    const before = all.errors / all.requests;
    const factor = (part: { requests: number; errors: number }) => part.errors / part.requests / before;
    expect([Math.abs(factor(off) - 1) < 0.1, Math.abs(factor(on) - 4) < 0.3]).toEqual([true, true]);
  });

  test('are the same for every call, and change no count', () => {
    const [asked, fresh] = [0, 1].map(() => trafficOf(scenario('regression'), 4, ROLLOUT)) as [Traffic, Traffic];
    const first = hoursOf(STAGE_A, STAGE_A + 24).map((hour) => asked.toggleOff('#show', hour));
    const again = hoursOf(STAGE_A, STAGE_A + 24).map((hour) => asked.toggleOff('#show', hour));
    expect(again).toEqual(first);
    for (const hour of hoursOf(STAGE_A, STAGE_A + 24))
      expect(asked.counts('#show', hour)).toEqual(fresh.counts('#show', hour));
    const asEver = { 200: 1244, 401: 21, 403: 6, 404: 5, 422: 3, 500: 2, 502: 3 };
    expect(Object.fromEntries(asked.counts('#show', STAGE_A))).toEqual(asEver);
  });
});

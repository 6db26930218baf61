import path from 'node:path';
import type { Hour } from '../../lib/facts/hour';
import type { Counts, Snapshot, Snapshots } from '../../lib/facts/snapshot';
import type { StageEvent } from '../../lib/facts/stage';
import type { Verdict } from '../../lib/judge/verdict';
import { SCENARIOS, type Scenario } from '../../lib/local/scenario';
import { type RESOURCES, trafficOf } from '../../lib/local/traffic';
import { readRelease } from '../../lib/release/read';
import type { Criterion, Release } from '../../lib/release/schema';
import { byStatus } from './by-status';
import { mulberry32 } from './golden-stream';
import { LAUNCH } from './moments';

/** The release that the tests judge, as its file in this repository says. */
export const RELEASE: Release = readRelease(path.join(__dirname, '../../releases/document-status')).release;

export const CONSISTENT: Criterion = { consistentWithBaseline: { allowed: 0.25, floor: 0.001 }, whenThin: 'hold' };
export const BELOW: Criterion = { below: 0.05, whenThin: 'hold' };

/** A release of one endpoint, #show, and three stages: a week, two weeks, and the last with two checks. */
export const releaseWith = (criteria: Criterion[], changes: Partial<Release> = {}): Release => ({
  ...RELEASE,
  endpoints: [{ name: '#show', tag: 'show', criteria }],
  ...changes,
});

/** Requests and errors of an hour; `unknown` is what a blind source says, and nothing is an hour never sampled. */
export type HourFact = readonly [requests: number, errors: number] | 'unknown' | undefined;

export const counts = (requests: number, errors: number): Counts => byStatus({ 200: requests - errors, 500: errors });

/** The newest snapshot of each endpoint and hour: most tests of a file ask for the same four weeks, and none changes one. */
const made = new Map<string, Map<Hour, { fact: HourFact; snapshot: Snapshot }>>();

export function snapshot(endpoint: string, at: Hour, fact: NonNullable<HourFact>): Snapshot {
  const byHour = made.get(endpoint) ?? new Map();
  made.set(endpoint, byHour);
  const known = byHour.get(at);
  if (known && (known.fact === fact || (known.fact[0] === fact[0] && known.fact[1] === fact[1]))) return known.snapshot;
  const kept = { endpoint, hour: at, revision: 1, final: true };
  const snapshot: Snapshot =
    fact === 'unknown'
      ? { ...kept, kind: 'unknown', reason: 'Datadog has no data' }
      : { ...kept, kind: 'counted', counts: counts(...fact) };
  byHour.set(at, { fact, snapshot });
  return snapshot;
}

/** The hours [from, to) of one endpoint. */
export function hoursOf(from: Hour, to: Hour, factOf: (at: Hour) => HourFact, endpoint = '#show'): Map<Hour, Snapshot> {
  const byHour = new Map<Hour, Snapshot>();
  for (let at = from; at < to; at++) {
    const fact = factOf(at);
    if (fact !== undefined) byHour.set(at, snapshot(endpoint, at, fact));
  }
  return byHour;
}

/** Of several series, from the baseline on. */
export const factsBy = (to: Hour, byName: Record<string, (at: Hour) => HourFact>): Snapshots =>
  new Map(Object.entries(byName).map(([name, factOf]) => [name, hoursOf(LAUNCH - 672, to, factOf, name)]));

/** A factor that holds for some hours, `from` hours after the launch. */
export const lasting = (from: number, hours: number, factor: number) => (at: Hour) =>
  at >= LAUNCH + from && at < LAUNCH + from + hours ? factor : 1;

/** The first finding of a criterion. */
export const findingOf = (verdict: Verdict, criterion = 'consistentWithBaseline') =>
  verdict.findings.find((one) => one.criterion === criterion)!;

/** Four weeks of baseline and everything up to `to` of #show, where `factOf` has the last word after the launch. */
export const showFacts = (to: Hour, factOf: (at: Hour) => HourFact = steady, launch = LAUNCH): Snapshots =>
  new Map([['#show', hoursOf(launch - 672, to, (at) => (at < launch ? steady(at) : factOf(at)))]]);

/** About 1,000 requests an hour of which 1.2 % fail, a little more or less in each: the same for the same hour. */
export function steady(at: Hour): HourFact {
  return around(0.012)(at);
}

export const around =
  (rate: number, requests = 1000) =>
  (at: Hour): HourFact => {
    const uniform = mulberry32(at);
    const n = Math.round(requests * (0.9 + 0.2 * uniform()));
    return [n, Math.round(n * rate * (0.8 + 0.4 * uniform()))];
  };

export function scenarioOf(name: string): Scenario {
  const found = SCENARIOS.find((one) => one.name === name);
  if (!found) throw new Error(`no scenario ${name}`);
  return found;
}

/** What a source would have said of the simulated service's hours [from, to). */
export function simulatedFacts(scenario: Scenario, seed: number, log: readonly StageEvent[], from: Hour, to: Hour) {
  const traffic = trafficOf(scenario, seed, log);
  const byHour = (name: keyof typeof RESOURCES): Map<Hour, Snapshot> =>
    new Map(
      Array.from({ length: to - from }, (_, index): [Hour, Snapshot] => {
        const at = from + index;
        return traffic.blind(at)
          ? [at, snapshot(name, at, 'unknown')]
          : [
              at,
              { endpoint: name, hour: at, revision: 1, final: true, kind: 'counted', counts: traffic.counts(name, at) },
            ];
      }),
    );
  return new Map([
    ['#index', byHour('#index')],
    ['#show', byHour('#show')],
    ['#files-we-couldnt-receive', byHour('#files-we-couldnt-receive')],
  ]);
}

/** Makes every attempt to change something throw; maps are only guarded through their values. */
export function deepFreeze<T>(value: T): T {
  if (value instanceof Map) for (const one of value.values()) deepFreeze(one);
  else if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const one of Object.values(value)) deepFreeze(one);
  }
  return value;
}

import { HOURS_PER_WEEK, type Hour, instantText, startOf } from '../../../lib/facts/hour';
import { localTime } from '../../../lib/facts/local-time';
import { blindness } from '../../../lib/judge/blindness';
import { baselineOf } from '../../../lib/judge/course';
import { judge } from '../../../lib/judge/judge';
import { rolloutOf } from '../../../lib/judge/rollout';
import { type MissingRequests, silenceOf, volumeOf } from '../../../lib/judge/traffic/missing-requests';
import type { Release } from '../../../lib/release/schema';
import { mulberry32 } from '../../worlds/golden-stream';
import { entered, LAUNCH } from '../../worlds/moments';
import { BELOW, CONSISTENT, type HourFact, hoursOf, releaseWith } from '../../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const rollout = rolloutOf([A])!;
const release = releaseWith([CONSISTENT, BELOW]);
/** 1,000 requests in an hour of the day, 20 at night in New York. */
const daily = (at: Hour): number => (isNight(at) ? 8 : 1000);
const isNight = (at: Hour) => localTime(startOf(at), 'America/New_York').hour < 7;
/** 11:00 in New York, a week after the launch. */
const DROP = LAUNCH + HOURS_PER_WEEK;

/** What is said of an hour when the requests are `factOf` from the launch on. */
function silences(
  factOf: (at: Hour) => number | undefined,
  before: (at: Hour) => number | undefined = daily,
  about: Release = release,
): (newest: Hour) => MissingRequests | undefined {
  const facts = hoursOf(LAUNCH - 672, LAUNCH + 5 * HOURS_PER_WEEK, (at): HourFact => {
    const requests = at < LAUNCH ? before(at) : factOf(at);
    return requests === undefined ? 'unknown' : [requests, 0];
  });
  const baseline = baselineOf(about, { log: [A], launch: LAUNCH }, facts);
  const volume = volumeOf(facts, rollout, LAUNCH - 672, LAUNCH + 5 * HOURS_PER_WEEK, about);
  return (newest) => silenceOf(about, rollout, volume, newest, baseline);
}
const silenceAt = (newest: Hour, ...about: Parameters<typeof silences>) => silences(...about)(newest);

/** A share of the usual requests from DROP on. */
const cutTo = (share: number) => (at: Hour) => Math.floor(daily(at) * (at < DROP ? 1 : share));

test('while every endpoint is unknown the release is blind, though the whole scope is counted', () => {
  const unknown = hoursOf(LAUNCH - 672, LAUNCH + 5, (at): HourFact => (at < LAUNCH ? [100, 0] : 'unknown'));
  const scope = hoursOf(LAUNCH - 672, LAUNCH + 5, (): HourFact => [900, 0]);
  const seen = (names: string[]) =>
    blindness(release, new Map(names.map((name) => [name, name === '(scope)' ? scope : unknown])), LAUNCH + 4, LAUNCH);
  expect(seen(['#show', '(scope)'])).toMatchObject({ since: LAUNCH, hours: 5 });
  expect(seen(['#show', '(scope)'])).toEqual(seen(['#show']));
});

test('hours inside which a toggle was moved belong to no stage, and are not missing', () => {
  // Nobody could read it for hours, in which it was moved; requests were counted all along.
  const moved = { ...entered(instantText(startOf(DROP + 5)), 'B', 0.5), after: startOf(DROP) };
  const said = (requests: number, newest: Hour) => {
    const facts = hoursOf(LAUNCH - 672, DROP + 20, (at): HourFact => [at < DROP ? daily(at) : requests, 0]);
    const within = rolloutOf([A, moved])!;
    const baseline = baselineOf(release, within, facts);
    const volume = volumeOf(facts, within, LAUNCH - 672, newest, release);
    return silenceOf(release, within, volume, newest, baseline);
  };
  for (let newest = DROP; newest < DROP + 12; newest++)
    expect([newest, said(1000, newest)]).toEqual([newest, undefined]);
  expect(said(0, DROP + 8)).toMatchObject({ since: DROP + 5 });
});

describe('an endpoint that is thinned out', () => {
  it('is told after three hours below a tenth of the usual, since the first of them, with the counts', () => {
    expect(silenceAt(DROP + 1, cutTo(0.099))).toBeUndefined();
    expect(silenceAt(DROP + 2, cutTo(0.099))).toEqual({
      since: DROP,
      reason:
        'thinned out for 3 hours: less than a tenth of the usual requests counted (297 in the last 3 hours, where 3,000 are usual at least); cut off in part, sent elsewhere, or measured in part?',
    });
    expect(silenceAt(DROP + 2, cutTo(0.1))).toBeUndefined();
  });

  it('waits for as many hours as the release says', () => {
    const patient = { ...release, alerts: { ...release.alerts, blindAfter: 6 } };
    expect(silenceAt(DROP + 3, cutTo(0.05), daily, patient)).toBeUndefined();
    expect(silenceAt(DROP + 5, cutTo(0.05), daily, patient)?.since).toBe(DROP);
  });

  it('is compared with the smallest of the weeks, and never with what holidays make of it', () => {
    const oneSmall = (at: Hour) => (at < LAUNCH - 504 ? Math.floor(daily(at) * 0.3) : daily(at));
    expect(silenceAt(DROP + 2, cutTo(0.029), oneSmall)?.since).toBe(DROP);
    expect(silenceAt(DROP + 2, cutTo(0.03), oneSmall)).toBeUndefined();
    expect(silenceAt(DROP + 40, cutTo(0.5))).toBeUndefined();
  });

  it('needs 30 missing requests', () => {
    const thin = (requests: number) =>
      silenceAt(
        DROP + 2,
        (at) => (at < DROP ? requests : at === DROP ? 1 : 0),
        () => requests,
      );
    expect(thin(11)).toBeUndefined();
    expect(thin(12)?.since).toBe(DROP);
  });

  it('stays so through the night, in which nothing can be told, with the same beginning', () => {
    const cut = silences(cutTo(0.05));
    for (let newest = DROP + 2; newest < DROP + 60; newest++)
      expect([newest, cut(newest)?.since]).toEqual([newest, DROP]);
  });

  it('is so no more once six hours have three tenths again, and not before', () => {
    const back = (share: number) => (at: Hour) => (at < DROP + 6 ? cutTo(0.05)(at) : Math.floor(daily(at) * share));
    expect(silenceAt(DROP + 5, back(0.3))?.reason).toMatch(/^thinned out for 6 hours: less than a tenth/);
    expect(silenceAt(DROP + 10, back(0.3))?.reason).toMatch(
      /^thinned out for 11 hours: not shown yet that it is over \(900 in the last 3 hours, where 3,000 are usual at least\)/,
    );
    // Most of them are missing all the same.
    expect(silenceAt(DROP + 11, back(0.3))?.reason).toMatch(/^most of the usual requests are missing for 12 hours/);
    expect(silenceAt(DROP + 11, back(0.299))?.reason).toMatch(/^thinned out/);
    for (const share of [0.3, 0.299])
      for (let newest = DROP + 2; newest < DROP + 30; newest += 3)
        expect([newest, silenceAt(newest, back(share))?.since]).toEqual([newest, DROP]);
  });

  it('keeps its beginning when the last requests are gone, too, and when a few come back', () => {
    const worse = (at: Hour) => (at >= DROP + 4 && at < DROP + 8 ? 0 : cutTo(0.05)(at));
    for (const newest of [DROP + 3, DROP + 7, DROP + 8])
      expect([newest, silenceAt(newest, worse)?.since]).toEqual([newest, DROP]);
    expect(silenceAt(DROP + 7, worse)?.reason).toMatch(/^no request counted in the last 4 hours/);
  });

  it('is not told of hours that are not counted, and goes on through them', () => {
    const holes = (at: Hour) => (at === DROP + 1 || at === DROP + 7 ? undefined : cutTo(0.05)(at));
    expect(silenceAt(DROP + 3, holes)).toBeUndefined();
    expect(silenceAt(DROP + 4, holes)?.since).toBe(DROP + 2);
    expect(silenceAt(DROP + 8, holes)?.since).toBe(DROP + 2);
  });

  it('is not told without two weeks to compare with', () => {
    const young = (weeks: number) => (at: Hour) => (at < LAUNCH - weeks * HOURS_PER_WEEK ? undefined : daily(at));
    expect(silenceAt(DROP + 2, cutTo(0.05), young(1))).toBeUndefined();
    expect(silenceAt(DROP + 2, cutTo(0.05), young(2))?.since).toBe(DROP);
  });

  it('or silent is not told of the hour by which the clocks have changed since the baseline', () => {
    // Office hours only, from 9 to 17, and since 8 March by summer time: UTC sees them an hour earlier.
    const office = (at: Hour) => {
      const { hour, weekend } = localTime(startOf(at), 'America/New_York');
      return weekend || hour < 9 || hour >= 17 ? 0 : 1000;
    };
    const found = silences(office, office);
    for (let newest = LAUNCH + 3 * HOURS_PER_WEEK; newest < LAUNCH + 5 * HOURS_PER_WEEK; newest++)
      expect([newest, found(newest)]).toEqual([newest, undefined]);
  });

  describe('in the verdict', () => {
    /** Rates of errors from ten hours before the drop on, and from the drop on. */
    const judged = (before: number, after: number, newest = DROP + 4) => {
      const facts = hoursOf(LAUNCH - 672, newest + 1, (at): HourFact => {
        const requests = Math.floor(at < LAUNCH ? daily(at) : cutTo(0.05)(at));
        return [requests, Math.round(requests * (at < DROP - 10 ? 0.01 : at < DROP ? before : after))];
      });
      return judge(release, [A], new Map([['#show', facts]]), newest);
    };
    const outcomes = (...about: Parameters<typeof judged>) => judged(...about).findings.map(({ outcome }) => outcome);

    it('is no-data since its beginning, and holds', () => {
      expect(judged(0.01, 0.01).recommendation).toBe('hold');
      expect(judged(0.01, 0.01).findings).toMatchObject([
        { outcome: 'no-data', silentSince: DROP },
        { outcome: 'no-data', silentSince: DROP },
      ]);
    });

    it('leaves a breach open, however good the rest of the requests looks and for however long', () => {
      expect(outcomes(0.4, 0)).toEqual(['breach', 'breach']);
      expect(outcomes(0.4, 0, DROP + 30)).toEqual(['breach', 'breach']);
      expect(judged(0.4, 0, DROP + 30).recommendation).toBe('roll back');
    });

    it('does not hide a breach that only the rest of the requests shows', () => {
      expect(outcomes(0.01, 0.9)).toContain('breach');
    });
  });
});

/**
 * Requests of an endpoint that nothing happens to: a pattern of day and week, weeks and hours that differ (log standard
 * deviations 0.2 and 0.3, the hours correlated by 0.8), Poisson counts, and in the third week after the launch a holiday
 * that takes half of a day.
 */
function ordinary(seed: number, perHour: number): (at: Hour) => number {
  const uniform = mulberry32(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const poisson = (mean: number) => {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    let [count, product] = [0, uniform()];
    while (product > Math.exp(-mean)) {
      count++;
      product *= uniform();
    }
    return count;
  };
  const from = LAUNCH - 672;
  let week = 0;
  let noise = 0;
  const requests = Array.from({ length: 672 + 3 * HOURS_PER_WEEK }, (_, index) => {
    if (index % HOURS_PER_WEEK === 0) week = 0.2 * normal();
    noise = 0.8 * noise + 0.6 * 0.3 * normal();
    const { hour, weekend } = localTime(startOf(from + index), 'America/New_York');
    const day = 1 + 0.9 * Math.cos((2 * Math.PI * (hour - 14)) / 24);
    const holiday = index >= 672 + 336 && index < 672 + 360 ? 0.5 : 1;
    return poisson(perHour * day * (weekend ? 0.4 : 1) * holiday * Math.exp(week + noise));
  });
  return (at) => requests[at - from] ?? 0;
}

test('nothing is thinned out in three ordinary weeks with a holiday, of endpoints of any size', () => {
  const alarms: [seed: number, hour: Hour, reason: string][] = [];
  for (let seed = 0; seed < 8; seed++) {
    const factOf = ordinary(seed, [5, 20, 100, 1000][seed % 4]!);
    const found = silences(factOf, factOf);
    for (let newest = LAUNCH; newest < LAUNCH + 3 * HOURS_PER_WEEK; newest += 2) {
      const silence = found(newest);
      if (silence) alarms.push([seed, newest, silence.reason]);
    }
  }
  expect(alarms).toEqual([]);
});

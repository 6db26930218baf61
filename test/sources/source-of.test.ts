import { environmentOf } from '../../lib/cli/live';
import type { Hour } from '../../lib/facts/hour';
import type { Sample } from '../../lib/facts/snapshot';
import type { Release } from '../../lib/release/schema';
import { run } from '../../lib/run';
import type { Place, Sources } from '../../lib/sources/place';
import { SOURCES, sourceOf } from '../../lib/sources/source-of';
import { memoryWatch, type Told } from '../crash/neighbours';
import { emptyTable } from '../worlds/memory-history';
import { entered, LAUNCH, tickOf } from '../worlds/moments';
import { BAD, FINE, releaseOf } from '../worlds/small-release';

const { datadog, ...rest } = releaseOf('books');
/** A release whose file has the section of another source in the place of Datadog's. */
const release = { ...rest, ledger: { badFrom: LAUNCH + 30 } } as unknown as Release;

/** What the folder of a second source would have. */
function ledgerSources(of: Release, { env }: Place): Sources {
  if (!env.LEDGER_KEY) throw new Error('LEDGER_KEY - got nothing, expected the key of the ledger');
  const { badFrom } = (of as unknown as { ledger: { badFrom: Hour } }).ledger;
  return {
    source: {
      async sample(series, from, to) {
        return series.flatMap(({ name: endpoint }) =>
          Array.from({ length: to - from }, (_, index): Sample => {
            const hour = from + index;
            return { endpoint, hour, kind: 'counted', counts: hour < badFrom ? FINE : BAD };
          }),
        );
      },
    },
  };
}

describe('a second source is its folder and a line', () => {
  beforeAll(() => {
    SOURCES.ledger = ledgerSources;
  });
  afterAll(() => {
    delete SOURCES.ledger;
  });
  const place = { env: { LEDGER_KEY: 'a key' } };

  test('with which a release is sampled, judged, told of and checked in like any other', async () => {
    const told: Told[] = [];
    let now = 0;
    const surroundings = { release, told, clock: () => now, traffic: () => FINE };
    const watch = { ...memoryWatch(emptyTable(), surroundings), ...sourceOf(release, place) };
    const tick = (hour: Hour) => {
      now = tickOf(hour);
      return run(watch, now);
    };
    await tick(LAUNCH - 1);
    await watch.history.enterStage(entered(LAUNCH));
    for (let hour = LAUNCH; hour < LAUNCH + 35; hour++) await tick(hour);
    expect(told.map(({ alert }) => alert.change)).toEqual(['notice', 'firing', 'worse']);
    expect(told[0]!.alert.notices[0]).toMatchObject({ kind: 'check-in', ready: expect.anything() });
    expect(told[2]!.alert.verdict.recommendation).toBe('roll back');
  });

  test('which the commands reach with the environment, and name what it lacks', () => {
    expect(environmentOf(place.env, release, false).source).toEqual({ sample: expect.any(Function) });
    expect(() => environmentOf({}, release, true)).toThrow(
      /^LEDGER_KEY - got nothing.*\nSTAGEWATCH_TOPIC - got nothing/,
    );
  });
});

test('a release without a section of any source is refused, with those that there are', () => {
  expect(() => sourceOf(release, { env: {} })).toThrow('books - got no source, expected one of the sections datadog');
  expect(() => sourceOf({ ...release, datadog }, { env: {} })).toThrow(/^DD_API_KEY - got nothing.*\nDD_APP_KEY - got/);
});

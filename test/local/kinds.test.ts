import { tallyOf } from '../../lib/facts/counts';
import { KINDS, type KindName } from '../../lib/local/datadog/kinds';
import { notSimulated } from '../../lib/local/simulated';
import { trafficOf } from '../../lib/local/traffic';
import { parseRelease } from '../../lib/release/parse';
import { readRelease } from '../../lib/release/read';
import { ROLLOUT, STAGE_A, scenario } from '../worlds/local-rollout';
import { fileOf } from '../worlds/small-release';

const rules = { excludedStatuses: [401, 403], errorStatuses: { from: 400, to: 599 } };

test('in the scenario kinds each of them breaks for an afternoon, one a day', () => {
  const traffic = trafficOf(scenario('kinds'), 1, ROLLOUT);
  const broken = (kind: KindName) =>
    Array.from({ length: 168 }, (_, hours) => hours).filter((hours) => {
      const { requests, errors } = tallyOf(traffic.kind(kind, STAGE_A + hours), rules);
      return errors > 0.15 * requests;
    });
  // The launch is at 11:00, and noon is an hour later.
  const days = (Object.keys(KINDS) as KindName[]).map((kind) => [kind, broken(kind)]);
  const afternoon = (day: number) => Array.from({ length: 6 }, (_, hour) => 24 * day + 1 + hour);
  expect(days).toEqual([
    ['claims#show', afternoon(1)],
    ['letters of api', afternoon(2)],
    ['letters of worker', afternoon(3)],
    ['upload status', afternoon(4)],
    ['latency', afternoon(5)],
    ['rest', []],
  ]);
});

test('the example can be simulated, and what the service does not count cannot', () => {
  expect(notSimulated(readRelease('docs/examples/kinds').release)).toEqual([]);
  const criteria = [{ below: '5%' }];
  const parsed = parseRelease(
    'small',
    fileOf({
      endpoints: [
        { name: '#poll', criteria, counters: { errors: 'poll.error', requests: 'poll.all' } },
        { name: '#slow', criteria, slow: { metric: 'trace.rack.request.hits', over: 2 } },
        { name: '#filtered', criteria, tag: 'v0::benefitsclaimscontroller_show', filter: ['service:a'] },
      ],
    }),
  );
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  expect(notSimulated(parsed.release)).toEqual(
    ['#poll - got poll.error and poll.all', '#slow - got trace.rack.request.hits', '#filtered - got trace.rack'].map(
      (said) => expect.stringContaining(said),
    ),
  );
});

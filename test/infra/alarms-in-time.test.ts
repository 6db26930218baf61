import { type AlarmProperties, type Ringing, ringing } from '../worlds/cloudwatch';
import { daysOfRuns, type Faults, ROLL_CALL } from '../worlds/days-of-runs';
import { synthesized } from '../worlds/synthesized';

const alarms = Object.entries(synthesized().findResources('AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => ({
  name: id.replace(/^Alarms(.*)[0-9A-F]{8}$/, '$1'),
  properties: Properties as AlarmProperties,
}));

/** Every alarm that rings in some days, and when. */
async function rung(days: number, releases: number, faults?: Faults): Promise<Record<string, Ringing[]>> {
  const metrics = await daysOfRuns(days, releases, faults);
  const all = alarms.map(({ name, properties }) => [name, ringing(properties, metrics, days * 1440)] as const);
  return Object.fromEntries(all.filter(([, rings]) => rings.length > 0));
}

/** A day in, for half a day; then all is well again. */
const [FROM, TO] = [26, 38];
const DAYS = 4;
const meanwhile = (hour: number) => hour >= FROM && hour < TO;
const ofOne = (hour: number, of: string) => meanwhile(hour) && of === 'release-0';
const ofAll = (hour: number, of: string) => meanwhile(hour) && of !== ROLL_CALL;
const ofRollCall = (hour: number, of: string) => meanwhile(hour) && of === ROLL_CALL;

test('a count of runs against the number of releases would ring in the same quiet days: the hour slides', async () => {
  const counted: AlarmProperties = {
    ...alarms.find(({ name }) => name === 'Lag')!.properties,
    Statistic: 'SampleCount',
    Threshold: 10,
    EvaluationPeriods: 2,
    DatapointsToAlarm: 2,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
  };
  expect(ringing(counted, await daysOfRuns(30, 10), 30 * 1440).length).toBeGreaterThan(10);
});

describe.each([1, 3, 10, 100])('with %i releases', (releases) => {
  test('no alarm rings in thirty quiet days, though attempts fail and events come twice and late', async () => {
    expect(await rung(30, releases)).toEqual({});
  });

  // [alarm, hours after FROM within which it rings, hours after TO within which it ends]
  test.each<[string, Faults, [string, number, number][]]>([
    ['the schedule of a release is gone', { unscheduled: ofOne }, [['NotRunning', 3, 2]]],
    ['all its schedules but the roll call are gone', { unscheduled: ofAll }, [['NotRunning', 3, 2]]],
    ['the roll is not called', { unscheduled: ofRollCall }, [['NotRunning', 3, 2]]],
    ['nothing is started any more', { unscheduled: meanwhile }, [['NotRunning', 3, 2]]],
    [
      'a schedule may not start the function',
      { refused: ofOne, emptiedAt: TO + 1 },
      [
        ['Undelivered', 1, 2],
        ['NotRunning', 3, 2],
      ],
    ],
    ['the runs of a release fail at every attempt', { failing: ofOne, emptiedAt: TO + 1 }, [['Failures', 1, 2]]],
    ['all runs fail at every attempt', { failing: ofAll, emptiedAt: TO + 1 }, [['Failures', 1, 2]]],
    [
      'the runs of a release are cut off before they have a verdict',
      { cutOff: ofOne, emptiedAt: TO + 1 },
      [
        ['Failures', 1, 2],
        ['NotRunning', 3, 2],
      ],
    ],
    [
      'the roll call fails at every attempt',
      { cutOff: ofRollCall, emptiedAt: TO + 1 },
      [
        ['Failures', 1, 2],
        ['NotRunning', 3, 2],
      ],
    ],
    ['the source has no data for a release', { blind: ofOne }, [['Lag', 7, 2]]],
    ['a subscriber gets none of the messages', { deaf: (hour) => meanwhile(hour) }, [['AlertsLost', 1, 24]]],
  ])('%s: that is told once, by the alarms that it concerns, and so is its end', async (_, faults, expected) => {
    const rings = await rung(DAYS, releases, faults);
    expect(Object.keys(rings).sort()).toEqual(expected.map(([name]) => name).sort());
    for (const [name, begins, ends] of expected) {
      expect([name, rings[name]]).toEqual([name, [expect.anything()]]);
      const [{ from, to }] = rings[name] as [Ringing];
      expect([name, from > FROM * 60, from <= (FROM + begins) * 60]).toEqual([name, true, true]);
      expect([name, to > TO * 60 - 60, to <= (TO + ends) * 60]).toEqual([name, true, true]);
    }
  });

  test.each<[string, Faults, string]>([
    ['of a run', { failing: (hour, of) => hour === FROM && of === 'release-0' }, 'FailureQueue'],
    ['of a schedule', { refused: (hour, of) => hour === FROM && of === 'release-0' }, 'UndeliveredQueue'],
  ])(
    'a message %s that nobody looks at is told after a day, not before, until the queue is emptied',
    async (_, fault, name) => {
      const { [name]: rings, ...others } = await rung(DAYS, releases, { ...fault, emptiedAt: FROM + 30 });
      expect(Object.keys(others)).toEqual([name === 'FailureQueue' ? 'Failures' : 'Undelivered']);
      expect(rings).toHaveLength(1);
      const [{ from, to }] = rings as [Ringing];
      expect(from).toBeGreaterThan((FROM + 24) * 60);
      expect(from).toBeLessThanOrEqual((FROM + 25) * 60);
      expect(to).toBeLessThanOrEqual((FROM + 31) * 60);
      expect(await rung(DAYS, releases, { ...fault, emptiedAt: FROM + 20 })).not.toHaveProperty(name);
    },
  );
});

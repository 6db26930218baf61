import { startOf } from '../lib/facts/hour';
import { run } from '../lib/run';
import { fill, loadSnapshots } from '../lib/sampling';
import { EVENTFUL, memoryWatch, type Told, type Traffic } from './crash/neighbours';
import { copyOf, emptyTable, type Table } from './worlds/memory-history';
import { entered, LAUNCH, tickOf } from './worlds/moments';
import { FINE } from './worlds/small-release';

/** Hours after the launch when a run's clock was wrong, and by how many it was ahead. */
const WRONG = 10;
const AHEAD = 720;
const MINUTE = 60_000;

const watched = (
  table: Table,
  now: number,
  { told = [], traffic = EVENTFUL }: { told?: Told[]; traffic?: Traffic } = {},
) => memoryWatch(table, { told, traffic, clock: () => now });

async function launched(hours: number): Promise<Table> {
  const table = emptyTable();
  await watched(table, 0).history.enterStage(entered(LAUNCH));
  for (let after = 0; after < hours; after++) await run(watched(table, tickOf(LAUNCH + after)), tickOf(LAUNCH + after));
  return table;
}

/** What an earlier version left behind: nobody told it what time it was, and the source knew nothing of these hours. */
async function afterAClockAhead(ahead = AHEAD): Promise<Table> {
  const table = await launched(WRONG);
  const at = tickOf(LAUNCH + WRONG - 1 + ahead);
  const traffic: Traffic = (endpoint, hour) => (hour < LAUNCH + WRONG ? EVENTFUL(endpoint, hour, at) : undefined);
  const { source, ...watch } = watched(table, at, { traffic });
  await run({ ...watch, source: { sample: source.sample } }, at);
  return table;
}

const contents = ({ verdicts, alerts, snapshots }: Table) => [verdicts, alerts, snapshots];

describe('a clock that is ahead', () => {
  const now = tickOf(LAUNCH + 3);

  it.each([6 * MINUTE, 60 * MINUTE, AHEAD * 60 * MINUTE])(
    'by %d ms of the source is refused, and nothing is written',
    async (ms) => {
      const table = await launched(3);
      const before = copyOf(table);
      await expect(run(watched(table, now), now + ms)).rejects.toThrow(/^clock - got .* ahead of the source's clock/);
      expect(contents(table)).toEqual(contents(before));
    },
  );

  it('of the table is refused before the source is asked', async () => {
    const table = await launched(3);
    const before = copyOf(table);
    const watch = watched(table, now + 6 * MINUTE);
    const sample = jest.fn();
    const refused = run(
      { ...watch, source: { sample }, history: { ...watch.history, clock: () => now } },
      now + 6 * MINUTE,
    );
    await expect(refused).rejects.toThrow("6 minutes ahead of the table's clock");
    expect(sample).not.toHaveBeenCalled();
    expect(contents(table)).toEqual(contents(before));
  });

  it('is refused by a backfill, too', async () => {
    const table = await launched(3);
    const before = copyOf(table);
    const watch = watched(table, now);
    const snapshots = await loadSnapshots(watch.history, watch.release, LAUNCH, LAUNCH + 10);
    await expect(fill(watch, snapshots, await watch.history.stages(), now + 3600 * MINUTE)).rejects.toThrow(
      /^clock - /,
    );
    expect(contents(table)).toEqual(contents(before));
  });

  it('by five minutes is taken for right, and so is one that nobody contradicts', async () => {
    const table = await launched(3);
    expect((await run(watched(table, now - 5 * MINUTE), now)).verdict.hour).toBe(LAUNCH + 3);
    const { source, ...watch } = watched(table, now);
    const later = tickOf(LAUNCH + 5);
    expect((await run({ ...watch, source: { sample: source.sample } }, later)).verdict.hour).toBe(LAUNCH + 5);
  });
});

describe('a verdict of an hour that has not come', () => {
  const BROKEN: Traffic = (endpoint, hour) =>
    endpoint === '#show' && hour >= LAUNCH + WRONG
      ? new Map([
          ['200', 500],
          ['500', 500],
        ])
      : FINE;

  it.each([2, 30, AHEAD])(
    'given %d hours ahead, guards nobody: the next run takes it back, and pages',
    async (ahead) => {
      const table = await afterAClockAhead(ahead);
      const told: Told[] = [];
      const reports = [];
      for (let after = WRONG; after < WRONG + 4; after++) {
        const now = tickOf(LAUNCH + after);
        reports.push(await run(watched(table, now, { told, traffic: BROKEN }), now));
      }
      expect(reports.map(({ verdict }) => verdict.hour - LAUNCH)).toEqual([10, 11, 12, 13]);
      expect(reports[0]!.takenBack).toBeGreaterThan(0);
      expect(reports.slice(1).every(({ takenBack }) => takenBack === undefined)).toBe(true);
      expect(told.map(({ alert }) => alert.change)).toContain('firing');
      expect(told.at(-1)!.alert.open).toMatchObject([{ endpoint: '#show', what: 'below' }]);
      expect([...table.verdicts.keys()].filter((hour) => hour > LAUNCH + WRONG + 3)).toEqual([]);
      for (const hour of [10, 11, 12, 13]) expect(table.verdicts.get(LAUNCH + hour)!.blind).toBeUndefined();
    },
  );

  it('loses no hour: each is counted when it comes, and none is told as a gap', async () => {
    const table = await afterAClockAhead();
    const told: Told[] = [];
    for (let after = WRONG; after < WRONG + 30; after++) {
      const now = tickOf(LAUNCH + after);
      await run(watched(table, now, { told, traffic: () => FINE }), now);
    }
    const hours = [...table.snapshots.get('#show')!.values()].filter(
      ({ hour }) => hour >= LAUNCH + WRONG && hour < LAUNCH + WRONG + 30,
    );
    expect(hours).toHaveLength(30);
    expect(hours.every(({ kind, filledAt }) => kind === 'counted' && filledAt === undefined)).toBe(true);
    expect(told.flatMap(({ alert }) => alert.notices).filter(({ kind }) => kind === 'gap-closed')).toEqual([]);
  });

  it('stays where this machine is behind, by what the source says', async () => {
    const table = await launched(WRONG);
    const before = [...table.verdicts.keys()];
    const behind = tickOf(LAUNCH + 2);
    const report = await run({ ...watched(table, tickOf(LAUNCH + WRONG - 1)) }, behind);
    expect(report.takenBack).toBeUndefined();
    expect(report.hour).toBe(LAUNCH + WRONG - 1);
    expect([...table.verdicts.keys()]).toEqual(before);
  });

  it('is not taken back while the source does not answer', async () => {
    const table = await afterAClockAhead();
    const verdicts = table.verdicts.size;
    const now = tickOf(LAUNCH + WRONG);
    const { source, ...watch } = watched(table, now);
    const sample = () => Promise.reject(new Error('out of order'));
    const { failure } = await run({ ...watch, source: { ...source, sample } }, now);
    expect(failure?.message).toBe('out of order');
    expect(table.verdicts.size).toBe(verdicts);
    expect(startOf([...table.verdicts.keys()].at(-1)!)).toBeGreaterThan(now);
  });
});

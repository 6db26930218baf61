import { missedRuns } from '../lib/roll-call';
import { type RunReport, run } from '../lib/run';
import { memoryWatch, type Told, type Traffic } from './crash/neighbours';
import { emptyTable, type Table } from './worlds/memory-history';
import { entered, LAUNCH, tickOf } from './worlds/moments';
import { BAD, FINE, releaseOf } from './worlds/small-release';

const ENDPOINTS = [{ name: '#show', tag: 'show', criteria: [{ below: '5%' }] }];
const STAGES = [
  { name: 'A', exposure: '25%', length: '1 day' },
  { name: 'B', exposure: '100%' },
];
const release = releaseOf('finish', {
  endpoints: ENDPOINTS,
  stages: STAGES,
  checks: [{ name: '1-day', length: '1 day' }],
});
/** The end of the check: a day in each of the two stages. */
const END = 48;
/** Hours are read again for so long. */
const LAST_READ = END + 6;

/** Runs of the hours [from, to) after the launch, and how many questions each asked the source. */
async function runs(
  table: Table,
  from: number,
  to: number,
  told: Told[],
  traffic: Traffic = () => FINE,
  file = release,
) {
  const reports: (RunReport & { asked: number })[] = [];
  for (let after = from; after < to; after++) {
    const now = tickOf(LAUNCH + after);
    const watch = memoryWatch(table, { release: file, traffic, told, clock: () => now });
    if (after === 24) await watch.history.enterStage(entered(LAUNCH + 24, 'B', 1));
    let asked = 0;
    const { sample } = watch.source;
    const source: typeof watch.source = {
      ...watch.source,
      sample(...args) {
        asked++;
        return sample(...args);
      },
    };
    reports.push({ ...(await run({ ...watch, source }, now)), asked });
  }
  return reports;
}

async function launched(): Promise<Table> {
  const table = emptyTable();
  await memoryWatch(table, { told: [], clock: () => 0 }).history.enterStage(entered(LAUNCH));
  return table;
}

const finishes = (told: readonly Told[]) =>
  told.flatMap(({ alert }) => alert.notices).filter(({ kind }) => kind === 'finished');

describe('a release whose last check is told', () => {
  it('says once that it is finished, and is read no more when the hours of the check are final', async () => {
    const [table, told] = [await launched(), [] as Told[]];
    const reports = await runs(table, 0, END + 80, told);
    expect(finishes(told)).toHaveLength(1);
    expect(told.at(-1)!.alert.notices.map(({ kind }) => kind)).toEqual(['check-in', 'finished']);
    const over = reports.findIndex(({ finished }) => finished);
    expect(over).toBe(LAST_READ);
    expect(reports.slice(over).every(({ asked, finished }) => finished && asked === 0)).toBe(true);
    expect(reports.slice(0, over).every(({ asked }) => asked > 0)).toBe(true);
    const hours = [...table.snapshots.get('#show')!.values()].filter(({ hour }) => hour < LAUNCH + END);
    expect(hours.every(({ final }) => final)).toBe(true);
    expect(Math.max(...table.verdicts.keys())).toBe(LAUNCH + LAST_READ - 1);
  });

  it('is watched on while something is open, and ends when that is over', async () => {
    const [table, told] = [await launched(), [] as Told[]];
    const bad: Traffic = (_, hour) => (hour >= LAUNCH + END - 3 && hour < LAUNCH + END + 20 ? BAD : FINE);
    const reports = await runs(table, 0, END + 19, told, bad);
    expect(reports.some(({ finished }) => finished)).toBe(false);
    expect(finishes(told)).toEqual([]);
    const rest = await runs(table, END + 19, END + 80, told, bad);
    expect(told.map(({ alert }) => alert.change)).toContain('resolved');
    expect(finishes(told)).toHaveLength(1);
    expect(rest.at(-1)).toMatchObject({ finished: true, asked: 0 });
  });

  it('is read again when a stage is entered, with the hours in between', async () => {
    const [table, told] = [await launched(), [] as Told[]];
    await runs(table, 0, END + 30, told);
    await memoryWatch(table, { told, clock: () => 0 }).history.enterStage(entered(LAUNCH + END + 30, 'off', 0));
    const [first] = await runs(table, END + 30, END + 31, told);
    expect(first!.finished).toBeUndefined();
    expect(first!.verdict).toMatchObject({ hour: LAUNCH + END + 30, recommendation: 'not exposed' });
    for (let after = LAST_READ; after < END + 30; after++)
      expect(table.snapshots.get('#show')!.get(LAUNCH + after)).toMatchObject({ kind: 'counted' });
  });

  it('is read again when the file has a later check', async () => {
    const [table, told] = [await launched(), [] as Told[]];
    await runs(table, 0, END + 10, told);
    const longer = releaseOf('finish', {
      endpoints: ENDPOINTS,
      stages: STAGES,
      checks: [
        { name: '1-day', length: '1 day' },
        { name: '4-day', length: '4 days' },
      ],
    });
    const reports = await runs(table, END + 10, 24 + 96 + 8, told, () => FINE, longer);
    expect(reports[0]!.finished).toBeUndefined();
    expect(finishes(told)).toHaveLength(2);
    expect(reports.at(-1)).toMatchObject({ finished: true });
  });

  it('is not missed by the roll call, unlike one whose runs ended before', async () => {
    const missedAt = async (hours: number, later: number) => {
      const table = await launched();
      await runs(table, 0, hours, []);
      const history = memoryWatch(table, { told: [], clock: () => 0 }).history;
      const roll = { entries: async () => [{ release: 'finish', since: 0 }], write: async () => {} };
      const now = tickOf(LAUNCH + later);
      return (await missedRuns({ stack: 's', releases: ['finish'] }, { roll, historyOf: () => history }, now)).get(
        'finish',
      );
    };
    expect(await missedAt(END + 80, END + 200)).toBe(0);
    expect(await missedAt(END - 5, END + 200)).toBe(206);
  });
});

import type { Verdict } from '../lib/judge/verdict';
import { parseRelease } from '../lib/release/parse';
import type { Release } from '../lib/release/schema';
import { byStatus } from './worlds/by-status';
import { entered, LAUNCH } from './worlds/moments';
import { remembered, type Script } from './worlds/remembered';
import { BAD, FINE, fileOf, releaseOf } from './worlds/small-release';

const compared = {
  endpoints: [{ name: '#show', tag: 'show', criteria: [{ consistentWithBaseline: {} }, { below: '20%' }] }],
  stages: [
    { name: 'A', exposure: '25%', length: '1 day' },
    { name: 'B', exposure: '100%', length: '1 day' },
  ],
};
const usual = byStatus({ 200: 988, 500: 12 });
/** The same requests by another metric, which counts more statuses as they are. */
const otherwise = byStatus({ 200: 958, 404: 30, 500: 12 });
const NEXT = 'web.requests';

const changed = (datadog: object): Release => {
  const parsed = parseRelease('counted', fileOf({ ...compared, datadog: { ...fileOf().datadog, ...datadog } }));
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.release;
};

async function watched(script: Script = () => usual) {
  const world = remembered(releaseOf('counted', compared), script);
  await world.history.enterStage(entered(LAUNCH));
  return world;
}

test('a metric that the file changes in mid-stage pages nobody, holds, and says what changed and what to do', async () => {
  const world = await watched();
  await world.runs(LAUNCH, LAUNCH + 13);
  world.release = changed({ metric: NEXT });
  world.script = () => otherwise;
  const { verdict } = await world.runs(LAUNCH + 13, LAUNCH + 30);
  expect(verdict.recommendation).toBe('hold');
  expect(verdict.findings[0]).toMatchObject({ criterion: 'consistentWithBaseline', outcome: 'no-data' });
  expect(verdict.reason).toMatch(/hours left out, .*: counted by another metric than the release file names/);
  expect(verdict.blind).toBeUndefined();
  // Told once, at once, and nothing else.
  expect(world.told().filter((one) => one !== 'check-in')).toEqual(['traffic']);
  expect(world.published[0]!.verdict.hour).toBe(LAUNCH + 13);

  const report = await world.fill(LAUNCH + 30, true);
  expect(report.failure).toBeUndefined();
  expect(report.stillDue).toBe(6);
  const after = await world.run(LAUNCH + 30);
  expect(after.verdict.leftOut).toBeUndefined();
  expect(after.verdict.findings[0]!.baselineRate).toBeCloseTo(0.042, 3);
  expect(world.told()).not.toContain('firing');
});

test.each([
  ['scope', { scope: ['env:eks-prod', 'team:a'] }],
  ['tag', { statusTag: 'status' }],
])('so does a %s that it changes', async (what, datadog) => {
  const world = await watched();
  await world.runs(LAUNCH, LAUNCH + 13);
  world.release = changed(datadog);
  const { verdict } = await world.runs(LAUNCH + 13, LAUNCH + 25);
  expect(verdict.recommendation).toBe('hold');
  expect(verdict.reason).toContain(`counted by another ${what} than the release file names`);
});

test('what is open stays open while the hours since it broke were counted by something else', async () => {
  const world = await watched((at) => (at >= LAUNCH + 5 ? BAD : FINE));
  await world.runs(LAUNCH, LAUNCH + 9);
  expect(world.told()[0]).toBe('firing');
  world.release = changed({ metric: NEXT });
  world.script = () => FINE;
  await world.runs(LAUNCH + 9, LAUNCH + 24);
  expect(world.told()).not.toContain('resolved');
  expect((await world.history.lastAlert())!.open.map(({ note }) => note)).toContainEqual(
    expect.stringContaining('until a backfill counts them anew'),
  );
  await world.fill(LAUNCH + 24, true);
  await world.run(LAUNCH + 24);
  expect(world.told().at(-1)).toBe('resolved');
});

test('hours that nobody says by what they were counted, as older versions kept them, go on as they are', async () => {
  const world = await watched();
  await world.runs(LAUNCH, LAUNCH + 13);
  for (const byHour of world.table.snapshots.values())
    for (const [hour, snapshot] of byHour) {
      const { countedBy: _, ...older } = snapshot as { countedBy?: string } & typeof snapshot;
      byHour.set(hour, older as typeof snapshot);
    }
  world.release = changed({ metric: NEXT });
  const { verdict } = await world.runs(LAUNCH + 13, LAUNCH + 25);
  expect(verdict.leftOut).toBeUndefined();
  expect(verdict.findings.map(({ outcome }) => outcome)).not.toContain('no-data');
  // A plain backfill counts no final hour anew, whatever it was counted by.
  world.release = changed({ metric: 'a.third' });
  expect(await world.fill(LAUNCH + 25, false)).toMatchObject({ recorded: expect.any(Number), stillDue: 6 });
  expect((await world.run(LAUNCH + 25)).verdict.leftOut).toMatchObject([{ otherwise: true }]);
});

test('error classes that a file asks for in mid-stage are read back, change no verdict, and cost no hour when they fail', async () => {
  const script: Script = (at, name) => {
    const broken = at >= LAUNCH + 20;
    if (!name.endsWith('(error classes)')) return broken ? BAD : usual;
    if (at >= LAUNCH + 30 && at < LAUNCH + 38) return undefined;
    return byStatus(broken ? { '500 timeout': 300 } : { '500 eoferror': 12 });
  };
  const [world, without] = [await watched(script), await watched(script)];
  for (const one of [world, without]) await one.runs(LAUNCH, LAUNCH + 10);
  world.release = changed({ classTag: 'error_class' });
  const facts = ({ findings, notices: _, edition: __, ...verdict }: Verdict) => ({
    ...verdict,
    findings: findings.map(({ classes: ___, ...finding }) => finding),
  });
  for (let hour = LAUNCH + 10; hour < LAUNCH + 40; hour++) {
    const [now, plainly] = [await world.run(hour), await without.run(hour)];
    expect(facts(now.verdict)).toEqual(facts(plainly.verdict));
    expect(now.failure).toBeUndefined();
  }
  const known = await world.history.snapshots(['#show (error classes)'], LAUNCH - 672, LAUNCH + 40);
  expect(known.get('#show (error classes)')!.get(LAUNCH - 672)).toMatchObject({ kind: 'counted', final: true });
  const { verdict } = await world.run(LAUNCH + 40);
  await without.run(LAUNCH + 40);
  expect(verdict.findings[0]!.classes?.rose).toMatchObject([{ name: 'timeout', usual: 0 }]);
  const pages = (told: string[]) => told.filter((one) => one !== 'traffic');
  expect(pages(world.told())).toEqual(pages(without.told()));
  expect(
    world.published.flatMap(({ notices }) => notices).filter(({ key }) => key.startsWith('classes/')),
  ).toHaveLength(world.told().length - without.told().length);
});

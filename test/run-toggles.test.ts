import { setTimeout } from 'node:timers/promises';
import { type Hour, startOf } from '../lib/facts/hour';
import { changedHours, stays } from '../lib/facts/stage';
import { run, type Watch } from '../lib/run';
import { toggleServiceOf } from '../lib/toggles/toggle-service-of';
import { startFlipper } from './worlds/flipper-stand-in';
import { entered, LAUNCH, tickOf } from './worlds/moments';
import { remembered } from './worlds/remembered';
import { FINE, releaseOf } from './worlds/small-release';

let flipper: Awaited<ReturnType<typeof startFlipper>>;
/** What was counted before the launch, which is the same in every world here. */
let counted: ReturnType<typeof remembered>['table']['snapshots'];
beforeAll(async () => {
  flipper = await startFlipper();
  const world = remembered(releaseOf('toggled', { stages: STAGES }), () => FINE);
  await world.run(LAUNCH - 2);
  counted = world.table.snapshots;
});
afterAll(() => flipper.close());
beforeEach(() => {
  flipper.script.length = 0;
  for (const name of ['one', 'two']) flipper.delete(name);
});

const STAGES = [
  { name: 'A', exposure: '25%', length: '1 day' },
  { name: 'B', exposure: '50%', length: '1 day' },
  { name: 'C', exposure: '100%' },
];

const remember = ({ table }: ReturnType<typeof remembered>) => {
  for (const [name, hours] of counted) table.snapshots.set(name, new Map(hours));
};

/** A release with toggles at a real Flipper's API. */
function watched(change: { follow?: boolean; exposed?: string; toggles?: string[] } = {}) {
  const { follow = false, exposed, toggles = ['one'] } = change;
  const release = releaseOf('toggled', {
    toggles: toggles.map((name) => ({ name })),
    stages: STAGES,
    toggleService: { flipper: { url: flipper.url }, follow },
    ...(exposed && { exposed }),
  });
  const world = remembered(release, () => FINE, toggleServiceOf(release, { env: {} }));
  remember(world);
  return {
    ...world,
    /** Sets the toggles to a share before a run, and runs. */
    at: async (hour: Hour, share?: string | Parameters<typeof flipper.set>[1]) => {
      if (share !== undefined) for (const name of toggles) flipper.set(name, share);
      return world.run(hour);
    },
    texts: () => world.published.flatMap(({ notices }) => notices.map(({ text }) => text)),
    log: async () =>
      (await world.history.stages()).map(({ at, after, stage, exposure, by }) => ({ at, after, stage, exposure, by })),
  };
}

describe('a release that does not follow its toggles', () => {
  test('that nobody can ask is not known to be as the log says', async () => {
    const release = releaseOf('toggled', {
      toggles: [{ name: 'one' }],
      toggleService: { flipper: { url: flipper.url } },
    });
    const world = remembered(release, () => FINE);
    remember(world);
    await world.history.enterStage(entered(LAUNCH));
    const { verdict } = await world.run(LAUNCH + 25);
    expect(verdict.toggles).toMatchObject({ standing: 'unknown', holds: true });
  });

  test('says nothing while they are as the log says, and advances', async () => {
    const world = watched();
    await world.at(LAUNCH - 1, '0');
    await world.history.enterStage(entered(LAUNCH));
    await world.at(LAUNCH, '25');
    const { verdict } = await world.at(LAUNCH + 25);
    expect(verdict.toggles).toMatchObject({ standing: 'agrees', exposure: 0.25, said: '', holds: false });
    expect(verdict.recommendation).toBe('advance');
    expect(world.told()).toEqual(['check-in']);
    // Nobody read the toggles in the hours whose run was missed.
    const missed = world.table.verdicts.get(LAUNCH + 24)!;
    expect(missed).toMatchObject({ recommendation: 'hold', toggles: { standing: 'unknown', holds: true } });
    expect(missed.reason).toContain('toggle one cannot be read: no run read it in that hour');
  });

  test('is told of a difference at once and once, with the command that mends it, and does not advance', async () => {
    const world = watched();
    await world.at(LAUNCH - 1, '0');
    await world.history.enterStage(entered(LAUNCH, 'B', 0.5));
    await world.at(LAUNCH, '25');
    expect(world.texts()).toEqual([
      'the log says stage B, 50 % of users since 2026-02-11 11:00 EST, but toggle one is at 25 %; it changed between 2026-02-11 11:20 EST and 2026-02-11 12:20 EST. Set the toggle as the log says, or say what happened: npx --no-install stagewatch stage enter A --at 2026-02-11T17:20Z --release toggled',
    ]);
    const { verdict } = await world.at(LAUNCH + 25);
    expect(verdict).toMatchObject({ recommendation: 'hold', reason: expect.stringContaining('toggle one is at 25 %') });
    expect(verdict.reason).toMatch(/^the toggles are not known to be as the log says/);
    expect(world.told().filter((kind) => kind === 'toggle')).toHaveLength(1);
    expect(await world.log()).toHaveLength(1);
  });

  test('is told of a toggle that is on before any stage was entered, and of a share that is no stage', async () => {
    const world = watched();
    await world.at(LAUNCH - 1, '0');
    await world.at(LAUNCH, '30');
    expect(world.texts()[0]).toContain(
      'no stage was entered, but toggle one is at 30 %; it changed between 2026-02-11 11:20 EST and 2026-02-11 12:20 EST. Set the toggle as the log says, or say what happened: npx --no-install stagewatch stage enter A --exposure 30% --at 2026-02-11T17:20Z --release toggled',
    );
  });

  test('pages when the log says off and the toggle is on, until it was read as off', async () => {
    const world = watched();
    await world.history.enterStage(entered(LAUNCH));
    await world.at(LAUNCH, '25');
    await world.history.enterStage(entered(LAUNCH + 2, 'off', 0));
    const { verdict } = await world.at(LAUNCH + 2);
    expect(verdict.toggles).toMatchObject({ standing: 'differs', onSince: LAUNCH + 2 });
    expect(world.told()).toEqual(['firing']);
    expect(world.published[0]!.open).toEqual([{ what: 'toggle', since: LAUNCH + 2, rollBack: false }]);
    // Nobody knows, which is no evidence that it is off.
    flipper.script.push(...Array.from({ length: 2 }, () => (response: { destroy(): void }) => response.destroy()));
    await world.at(LAUNCH + 3);
    // Neither is a group that still has it.
    await world.at(LAUNCH + 4, { groups: ['staff'] });
    const pages = () => world.told().filter((kind) => kind !== 'check-in');
    expect(pages()).toEqual(['firing']);
    // Single actors are testers. One reading may be wrong.
    await world.at(LAUNCH + 5, { actors: ['User;1'] });
    expect(pages()).toEqual(['firing']);
    await world.at(LAUNCH + 6);
    expect(pages()).toEqual(['firing', 'resolved']);
  });

  test('holds for a toggle that is on for a group, and says so', async () => {
    const world = watched();
    await world.history.enterStage(entered(LAUNCH));
    await world.at(LAUNCH, { percentage_of_actors: '25', groups: ['staff'] });
    const { verdict } = await world.at(LAUNCH + 25);
    expect(verdict.recommendation).toBe('hold');
    expect(verdict.reason).toContain('toggle one is on for 1 group: how many users that are is not known');
    expect(world.told().filter((kind) => kind === 'toggle')).toHaveLength(1);
  });
});

describe('a service that cannot be read', () => {
  test('is unknown: it is said, holds after three hours, is told once, and stops nothing else', async () => {
    const world = watched();
    await world.history.enterStage(entered(LAUNCH));
    await world.at(LAUNCH, '25');
    flipper.delete('one');
    const soon = await world.at(LAUNCH + 2);
    expect(soon.failure).toBeUndefined();
    expect(soon.verdict.toggles).toMatchObject({ standing: 'unknown', holds: false });
    expect(soon.verdict.reason).toContain(
      'toggle one cannot be read: Flipper knows no toggle of that name; it was at 25 % when it was read last, 2026-02-11 12:20 EST',
    );
    expect(world.told()).toEqual([]);
    const late = await world.at(LAUNCH + 3);
    expect(late.verdict.toggles).toMatchObject({ holds: true });
    const over = await world.at(LAUNCH + 25);
    expect(over.verdict.findings.every(({ outcome }) => outcome === 'pass')).toBe(true);
    expect(over.verdict.recommendation).toBe('hold');
    expect(world.told().filter((kind) => kind === 'toggle')).toHaveLength(1);
    // It is back, and as it was.
    expect((await world.at(LAUNCH + 26, '25')).verdict.recommendation).toBe('advance');
  });

  test('does not make a roll-back, an entry or an all-clear of its answers', async () => {
    const world = watched({ follow: true });
    await world.at(LAUNCH - 1, '0');
    await world.at(LAUNCH, '25');
    await world.at(LAUNCH + 1);
    for (const [index, answer] of ['', '{}', 'null', '<html>', '{"key":"one","gates":[]}'].entries()) {
      flipper.script.push((response) => response.end(answer));
      await world.at(LAUNCH + 2 + index);
    }
    expect(flipper.script).toEqual([]);
    expect(await world.log()).toHaveLength(1);
  });
});

describe('a release that follows its toggles', () => {
  const noHand = async (share: string | undefined, hour: Hour, world: ReturnType<typeof watched>) =>
    world.at(hour, share);

  test('has its stage log by itself, with the hours between two readings in no window', async () => {
    const world = watched({ follow: true });
    await noHand('0', LAUNCH - 1, world);
    const first = await noHand('25', LAUNCH, world);
    expect(first.verdict.toggles).toMatchObject({ standing: 'differs', holds: true, unsure: true });
    expect(first.verdict.reason).toContain(
      'toggle one is at 25 % by one reading, which is entered once another says the same',
    );
    expect(await world.log()).toEqual([]);
    const { verdict } = await noHand(undefined, LAUNCH + 1, world);
    expect(await world.log()).toEqual([
      { at: tickOf(LAUNCH), after: tickOf(LAUNCH - 1), stage: 'A', exposure: 0.25, by: 'toggle one' },
    ]);
    expect(verdict.stage).toEqual({
      name: 'A',
      exposure: 0.25,
      toggle: 0.25,
      since: tickOf(LAUNCH),
      plannedEnd: tickOf(LAUNCH + 24),
    });
    expect(verdict.reason).toContain(
      'the toggle changed between 2026-02-11 11:20 EST and 2026-02-11 12:20 EST, so 2 hours count in no stage',
    );
    for (const [share, after] of [
      ['50', 26],
      ['30', 30],
      ['0', 32],
      ['100', 40],
    ] as const) {
      await noHand(share, LAUNCH + after, world);
      await noHand(undefined, LAUNCH + after + 1, world);
    }
    const log = await world.history.stages();
    expect(log.map(({ stage }) => stage)).toEqual(['A', 'B', '30%', 'off', 'C']);
    // It was not read for some hours before each of them.
    expect(stays(log).map(({ from, to }) => [from - LAUNCH, to - LAUNCH])).toEqual([
      [2, 2],
      [28, 28],
      [32, 32],
      [34, 34],
      [42, Number.POSITIVE_INFINITY],
    ]);
    expect(changedHours(log).has(LAUNCH + 20)).toBe(true);
    expect(world.told()).not.toContain('toggle');
  });

  test('gives the windows of one whose owner enters each stage at its minute, but for hours in doubt', async () => {
    const moves = [
      [LAUNCH, '25', 'A', 0.25],
      [LAUNCH + 4, '50', 'B', 0.5],
      [LAUNCH + 7, '0', 'off', 0],
      [LAUNCH + 10, '25', 'A', 0.25],
    ] as const;
    const follows = watched({ follow: true });
    const byHand = remembered(releaseOf('by-hand', { stages: STAGES }), () => FINE);
    remember(byHand);
    flipper.set('one', '0');
    for (let hour = LAUNCH - 1; hour < LAUNCH + 14; hour++) {
      for (const [at, share, stage, exposure] of moves) {
        if (at !== hour) continue;
        flipper.set('one', share);
        await byHand.history.enterStage(entered(at, stage, exposure));
      }
      await follows.run(hour);
      await byHand.run(hour);
    }
    const [toggles, hand] = [await follows.history.stages(), await byHand.history.stages()];
    expect(toggles.map(({ stage, exposure }) => [stage, exposure])).toEqual(
      hand.map(({ stage, exposure }) => [stage, exposure]),
    );
    const doubt = changedHours(toggles);
    expect(doubt.size).toBe(2 * moves.length);
    const hoursOf = (log: typeof hand) =>
      stays(log).map(({ from, to }) =>
        Array.from({ length: Math.min(to, LAUNCH + 14) - from }, (_, index) => from + index).filter(
          (one) => !doubt.has(one),
        ),
      );
    expect(hoursOf(toggles)).toEqual(hoursOf(hand));
    const told = (world: { published: typeof byHand.published }) =>
      world.published.flatMap(({ notices }) => notices.map(({ of, said }) => [of, said]));
    expect(told(follows)).toEqual(told(byHand));
  });

  test("merges a person's entry: the more exact instant, the person's words", async () => {
    const world = watched({ follow: true });
    await world.at(LAUNCH - 1, '0');
    await world.at(LAUNCH, '25');
    const exact = startOf(LAUNCH) + 25 * 60_000;
    await world.history.enterStage({ ...entered(LAUNCH), at: exact, by: 'Ada', note: 'at last' });
    await world.at(LAUNCH + 1);
    expect(await world.history.stages()).toMatchObject([{ at: exact, stage: 'A', by: 'Ada', note: 'at last' }]);
    expect((await world.history.stages())[0]).not.toHaveProperty('after');
    // Entered first: the toggle says the same, and nothing is doubled.
    await world.history.enterStage({ ...entered(LAUNCH, 'B', 0.5), at: tickOf(LAUNCH + 1) + 300_000, by: 'Ada' });
    await world.at(LAUNCH + 2, '50');
    await world.at(LAUNCH + 3);
    expect((await world.log()).map(({ stage, by }) => [stage, by])).toEqual([
      ['A', 'Ada'],
      ['B', 'Ada'],
    ]);
    // Said after the toggle did: when it was read is known better than when somebody typed.
    await world.at(LAUNCH + 4, '100');
    await world.history.enterStage({
      ...entered(LAUNCH),
      at: tickOf(LAUNCH + 4) + 600_000,
      stage: 'C',
      exposure: 1,
      by: 'Ada',
    });
    const last = await world.at(LAUNCH + 5);
    expect(last.entered).toMatchObject({ stage: 'C' });
    expect((await world.log()).at(-1)).toEqual({
      at: tickOf(LAUNCH + 4),
      after: tickOf(LAUNCH + 3),
      stage: 'C',
      exposure: 1,
      by: 'Ada',
    });
  });

  test('corrects an entry that was too early', async () => {
    const world = watched({ follow: true });
    await world.at(LAUNCH - 1, '0');
    await world.history.enterStage(entered(LAUNCH - 2));
    await world.at(LAUNCH, '0');
    expect(world.told()).toEqual(['toggle']);
    await world.at(LAUNCH + 1, '25');
    await world.at(LAUNCH + 2);
    expect(stays(await world.history.stages()).at(-1)).toMatchObject({ stage: 'A', from: LAUNCH + 3 });
  });

  test('enters nothing of which nobody knows when it began, and nothing that somebody has undone', async () => {
    const world = watched({ follow: true });
    await world.at(LAUNCH, '25');
    await world.at(LAUNCH + 1);
    expect(await world.log()).toEqual([]);
    expect(world.told()).toEqual(['toggle']);
    await world.history.enterStage(entered(LAUNCH));
    await world.at(LAUNCH + 2, '50');
    const { entered: entry } = await world.at(LAUNCH + 3);
    await world.history.undoStage({ at: entry!.at, undoneAt: entry!.at + 1, by: 'Ada' });
    const { verdict } = await world.at(LAUNCH + 4);
    expect((await world.log()).map(({ stage }) => stage)).toEqual(['A']);
    expect(verdict.toggles).toMatchObject({ standing: 'differs' });
  });

  test('users who are exposed again after a roll-back are an entry, and no page', async () => {
    const world = watched({ follow: true });
    await world.at(LAUNCH - 1, '0');
    for (const [after, share] of ['25', '25', '0', '0'].entries()) await world.at(LAUNCH + after, share);
    const { verdict } = await world.at(LAUNCH + 4, '25');
    expect(verdict.toggles).toMatchObject({ standing: 'differs', unsure: true, holds: true });
    expect(verdict.toggles).not.toHaveProperty('onSince');
    await world.at(LAUNCH + 5);
    expect((await world.log()).map(({ stage }) => stage)).toEqual(['A', 'off', 'A']);
    expect(world.told().filter((kind) => kind !== 'check-in')).toEqual([]);
    // A group is no share that is ever entered, and nobody knows how many users it is.
    await world.at(LAUNCH + 6, '0');
    await world.at(LAUNCH + 7);
    await world.at(LAUNCH + 8, { groups: ['staff'] });
    expect(world.told()).toContain('firing');
  });

  test('off typed for a toggle that did not move is a page, not an entry', async () => {
    const world = watched({ follow: true });
    await world.at(LAUNCH - 1, '0');
    await world.at(LAUNCH, '25');
    await world.at(LAUNCH + 1);
    await world.history.enterStage(entered(LAUNCH + 2, 'off', 0));
    await world.at(LAUNCH + 2);
    expect(world.told()).toEqual(['firing']);
    expect((await world.log()).map(({ stage }) => stage)).toEqual(['A', 'off']);
  });

  test.each(['0', '30', '100'])(
    'takes nothing back and begins nothing by one reading of %s %%, and says so once',
    async (lie) => {
      const world = watched({ follow: true });
      await world.at(LAUNCH - 1, '0');
      await world.at(LAUNCH, '25');
      await world.at(LAUNCH + 1);
      const during = await world.at(LAUNCH + 2, lie);
      expect(during.verdict).toMatchObject({ recommendation: 'hold', toggles: { holds: true, unsure: true } });
      await world.at(LAUNCH + 3, '25');
      const { verdict } = await world.at(LAUNCH + 4);
      expect((await world.log()).map(({ stage }) => stage)).toEqual(['A']);
      expect(verdict.stage).toMatchObject({ name: 'A', since: tickOf(LAUNCH) });
      expect(world.told()).toEqual(['toggle']);
      expect(world.texts()[0]).toContain(
        `toggle one was at ${lie} % by one reading, 2026-02-11 14:20 EST, and at 25 % before`,
      );
    },
  );

  test('tells nobody who follows an advance that it is withdrawn', async () => {
    const world = watched({ follow: true });
    await world.at(LAUNCH - 1, '0');
    await world.at(LAUNCH, '25');
    await world.at(LAUNCH + 1);
    const { verdict: before } = await world.at(LAUNCH + 25);
    expect(before.recommendation).toBe('advance');
    const { verdict: during } = await world.at(LAUNCH + 26, '50');
    expect(during).toMatchObject({ recommendation: 'hold', toggles: { holds: true, unsure: true } });
    const { entered: entry } = await world.at(LAUNCH + 27);
    expect(entry).toMatchObject({ stage: 'B', exposure: 0.5 });
    expect(world.told()).toEqual(['check-in']);
  });

  test('two runs at the same time enter a change once', async () => {
    const world = watched({ follow: true });
    await world.at(LAUNCH - 1, '0');
    flipper.set('one', '25');
    await world.run(LAUNCH);
    const before = await world.history.lastToggles();
    await world.run(LAUNCH + 1);
    // The second began before the first had recorded what it read.
    const [first] = await world.history.stages();
    await world.history.enterStage({ ...first!, at: first!.at + 1500 });
    await world.history.recordToggles({ ...before!, at: tickOf(LAUNCH + 1) + 1500 });
    expect(await world.log()).toHaveLength(1);
    await world.run(LAUNCH + 2);
    expect(await world.log()).toHaveLength(1);
  });
});

describe('several toggles', () => {
  const TWO = ['one', 'two'];
  test.each([
    ['any', 0.4375, 0.75],
    ['all', 0.0625, 0.25],
    ['two', 0.25, 0.5],
  ])('of which %s counts expose %p and %p of users at 25 and 50 %%', async (exposed, first, second) => {
    const world = watched({ follow: true, exposed, toggles: TWO });
    await world.at(LAUNCH - 1, '0');
    await world.at(LAUNCH, '25');
    await world.at(LAUNCH + 1);
    await world.at(LAUNCH + 2, '50');
    const { verdict } = await world.at(LAUNCH + 3);
    expect((await world.log()).map(({ stage, exposure }) => [stage, exposure])).toEqual([
      ['A', first],
      ['B', second],
    ]);
    expect(verdict.stage).toMatchObject({ name: 'B', exposure: second, toggle: 0.5 });
  });

  test('at different shares are a stage of no plan, which holds; one that does not count is only said', async () => {
    const any = watched({ follow: true, exposed: 'any', toggles: TWO });
    await any.at(LAUNCH - 1, '0');
    flipper.set('one', '25');
    await any.at(LAUNCH, undefined);
    await any.at(LAUNCH + 1);
    expect(await any.log()).toMatchObject([{ stage: '25%+0%', exposure: 0.25, by: 'toggle one, toggle two' }]);
    const named = watched({ exposed: 'one', toggles: TWO });
    await named.history.enterStage(entered(LAUNCH));
    const { verdict } = await named.at(LAUNCH + 1);
    expect(verdict.toggles).toMatchObject({
      standing: 'agrees',
      said: 'toggle two, which does not count, is at 0 %',
      holds: false,
    });
    expect(verdict.reason).toContain('toggle two, which does not count, is at 0 %');
  });
});

test('a run whose history cannot be read ends when its toggles are recorded, and nothing is written after it', async () => {
  const world = watched();
  const { release, history } = world;
  let recorded = 0;
  const broken: Watch = {
    release,
    source: { sample: async () => [] },
    sink: { publish: async () => {} },
    toggles: toggleServiceOf(release, { env: {} }),
    history: {
      ...history,
      snapshots: () => Promise.reject(new Error('the table is gone')),
      recordToggles: async () => {
        await setTimeout(20);
        recorded++;
        return true;
      },
    },
  };
  flipper.set('one', '0');
  await expect(run(broken, tickOf(LAUNCH - 1))).rejects.toThrow('the table is gone');
  expect(recorded).toBe(1);
});

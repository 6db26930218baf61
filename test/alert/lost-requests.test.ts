import { isLongOver, lostSince } from '../../lib/alert/aftermath';
import type { Hour } from '../../lib/facts/hour';
import { byStatus } from '../worlds/by-status';
import { entered, LAUNCH } from '../worlds/moments';
import { remembered } from '../worlds/remembered';
import { releaseOf } from '../worlds/small-release';

const calm = { stages: [{ name: 'A', exposure: '25%', length: '4 weeks' }] };
const FINE = { 200: 998, 500: 2 };
const BROKEN = { 200: 600, 500: 400 };
const [FROM, TO] = [LAUNCH + 10, LAUNCH + 16];

/** What is told hour by hour when six hours fail at 40 % and `after` follows. */
async function told(after: object | ((at: Hour) => object), hours = 24): Promise<(string | undefined)[]> {
  const world = remembered(releaseOf('lost', calm), (at) =>
    byStatus(at < FROM ? FINE : at < TO ? BROKEN : typeof after === 'function' ? after(at) : after),
  );
  await world.history.enterStage(entered(LAUNCH, 'A', 0.25));
  for (let at = LAUNCH; at < TO + hours; at++) await world.run(at);
  return world.published.filter(({ severity }) => severity === 'page').map(({ change }) => change);
}

describe('what failed and is not answered any more', () => {
  it.each([
    ['is redirected', { 200: 600, 302: 400 }],
    ['is refused', { 200: 600, 401: 400 }],
    ['has no status', { 200: 600, 'N/A': 400 }],
    ['is gone', { 200: 600 }],
    ['is gone, with some of the others', { 200: 400 }],
  ])('has not recovered: it %s', async (_, after) => {
    expect(await told(after)).not.toContain('resolved');
  });

  it.each([
    ['all are answered', FINE],
    ['a tenth fewer than usual come', { 200: 898, 500: 2 }],
    ['more come', { 200: 1998, 500: 2 }],
  ])('has recovered where %s', async (_, after) => {
    expect((await told(after)).at(-1)).toBe('resolved');
  });

  it.each([
    ['while users are exposed', undefined],
    ['after a roll-back', entered(TO, 'off', 0)],
  ])('is closed by its rate after three days, %s', async (_, entry) => {
    const world = remembered(releaseOf('lost', calm), (at) =>
      byStatus(at < FROM ? FINE : at < TO ? BROKEN : { 200: 600, 302: 400 }),
    );
    await world.history.enterStage(entered(LAUNCH, 'A', 0.25));
    for (let at = LAUNCH; at < TO + 80; at++) {
      if (entry && at === TO) await world.history.enterStage(entry);
      await world.run(at);
    }
    const pages = world.published.filter(({ severity }) => severity === 'page');
    expect(pages.map(({ change }) => change)).toEqual(['firing', 'worse', 'repeat', 'repeat', 'resolved']);
    expect(pages.at(-1)!.verdict.hour).toBe(TO + 2 + 72);
  });

  it('has not recovered while nobody measures it any more, however long', async () => {
    const world = remembered(releaseOf('lost', calm), (at) =>
      at >= TO + 10 ? undefined : byStatus(at < FROM ? FINE : at < TO ? BROKEN : { 200: 600, 302: 400 }),
    );
    await world.history.enterStage(entered(LAUNCH, 'A', 0.25));
    for (let at = LAUNCH; at < TO + 90; at++) await world.run(at);
    const last = (await world.history.lastAlert())!;
    expect(last.open.map(({ what }) => what).toSorted()).toEqual(['below', 'blind']);
    expect(world.published.map(({ change }) => change)).not.toContain('improved');
  });

  it('is nothing where other answers than these were usual', async () => {
    for (const other of ['302', '401']) {
      const usual = { 200: 400, [other]: 600 };
      const world = remembered(releaseOf('lost', calm), (at) =>
        byStatus(at >= FROM && at < TO ? { 200: 400, 500: 600 } : usual),
      );
      await world.history.enterStage(entered(LAUNCH, 'A', 0.25));
      for (let at = LAUNCH; at < TO + 5; at++) await world.run(at);
      expect([other, world.published.at(-1)?.change]).toEqual([other, 'resolved']);
    }
  });

  it('has recovered once the requests are back, and says why it had not until then', async () => {
    const world = remembered(releaseOf('lost', calm), (at) =>
      byStatus(at < FROM ? FINE : at < TO ? BROKEN : at < TO + 30 ? { 200: 600, 302: 400 } : FINE),
    );
    await world.history.enterStage(entered(LAUNCH, 'A', 0.25));
    for (let at = LAUNCH; at < TO + 70; at++) await world.run(at);
    const pages = world.published.filter(({ severity }) => severity === 'page');
    const repeat = pages.find(({ change }) => change === 'repeat')!;
    expect(repeat.remarks).toContainEqual(
      '#show is not below its limit: its rate is fine again, but 40 % of its usual requests are no longer answered; what failed may be among them',
    );
    expect(pages.at(-1)).toMatchObject({ change: 'resolved' });
    // The newest six hours have enough of them.
    expect(pages.at(-1)!.verdict.hour - (TO + 30)).toBeGreaterThan(0);
    expect(pages.at(-1)!.verdict.hour - (TO + 30)).toBeLessThan(6);
  });
});

describe('the share of requests that is lost', () => {
  const world = (requests: number, after: number, failed = 0.4) =>
    new Map(
      Array.from({ length: 28 * 24 + 100 }, (_, index) => LAUNCH - 28 * 24 + index).map((hour) => {
        const all = hour < TO ? requests : after;
        const errors = hour >= FROM && hour < TO ? Math.round(all * failed) : 0;
        const counts = byStatus({ 200: all - errors, 500: errors })!;
        return [hour, { endpoint: '#show', hour, kind: 'counted' as const, counts, revision: 1, final: true }];
      }),
    );
  const release = releaseOf('lost', calm);
  const lost = (requests: number, after: number, failed?: number, hour = TO + 3) =>
    lostSince(release, world(requests, after, failed), LAUNCH, { since: FROM, over: TO + 2, hour });

  it('is a quarter at least, half of what failed, and 30 requests', () => {
    expect(lost(1000, 750)).toBeCloseTo(0.25);
    expect(lost(1000, 751)).toBeUndefined();
    expect(lost(1000, 600, 0.8)).toBeCloseTo(0.4);
    expect(lost(1000, 601, 0.8)).toBeUndefined();
    // Four hours after the last that failed: 7 of 15 an hour are 28, and 8 are 32.
    expect(lost(15, 8)).toBeUndefined();
    expect(lost(15, 7)).toBeCloseTo(8 / 15);
  });

  it('is not known where nothing is usual', () => {
    const at = (launch: Hour) =>
      lostSince(release, world(1000, 100), launch, { since: FROM, over: TO + 2, hour: TO + 3 });
    expect(at(LAUNCH)).toBeCloseTo(0.9);
    expect(at(LAUNCH - 28 * 24)).toBeUndefined();
  });

  it('is no smaller for hours that nobody knows, and smaller for those that have the requests again', () => {
    const all = world(1000, 600);
    const at = (hour: Hour) => lostSince(release, all, LAUNCH, { since: FROM, over: TO + 2, hour });
    for (let hour = TO + 10; hour < TO + 20; hour++) all.delete(hour);
    for (const hour of [TO + 9, TO + 12, TO + 19]) expect(at(hour)).toBeCloseTo(0.4);
    for (const [hour, one] of world(1000, 1000)) if (hour >= TO + 20) all.set(hour, one);
    expect(at(TO + 20)).toBeUndefined();
  });

  it('is looked for during three days, and for as long as nobody measures it', () => {
    const all = world(1000, 600);
    const [over, last] = [TO + 2, TO + 2 + 71];
    expect([isLongOver(all, over, last), isLongOver(all, over, last + 1)]).toEqual([false, true]);
    for (let hour = TO + 60; hour < LAUNCH + 130; hour++) all.delete(hour);
    expect(isLongOver(all, over, last + 1)).toBe(false);
    expect(isLongOver(world(1000, 600), over, last + 1)).toBe(true);
  });
});

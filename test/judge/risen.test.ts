import type { Snapshot, Snapshots } from '../../lib/facts/snapshot';
import { failedText, risenText } from '../../lib/judge/failed';
import { judge } from '../../lib/judge/judge';
import { errorKinds } from '../../lib/judge/risen';
import { byStatus } from '../worlds/by-status';
import { entered, LAUNCH } from '../worlds/moments';
import { BELOW, CONSISTENT, findingOf, RELEASE, releaseWith } from '../worlds/rollout-facts';

const A = entered(LAUNCH);
const NEWEST = LAUNCH + 47;

/** Four weeks of `before`, then two days of `now`. */
function facts(before: Record<string, number>, now: Record<string, number>): Snapshots {
  const byHour = new Map<number, Snapshot>();
  for (let hour = LAUNCH - 672; hour <= NEWEST; hour++) {
    const counts = byStatus(hour < LAUNCH ? before : now);
    byHour.set(hour, { endpoint: '#show', hour, kind: 'counted', counts, revision: 1, final: true });
  }
  return new Map([['#show', byHour]]);
}
const roseIn = (before: Record<string, number>, now: Record<string, number>, release = releaseWith([CONSISTENT])) =>
  findingOf(judge(release, [A], facts(before, now), NEWEST)).rose;

describe('what failed', () => {
  it('is the statuses that rose, the largest rise first, by the hour', () => {
    const rose = roseIn({ 200: 980, 404: 6, 500: 14 }, { 200: 880, 404: 6, 500: 96, 503: 18 });
    expect(rose).toEqual([
      { status: '500', now: 96, usual: 14 },
      { status: '503', now: 18, usual: 0 },
    ]);
    expect(risenText(rose)).toBe('500: 14 to 96 an hour, 503 new (18)');
  });

  it('is no more of a status than more requests bring', () => {
    expect(roseIn({ 200: 980, 404: 6, 500: 14 }, { 200: 1840, 404: 12, 500: 148 })).toEqual([
      { status: '500', now: 148, usual: 28 },
    ]);
  });

  it('is nothing where no status is counted, and none that is excluded or no error', () => {
    const words = releaseWith([CONSISTENT]);
    expect(roseIn({ succeeded: 980, failed: 12 }, { succeeded: 900, failed: 92 }, words)).toBeUndefined();
    expect(roseIn({ 200: 990, 500: 10 }, { 200: 890, 302: 50, 401: 90, 500: 12 })).toBeUndefined();
  });

  it('is nothing where too few requests could tell', () => {
    const few = judge(releaseWith([BELOW]), [A], facts({ 200: 1 }, { 200: 1, 500: 1 }), NEWEST);
    expect(findingOf(few, 'below')).toMatchObject({ outcome: 'breach' });
    expect(findingOf(few, 'below').rose).toBeUndefined();
    expect(failedText(findingOf(few, 'below'))).toBe('');
  });

  it('is by the day where it is rare, and names four', () => {
    const rose = ['500', '501', '502', '503', '504', '505'].map((status) => ({ status, now: 0.5, usual: 0 }));
    expect(risenText(rose.slice(0, 1))).toBe('500 new (12 a day)');
    expect(risenText(rose)).toMatch(
      /^500 new \(12 a day\), 501 new \(12\), 502 new \(12\), 503 new \(12\), and 2 more$/,
    );
    expect(risenText([{ status: '500', now: 3, usual: 0.4 }])).toBe('500: 0.4 to 3 an hour');
  });

  it('has one derivation, by the kinds of errors', () => {
    const counts = (errors: number) => ({
      tally: { requests: 1000, errors, excluded: 0, counted: 1, unknown: 0 },
      statuses: [
        { status: '200', requests: 1000 - errors },
        { status: '500', requests: errors },
      ],
    });
    expect(errorKinds(counts(96), counts(14), RELEASE)).toEqual([
      { status: '500', requests: 1000, errors: 96, before: { requests: 1000, errors: 14 } },
    ]);
  });
});

it('a breach of few requests names the hours in which its evidence grew', () => {
  // One request in ten hours; from an hour on each of them fails.
  const byHour = new Map<number, Snapshot>();
  for (let hour = LAUNCH - 672; hour <= LAUNCH + 140; hour++) {
    const status = hour >= LAUNCH + 60 ? '500' : '200';
    const counts = byStatus(hour % 10 === 0 ? { [status]: 1 } : {});
    byHour.set(hour, { endpoint: '#show', hour, kind: 'counted', counts, revision: 1, final: true });
  }
  const first = Array.from({ length: 80 }, (_, index) => LAUNCH + 60 + index)
    .map((hour) => findingOf(judge(releaseWith([BELOW]), [A], new Map([['#show', byHour]]), hour), 'below'))
    .find(({ outcome }) => outcome === 'breach')!;
  const { window, reason, pooled } = first;
  expect(window.to - window.from).toBeGreaterThan(10);
  expect(pooled.errors).toBe(pooled.requests);
  expect(reason).toContain(`in the ${window.name} against a limit of 5 %`);
});

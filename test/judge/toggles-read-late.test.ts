import { HOUR_MS, hourOf, type Instant, startOf } from '../../lib/facts/hour';
import type { StageEvent } from '../../lib/facts/stage';
import { afterReading, type ToggleFacts, type ToggleState } from '../../lib/facts/toggle';
import { toggleNotices, togglesSaid } from '../../lib/judge/toggles/comparison';
import { entered, LAUNCH } from '../worlds/moments';
import { releaseOf } from '../worlds/small-release';

const at = (hours: number): Instant => startOf(LAUNCH + hours);
const A = entered(new Date(at(0)).toISOString(), 'A', 0.25);
const OFF: StageEvent = { ...A, at: at(5), stage: 'off', exposure: 0 };

/** What is said `hours` after the launch of two toggles, of which `one` counts, by their log lines. */
function saidAt(
  hours: number,
  log: StageEvent[],
  one: { share: number; at: number },
  two = { share: 0.25, at: hours },
) {
  const release = releaseOf('logged', {
    toggles: [{ name: 'one' }, { name: 'two' }],
    exposed: 'one',
    toggleService: { http: { url: 'https://flags.example.com/{toggle}', value: '/v', all: 100 }, follow: false },
  });
  const readings = Object.entries({ one, two }).map(([toggle, line]) => ({
    toggle,
    at: at(line.at),
    state: { share: line.share },
  }));
  return togglesSaid(release, log, afterReading(undefined, at(hours), readings));
}

describe('toggles whose log lines are old', () => {
  it('one that does not count hides nothing that the other says', () => {
    const fresh = saidAt(6, [A, OFF], { share: 0.25, at: 6 });
    expect(fresh).toMatchObject({ standing: 'differs', onSince: hourOf(OFF.at), holds: true });
    const stale = saidAt(6, [A, OFF], { share: 0.25, at: 6 }, { share: 0, at: -40 });
    expect(stale).toMatchObject({ standing: 'differs', onSince: hourOf(OFF.at), holds: true });
  });

  it('say nothing of an entry since; three hours after it, nobody knows, and it holds', () => {
    const B = { ...A, at: at(24), stage: 'B', exposure: 0.5 };
    const before = { share: 0.25, at: 23 };
    expect(saidAt(26, [A, B], before)).toMatchObject({ standing: 'unknown', holds: false });
    expect(saidAt(26, [A, B], before)).not.toHaveProperty('notice');
    const late = saidAt(27, [A, B], before);
    expect(late).toMatchObject({ standing: 'unknown', holds: true });
    expect(late.said).toBe(
      'the toggles were read before the newest entry of the log only, so nobody knows whether they are as it says',
    );
    expect(saidAt(60, [A, B], before).notice).toBe(late.notice);
    expect(saidAt(60, [A, B], { share: 0.5, at: 59 })).toMatchObject({ standing: 'agrees', holds: false });
    // Read in the moment before somebody made an entry.
    expect(saidAt(24, [A, { ...B, at: at(24) + HOUR_MS / 60 }], before)).toMatchObject({ holds: false });
  });
});

describe('a toggle that is read now one way, now another', () => {
  const release = (follow: boolean) =>
    releaseOf('flaky', {
      toggles: [{ name: 'one' }],
      toggleService: { http: { url: 'https://flags.example.com/{toggle}', value: '/v', all: 100 }, follow },
    });
  /** The keys of its notices in three days, by what it is read as in each hour. */
  function keys(follow: boolean, stateOf: (hour: number) => ToggleState): string[] {
    let facts: ToggleFacts | undefined;
    const found = new Set<string>();
    for (let hour = 0; hour < 72; hour++) {
      facts = afterReading(facts, at(hour), [{ toggle: 'one', at: at(hour), state: stateOf(hour) }]);
      for (const { key } of toggleNotices(togglesSaid(release(follow), [A], facts))) found.add(key);
    }
    return [...found];
  }

  it('is told once a day', () => {
    const twoCopies = keys(true, (hour) => ({ share: hour % 2 ? 0.5 : 0.25 }));
    expect([twoCopies.length > 1, twoCopies.length <= 4]).toEqual([true, true]);
    const nowAndThen = keys(false, (hour) => (hour % 4 === 0 ? { share: 0.25 } : { unknown: 'HTTP 503' }));
    expect([nowAndThen.length > 1, nowAndThen.length <= 4]).toEqual([true, true]);
  });

  it('and one that can never be read again once in all', () => {
    expect(keys(false, (hour) => (hour < 5 ? { share: 0.25 } : { unknown: 'HTTP 503' }))).toHaveLength(1);
  });
});

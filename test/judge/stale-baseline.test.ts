import { hourFrom } from '../../lib/facts/hour';
import type { StageEvent } from '../../lib/facts/stage';
import { judge } from '../../lib/judge/judge';
import { entered, hour, LAUNCH } from '../worlds/moments';
import { around, CONSISTENT, hoursOf, releaseWith } from '../worlds/rollout-facts';

const release = releaseWith([CONSISTENT]);
const off = (text: string) => entered(text, 'off', 0);
const A = entered('2026-02-11T16:00Z', 'A', 0.25);

/** Judged a week after the last entry; the rate doubles a month after the launch. */
function judged(log: StageEvent[], to = hourFrom(log.at(-1)!.at) + 168) {
  const rate = (at: number) => (at < LAUNCH + 700 ? 0.005 : 0.0055);
  const facts = new Map([['#show', hoursOf(LAUNCH - 2000, to, (at) => around(rate(at))(at))]]);
  return judge(release, log, facts, to - 1);
}

test('three months at 0 % and back: the release holds, says why once at once, and with which command it begins anew', () => {
  const log = [A, off('2026-02-13T16:00Z'), entered('2026-05-13T15:30Z', 'A', 0.25)];
  const verdict = judged(log);
  expect(verdict.recommendation).toBe('hold');
  const why =
    'the baseline ends 2026-02-11 11:00 EST, about 13 weeks before users were exposed again: what is usual may have changed; begin anew: npx --no-install stagewatch stage enter A --relaunch --at 2026-05-13T15:31Z --release document-status';
  expect(verdict.reason).toContain(why);
  expect(verdict.findings[0]).toMatchObject({ criterion: 'consistentWithBaseline', outcome: 'no-data' });
  expect(verdict.notices.filter(({ kind }) => kind === 'traffic').map(({ text }) => text)).toContain(why);
  // What it says mends it.
  const anew = judged(
    [...log, { ...entered('2026-05-13T15:31Z', 'A', 0.25), relaunch: true }],
    hour('2026-05-20T16:00Z'),
  );
  expect(anew.recommendation).toBe('advance');
  expect(anew.reason).not.toContain('--relaunch');
});

test('an exposure of its own is part of the command', () => {
  const { reason } = judged([A, off('2026-02-13T16:00Z'), entered('2026-05-13T15:00Z', 'A', 0.1)]);
  expect(reason).toContain('stagewatch stage enter A --exposure 10% --relaunch --at 2026-05-13T15:01Z');
});

test('a release that goes off and on within weeks, or that is exposed all the time, has its baseline', () => {
  const quick = [A, off('2026-02-13T16:00Z'), entered('2026-03-04T16:00Z', 'A', 0.25)];
  expect(judged(quick).reason).not.toContain('--relaunch');
  expect(judged([A], LAUNCH + 2500).reason).not.toContain('--relaunch');
  // Off for a week only, two months after the launch: a new baseline would be of a week.
  const late = [A, off('2026-04-08T16:00Z'), entered('2026-04-15T16:00Z', 'A', 0.25)];
  expect(judged(late).reason).not.toContain('--relaunch');
});

test('four weeks after the launch, two of them at 0 %, is when it is too old', () => {
  const at = (days: number) => new Date(Date.parse('2026-02-11T16:00Z') + days * 86_400_000).toISOString();
  const back = (offAt: number, onAt: number) => judged([A, off(at(offAt)), entered(at(onAt), 'A', 0.25)]).reason;
  expect(back(14, 28)).toContain('--relaunch');
  expect(back(15, 28)).not.toContain('--relaunch');
  expect(back(10, 27)).not.toContain('--relaunch');
});

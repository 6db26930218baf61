import { HOUR_MS, startOf } from '../../lib/facts/hour';
import type { StageEvent, StageLine } from '../../lib/facts/stage';
import type { Recommendation, Verdict } from '../../lib/judge/verdict';
import { dueMarks } from '../../lib/marks/due-marks';
import type { Marked } from '../../lib/marks/mark';
import { entered, hour } from '../worlds/moments';
import { NIGHT } from '../worlds/night';
import { releaseOf } from '../worlds/small-release';

const release = releaseOf('small');
const HOUR = hour('2026-02-11T18:00Z');
const NOW = startOf(HOUR + 1) + 20 * 60_000;
const verdict = (recommendation: Recommendation): Verdict => ({
  ...NIGHT['first-firing'].verdict,
  hour: HOUR,
  recommendation,
  reason: 'because',
});
const ENTRY: StageEvent = { ...entered('2026-02-11T18:30Z', 'A', 0.25), by: 'dana', note: 'as planned' };
const KNOWN: Marked = { at: NOW - HOUR_MS, lines: [], recommendation: 'hold' };
const marksOf = (lines: StageLine[], before: Marked | undefined = KNOWN, said: Recommendation = 'hold') =>
  dueMarks(release, lines, verdict(said), before, NOW).due.map(({ mark }) => mark);

test('an entry is marked at its own instant, and says who made it and why', () => {
  expect(marksOf([ENTRY])).toEqual([
    {
      key: `small/mark/stage/${ENTRY.at}/0`,
      kind: 'stage',
      release: 'small',
      title: 'Small',
      team: 'BMT2',
      env: 'eks-prod',
      at: ENTRY.at,
      headline: 'stage A, 25 % of users',
      text: 'by dana: as planned',
      stage: 'A',
    },
  ]);
});

test('an entry by a toggle, a roll-back and an undo say what they are', () => {
  const toggle: StageEvent = { ...ENTRY, by: 'toggle one', byToggle: true, after: ENTRY.at - HOUR_MS, note: '' };
  const off: StageEvent = { ...ENTRY, at: ENTRY.at + 60_000, stage: 'off', exposure: 0 };
  const undo = { at: off.at, undoneAt: NOW - 1000, by: 'dana' };
  const told = marksOf([toggle, off, undo]).map(({ kind, at, headline, text }) => [kind, at, headline, text]);
  expect(told).toEqual([
    ['stage', toggle.at, 'stage A, 25 % by the toggle', 'after 2026-02-11 12:30 EST, by toggle one'],
    ['stage', off.at, 'taken back to 0 % of users', 'by dana: as planned'],
    [
      'undo',
      NOW - 1000,
      'taken back: the entry of stage off at 2026-02-11 13:31 EST',
      'it counts as if it had never been; taken back by dana',
    ],
  ]);
});

test('lines of one instant are marked each, and none twice, though one is entered late', () => {
  const undo = { at: ENTRY.at, undoneAt: NOW - 5000, by: 'dana' };
  const again = { ...ENTRY, stage: 'B' };
  const { due } = dueMarks(release, [ENTRY, undo, again], verdict('hold'), KNOWN, NOW);
  expect(new Set(due.map(({ mark }) => mark.key)).size).toBe(3);
  const told = due.at(-1)!.after;
  expect(marksOf([ENTRY, undo, again], told)).toEqual([]);
  const earlier = { ...ENTRY, at: ENTRY.at - HOUR_MS };
  expect(marksOf([earlier, ENTRY, undo, again], told).map(({ at }) => at)).toEqual([earlier.at]);
});

test('a verdict is marked when it says something else, at the end of the hour that it judges', () => {
  expect(marksOf([], KNOWN, 'hold')).toEqual([]);
  expect(marksOf([], KNOWN, 'roll back')).toEqual([
    expect.objectContaining({
      key: `small/mark/verdict/${HOUR}`,
      kind: 'verdict',
      at: startOf(HOUR + 1),
      headline: 'roll back (before: hold)',
      text: expect.stringMatching(/^because; stage A, 25 % of users$/),
      recommendation: 'roll back',
    }),
  ]);
});

test('what is twelve hours old is shown at its instant, and what is older now, with the time when it was', () => {
  const at = NOW - 12 * HOUR_MS;
  const [fine] = marksOf([{ ...ENTRY, at }]);
  expect([fine!.at, fine!.text]).toEqual([at, 'by dana: as planned']);
  const [late] = marksOf([{ ...ENTRY, at: at - 1 }]);
  expect([late!.at, late!.text]).toEqual([
    NOW,
    'it was at 2026-02-11 02:19 EST, and is shown late; by dana: as planned',
  ]);
});

test('the first time, what is old is no news, and neither is the verdict', () => {
  const old = { ...ENTRY, at: NOW - 12 * HOUR_MS - 1 };
  const { due, known } = dueMarks(release, [old, ENTRY], verdict('roll back'), undefined, NOW);
  expect(due.map(({ mark }) => mark.at)).toEqual([ENTRY.at]);
  expect(known).toEqual({ at: NOW, lines: [`stage/${old.at}/0`], recommendation: 'roll back' });
  expect(marksOf([old, ENTRY], due[0]!.after, 'roll back')).toEqual([]);
});

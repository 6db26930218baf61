import type { Finding } from '../../lib/judge/verdict';
import { differentWindows, findingWindows, linkedWindow, windowText } from '../../lib/text/verdict-windows';
import { entered, LAUNCH } from '../worlds/moments';
import { RELEASE } from '../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const finding: Finding = {
  endpoint: '#show',
  criterion: 'consistentWithBaseline',
  outcome: 'pass',
  reason: '',
  baselineRate: 0.01,
  window: { name: 'stage A', from: LAUNCH, to: LAUNCH + 2 },
  pooled: { requests: 10, errors: 1 },
  evidence: {},
  rollBack: false,
  reportOnly: false,
};
const baselineOf = (change: Partial<Finding>, log = [A]) =>
  findingWindows({ ...finding, ...change }, log, RELEASE).baseline?.window;

test('a window is told by its name and its times', () => {
  const window = { name: 'stage A', from: '2026-02-11T16:00Z', to: '2026-02-11T18:00Z' };
  expect(windowText(window, 'America/New_York')).toBe('stage A, 2026-02-11 11:00 EST - 2026-02-11 13:00 EST');
});

test('a window has a link to just its hours, and none without an hour or a dashboard', () => {
  expect(linkedWindow(finding.window, RELEASE).link).toMatch(/\?from_ts=1770825600000&to_ts=1770832800000&live=false$/);
  expect(linkedWindow({ ...finding.window, to: LAUNCH }, RELEASE)).toEqual({
    window: { name: 'stage A', from: '2026-02-11T16:00Z', to: '2026-02-11T16:00Z' },
  });
  expect(linkedWindow(finding.window, { links: [] })).not.toHaveProperty('link');
});

test('a finding that compares with the baseline has its window too, and no other has', () => {
  const weeks = { name: '4 weeks before launch', from: '2026-01-14T16:00Z', to: '2026-02-11T16:00Z' };
  expect(baselineOf({})).toEqual(weeks);
  expect(baselineOf({ criterion: 'below' })).toBeUndefined();
  expect(baselineOf({ baselineRate: undefined })).toBeUndefined();
  expect(baselineOf({ toggleOff: { requests: 10, errors: 1 } })).toBeUndefined();
  expect(baselineOf({}, [])).toBeUndefined();
  // Entered anew after the hours that are judged: their baseline is the one before.
  expect(baselineOf({}, [A, { ...entered('2026-02-11T18:00Z', 'A', 0.25), relaunch: true }])).toEqual(weeks);
});

test('windows of the same name and hours are one', () => {
  const one = linkedWindow(finding.window, RELEASE);
  const other = linkedWindow({ ...finding.window, name: 'last 2 hours' }, RELEASE);
  expect(differentWindows([one, other, linkedWindow(finding.window, RELEASE)])).toEqual([one, other]);
});

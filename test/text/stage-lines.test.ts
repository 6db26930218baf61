import { readStages } from '../../lib/cli/stage-entry';
import { timelineOf } from '../../lib/facts/stage';
import { exposureText } from '../../lib/judge/toggles/exposure-text';
import { entriesOf, entryJson, entryText } from '../../lib/text/stage-lines';
import { entered, LAUNCH, tickOf } from '../worlds/moments';
import { releaseOf } from '../worlds/small-release';

const ZONE = 'America/New_York';
const byToggle = { by: 'toggle one', byToggle: true as const };
const toggle = { ...entered(LAUNCH), ...byToggle, at: tickOf(LAUNCH), after: tickOf(LAUNCH - 1) };
const ada = { ...entered(LAUNCH), at: tickOf(LAUNCH) + 600_000, by: 'Ada', note: 'at last' };

test('what a person and a toggle said of the same change is one entry, with who said what', () => {
  const lines = [toggle, ada, entered(LAUNCH + 9, 'B', 0.5)];
  const entries = entriesOf(lines);
  expect(entries.map((one) => entryText(one, ZONE))).toEqual([
    '2026-02-11 12:20 EST  stage A, 25 % of users, by Ada, after 2026-02-11 11:20 EST: at last (toggle one said after 2026-02-11 11:20 EST, by 2026-02-11 12:20 EST; Ada said 2026-02-11 12:30 EST: at last)',
    '2026-02-11 20:00 EST  stage B, 50 % of users, by test',
  ]);
  expect(entries.map(({ said: _, ...entry }) => entry)).toEqual(timelineOf(lines));
  expect(entryJson(entries[0]!)).toMatchObject({
    at: '2026-02-11T17:20Z',
    by: 'Ada',
    said: [
      { at: '2026-02-11T17:20Z', after: '2026-02-11T16:20Z', by: 'toggle one' },
      { at: '2026-02-11T17:30Z', by: 'Ada' },
    ],
  });
});

test('an entry that was undone is none of the words, and stays to be seen', () => {
  const undo = { at: ada.at, undoneAt: ada.at + 60_000, by: 'Bob' };
  const entries = entriesOf([toggle, ada, undo]);
  expect(entries.map(({ by, undone, said }) => [by, undone?.by, said])).toEqual([
    ['toggle one', undefined, undefined],
    ['Ada', 'Bob', undefined],
  ]);
  // What is read of the log is the same.
  expect(timelineOf([toggle, ada, undo])).toEqual([toggle]);
});

test.each([
  ['any', 0.4375],
  ['all', 0.0625],
  ['one', 0.25],
  [undefined, 0.25],
])('a replayed stage of two toggles, of which %s counts, exposes %p of users', (exposed, exposure) => {
  const release = releaseOf('two', { toggles: [{ name: 'one' }, { name: 'two' }], ...(exposed && { exposed }) });
  const { log, problems } = readStages(
    ['A@2024-02-05T00:00Z', 'B@2024-02-06T00:00Z=25%', 'off@2024-02-07T00:00Z'],
    release,
  );
  expect(problems).toEqual([]);
  expect(log.map((event) => event.exposure)).toEqual([exposure, exposure, 0]);
  expect(log[1]).toMatchObject({ plannedExposure: 1 });
});

test('who says so is said with the share', () => {
  expect(exposureText({ exposure: 0.25 })).toBe('25 % of users');
  expect(exposureText({ exposure: 0.25, toggle: 0.25 })).toBe('25 % by the toggle');
  expect(exposureText({ exposure: 0.4375, toggle: 0.25 })).toBe('43.8 % of users, 25 % by each toggle');
});

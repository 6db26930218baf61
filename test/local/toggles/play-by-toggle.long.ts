import { rmSync } from 'node:fs';
import path from 'node:path';
import { startOf } from '../../../lib/facts/hour';
import { folder, written } from '../../worlds/console';
import { LAUNCH, tickOf } from '../../worlds/moments';
import { contents, played } from '../../worlds/played';

const root = folder();
afterAll(() => rmSync(root, { recursive: true }));

test('a play whose owner only sets the toggle has its stage log by itself, also when it was stopped and goes on', async () => {
  const place = written(root, 'toggled', {
    toggles: [{ name: 'one' }, { name: 'two' }],
    stages: [
      { name: 'A', exposure: '25%', length: '1 day' },
      { name: 'B', exposure: '100%', length: '3 hours' },
    ],
  });
  const dir = path.join(root, 'by-toggle');
  const stop = new AbortController();
  const first = played(dir, { place, toggles: true, signal: stop.signal });
  setTimeout(() => stop.abort(), 300);
  await first;
  const { finished, ends } = await played(dir, { place, toggles: true, resume: true });
  expect(finished).toBe(true);
  expect(ends).toContain('B hold');
  const { facts } = await contents(dir);
  const stages = facts.filter(({ sk }) => String(sk).startsWith('stage#'));
  expect(stages.map(({ stage, exposure, by }) => [stage, exposure, by])).toEqual([
    ['A', 0.25, 'toggle one'],
    ['B', 1, 'toggle one'],
  ]);
  const at = (instant: number) => new Date(instant).toISOString();
  expect(stages[0]).toMatchObject({ sk: `stage#${at(tickOf(LAUNCH - 1))}` });
  expect(Date.parse(String(stages[0]!.after))).toBeLessThan(startOf(LAUNCH));
});

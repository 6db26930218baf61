import { LOSS, rolloutIn, WORLDS, type World } from '../../scripts/bench/visits';

const seeds = (count: number) => Array.from({ length: count }, (_, index) => 10_000 + index);
const heldOf = (world: World, count: number, isBeside = false) =>
  seeds(count).filter((seed) => rolloutIn(world, 60, seed, isBeside).held.length > 0).length;

/** The share of rollouts that may be held or paged, beside a control endpoint, as docs/judging/benchmark.md has it: none in a few. */
test.each(WORLDS.filter(({ name }) => name !== 'noisy weeks'))(
  'healthy traffic beside a control endpoint is neither held nor paged: $name',
  (world) => {
    for (const seed of seeds(3)) {
      const { held, pages } = rolloutIn(world, 60, seed, true);
      expect([seed, held, pages]).toEqual([seed, [], 0]);
    }
  },
);

test('weeks that differ are rarely taken for a loss, and a loss of a quarter is seen about every other time', () => {
  // Of 1,500 it was 0.6 %, and 49 % (62 % beside a control endpoint): with a chance of 1 in 1,000 these bounds are passed.
  expect(heldOf(WORLDS.find(({ name }) => name === 'noisy weeks')!, 100)).toBeLessThanOrEqual(4);
  const [alone, beside] = [heldOf(LOSS, 60), heldOf(LOSS, 60, true)];
  expect([alone, beside].every((held, index) => held >= [17, 25][index]!)).toBe(true);
});

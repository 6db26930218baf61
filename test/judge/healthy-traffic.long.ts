import { rolloutIn, WORLDS } from '../../scripts/bench/visits';

/** The share of rollouts that may be held or paged, beside a control endpoint, as docs/judging/benchmark.md has it: none in a few. */
test.each(WORLDS.filter(({ name }) => name !== 'noisy weeks'))(
  'healthy traffic beside a control endpoint is neither held nor paged: $name',
  (world) => {
    for (let seed = 1000; seed < 1003; seed++) {
      const { held, pages } = rolloutIn(world, 60, seed, true);
      expect([seed, held, pages]).toEqual([seed, [], 0]);
    }
  },
);

import { gapsIn } from '../../../lib/plan/fill/rates';
import { MARKDOWN } from '../../../lib/plan/markdown/markup';

const tally = { requests: 10, errors: 0, excluded: 0, counted: 5, unknown: 0 };
const leftOut = [{ reason: 'outage <b> of @team', hours: 4, from: 10, to: 14 }];

test('an answer names the hours that nobody knows and those that are left out, with the reason, as plain text', () => {
  expect(gapsIn(tally, {}, MARKDOWN)).toBe('');
  expect(gapsIn({ ...tally, unknown: 3 }, {}, MARKDOWN)).toBe('3 hours unknown');
  expect(gapsIn({ ...tally, unknown: 1, leftOut: 4 }, { leftOut }, MARKDOWN)).toBe(
    `1 hour unknown, 4 hours left out: ${MARKDOWN.text('outage <b> of @team')}`,
  );
  expect(MARKDOWN.text('<b>')).not.toContain('<b>');
});

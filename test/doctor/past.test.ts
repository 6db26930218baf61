import { pastChecks } from '../../lib/doctor/past';
import type { Criterion } from '../../lib/release/schema';
import { LAUNCH } from '../worlds/moments';
import { around, BELOW, CONSISTENT, type HourFact, hoursOf, releaseWith } from '../worlds/rollout-facts';

const WEEK = 168;
const TO = LAUNCH + 12 * WEEK;

/** What is said of #show after twelve weeks of 1,000 requests an hour, but for what `factOf` says. */
function said(criteria: Criterion[], factOf: (since: number) => HourFact = () => undefined) {
  const samples = hoursOf(LAUNCH, TO, (at) => factOf(at - LAUNCH) ?? around(0.012)(at));
  const [check] = pastChecks(releaseWith(criteria), [...samples.values()], TO);
  return `${check!.outcome}: ${check!.text}`;
}

test('unknown weeks are said beside the pages, and are no quiet ones', () => {
  const facts = (since: number): HourFact =>
    since >= 9 * WEEK && since < 10 * WEEK
      ? 'unknown'
      : since >= 6 * WEEK && since < 6 * WEEK + 9
        ? [1000, 90]
        : undefined;
  expect(said([CONSISTENT, BELOW], facts)).toMatch(
    /^ok: #show: these criteria would have meant \d pages? \((1 not consistent with the baseline, )?1 not below its limit\) in the last 8 weeks, of which about 7 days are unknown or left out; the lowest limit without a page is [\d.]+ %$/,
  );
  expect(said([BELOW], (since) => (since >= 4 * WEEK ? 'unknown' : undefined))).toBe(
    'skipped: #show: nothing is known of the weeks after its first four',
  );
});

test('a rule for single hours that no hour has the requests for is said', () => {
  const hourly = (minRequests: number): Criterion => ({ ...BELOW, alarm: 'hourly', minRequests });
  expect(said([hourly(5000)])).toMatch(/; alarm: hourly counts none of these hours by their requests$/);
  expect(said([hourly(50)])).toMatch(/; alarm: hourly counts 1,344 of these hours by their requests$/);
});

import { nextAlert } from '../../lib/alert/next-alert';
import type { AlertRecord } from '../../lib/alert/record';
import { SETTLE_MINUTES } from '../../lib/facts/due';
import { hourText, startOf } from '../../lib/facts/hour';
import { judge } from '../../lib/judge/judge';
import { newMemory } from '../../lib/release/memory';
import { entered, LAUNCH } from '../worlds/moments';
import { replayed } from '../worlds/replayed';
import { RELEASE, scenarioOf, simulatedFacts } from '../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);

test('a backtest says of the simulated regression what the judge and its alerts say hour by hour', () => {
  const log = [A, entered('2026-02-12T16:00Z', 'B', 0.5)];
  const broken = LAUNCH + 24 + 72;
  const [regression, to] = [scenarioOf('regression'), broken + 30];
  const facts = simulatedFacts(regression, 1, log, LAUNCH - 672, to);
  const { result, verdicts } = replayed(RELEASE, log, facts, to);

  const sent: AlertRecord[] = [];
  const memory = newMemory();
  for (let at = LAUNCH; at < to; at++) {
    const verdict = judge(RELEASE, log, facts, at, { memory });
    const alert = nextAlert(sent.at(-1), verdict, RELEASE, startOf(at + 1) + SETTLE_MINUTES * 60_000);
    if (alert) sent.push(alert);
    if (verdicts[at - LAUNCH]!.recommendation !== verdict.recommendation) throw new Error(hourText(at));
  }
  expect(result.messages.map(({ hour: at, change, reason }) => ({ at, change, reason }))).toEqual(
    sent.map(({ verdict, change, reason }) => ({ at: verdict.hour, change, reason })),
  );
  const pages = result.messages.filter(({ severity }) => severity === 'page');
  expect(pages.map(({ change }) => change).slice(0, 2)).toEqual(['firing', 'worse']);
  expect(pages[0]!.lines.map(({ endpoint }) => endpoint)).toEqual(['#show']);
  expect(pages[0]!.hour).toBeGreaterThanOrEqual(broken);
  expect(pages[0]!.hour).toBeLessThan(broken + 24);
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { judging3 } from '../../lib/backtest/judge-3/judge-3';
import { type Hour, parseHour, parseInstant } from '../../lib/facts/hour';
import { toggleOffName } from '../../lib/facts/series';
import type { Snapshot } from '../../lib/facts/snapshot';
import type { StageEvent } from '../../lib/facts/stage';
import type { Verdict } from '../../lib/judge/verdict';
import { readRelease } from '../../lib/release/read';
import { byStatus } from '../worlds/by-status';
import { entered, LAUNCH } from '../worlds/moments';
import { CONSISTENT, type HourFact, hoursOf, RELEASE, releaseWith, steady } from '../worlds/rollout-facts';

const OLD = path.join(__dirname, '..', 'upgrade', '0.1.0');

/** What version 0.1.0 knew and said, as it left it behind. */
function leftBehind() {
  const items = gunzipSync(readFileSync(path.join(OLD, 'items.jsonl.gz')))
    .toString()
    .split('\n')
    .map((line) => unmarshall(JSON.parse(line), { wrapNumbers: (text) => Number(text) }));
  const snapshots = new Map<string, Map<Hour, Snapshot>>();
  for (const { endpoint, hour, counts } of items.filter(({ kind }) => kind === 'counted')) {
    const known = snapshots.get(endpoint) ?? new Map<Hour, Snapshot>();
    const at = parseHour(hour)!;
    const kept = { endpoint, hour: at, kind: 'counted' as const, counts: byStatus(counts), revision: 1, final: true };
    snapshots.set(endpoint, known.set(at, kept));
  }
  const ofKind = (kind: string) => items.filter(({ sk }) => sk.startsWith(`${kind}#`));
  const log = ofKind('stage').map(
    ({ at, stage, exposure, by }): StageEvent => ({ at: parseInstant(at)!, stage, exposure, by }),
  );
  return { snapshots, log, verdicts: ofKind('verdict').map(({ document }) => document as Verdict) };
}

/** Numbers as the table keeps them, to 12 digits; evidence up to 1e120. */
const kept = (verdict: Verdict): unknown =>
  JSON.parse(JSON.stringify(verdict), (_key, value) =>
    typeof value === 'number' ? Number(Math.min(1e120, value).toPrecision(12)) : value,
  );

test('gives every verdict again that version 0.1.0 gave', () => {
  const { release } = readRelease(path.join(OLD, 'releases', 'upgrade'));
  const { snapshots, log, verdicts } = leftBehind();
  const judging = judging3();
  expect(verdicts.length).toBeGreaterThan(100);
  expect(new Set(verdicts.map(({ recommendation }) => recommendation)).size).toBeGreaterThan(2);
  for (const verdict of verdicts) {
    const again = judging(release, log, snapshots, verdict.hour, {});
    // The run adds what is ready for the plan.
    const notices = verdict.notices.map(({ ready: _, ...notice }) => notice);
    expect(kept(again)).toEqual(kept({ ...verdict, notices }));
  }
});

test('knows requests with the toggle off by the name that they have today', () => {
  const release = releaseWith([CONSISTENT], { datadog: { ...RELEASE.datadog, toggleOff: ['feature:off'] } });
  const off = toggleOffName('#show');
  const half = (): HourFact => [500, 6];
  const worse = (at: Hour): HourFact => (at < LAUNCH ? steady(at) : [1000, 56]);
  const snapshots = new Map([
    ['#show', hoursOf(LAUNCH - 672, LAUNCH + 24, worse)],
    [off, hoursOf(LAUNCH - 672, LAUNCH + 24, half, off)],
  ]);
  const { judge, findings } = judging3()(release, [entered(LAUNCH, 'A', 0.5)], snapshots, LAUNCH + 23, {});
  expect(judge).toBe('3');
  expect(findings[0]).toMatchObject({
    outcome: 'breach',
    pooled: { requests: 12_000, errors: 1200 },
    toggleOff: { requests: 12_000, errors: 144 },
  });
});

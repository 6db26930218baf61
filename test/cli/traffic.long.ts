import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Hour, hourText } from '../../lib/facts/hour';
import { stagewatch, written } from '../worlds/console';
import { LAUNCH, MONTH } from '../worlds/moments';
import { steady } from '../worlds/rollout-facts';

const dir = mkdtempSync(path.join(tmpdir(), 'stagewatch-traffic-'));
afterAll(() => rmSync(dir, { recursive: true }));

const HOURS = 72;
const endpoint = (name: string, more: object = {}) => ({
  name,
  tag: name.slice(1),
  criteria: [{ consistentWithBaseline: {} }],
  ...more,
});
const stages = [
  { name: 'A', exposure: '25%', length: '3 days' },
  { name: 'B', exposure: '100%' },
];

type Counts = Record<string, number> | undefined;

/** What a backtest says of #show at the end of three days, when these are its counts since the launch. */
async function endOf(name: string, change: (at: Hour, ok: number, failed: number) => Counts, more: object = {}) {
  const rows: string[] = [];
  for (let at = LAUNCH - MONTH; at < LAUNCH + HOURS; at++) {
    const [requests, failed] = steady(at) as [number, number];
    const usual = { 200: requests - failed, 500: failed };
    const counts = at < LAUNCH ? usual : change(at, requests - failed, failed);
    // Of the other endpoint nothing changes, so that an hour has a row all the same.
    if (counts)
      for (const [status, count] of Object.entries(usual)) rows.push(`${hourText(at)},#list,${status},${count}`);
    for (const [status, count] of Object.entries(counts ?? {})) rows.push(`${hourText(at)},#show,${status},${count}`);
  }
  const csv = path.join(dir, `${name}.csv`);
  writeFileSync(csv, `hour,endpoint,status,count\n${rows.join('\n')}\n`);
  const release = written(dir, name, { endpoints: [endpoint('#list'), endpoint('#show', more)], stages });
  const { code, json, err } = await stagewatch([
    'backtest',
    release,
    '--csv',
    csv,
    '--stage',
    `A@${hourText(LAUNCH)}=25%`,
    '--json',
  ]);
  if (code !== 0) throw new Error(err);
  return { end: json.verdicts.at(-1), alerts: json.alerts };
}
const half = (counts: Counts): Counts =>
  Object.fromEntries(Object.entries(counts ?? {}).map(([status, count]) => [status, Math.round(count * 0.5)]));

describe('a backtest on the command line', () => {
  test('advances on healthy traffic, and says what it rests on', async () => {
    const { end } = await endOf('healthy', (_, ok, failed) => ({ 200: ok, 500: failed }));
    expect(end.recommendation).toBe('advance');
    expect(end.reason).toMatch(
      /it rests on #list .* of its usual requests .*, #show .*; a loss of requests below 2\d %/,
    );
    expect(end.traffic.map((one: { holds: string[] }) => one.holds)).toEqual([[], []]);
  });

  const CASES: [name: string, holds: string, change: Parameters<typeof endOf>[1]][] = [
    ['half-gone', 'fewer', (_, ok, failed) => half({ 200: ok, 500: failed })],
    [
      'locked-out',
      'excluded',
      (_, ok, failed) => ({ 200: Math.round(ok * 0.9), 403: Math.round(ok * 0.1), 500: failed }),
    ],
    [
      'sent-away',
      'redirects',
      (_, ok, failed) => ({ 200: Math.round(ok * 0.9), 307: Math.round(ok * 0.1), 500: failed }),
    ],
    ['diluted', 'more', (_, ok, failed) => ({ 200: ok + 2000, 500: failed })],
    ['unmeasured', 'unknown', (at, ok, failed) => (at % 2 === 0 ? undefined : { 200: ok, 500: failed })],
  ];
  test.each(CASES)('holds: %s', async (name, holds, change) => {
    const { end } = await endOf(name, change);
    expect(end.recommendation).toBe('hold');
    expect(end.traffic.find(({ endpoint: one }: { endpoint: string }) => one === '#show').holds).toContain(holds);
    expect(end.reason).not.toMatch(/#show: [^#]*proven/);
  });

  test('advances where the release file means it, with the reason', async () => {
    const requests = { from: '40%', because: 'the page asks half as often' };
    const { end } = await endOf('meant', (_, ok, failed) => half({ 200: ok, 500: failed }), { requests });
    expect(end.recommendation).toBe('advance');
    expect(end.reason).toContain('other traffic than usual is meant: "the page asks half as often"');
  });
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { nextAlert } from '../../lib/alert/next-alert';
import { aftermathOf } from '../../lib/alert/outlook';
import type { AlertRecord } from '../../lib/alert/record';
import { plural } from '../../lib/facts/format';
import type { Hour } from '../../lib/facts/hour';
import type { Snapshot } from '../../lib/facts/snapshot';
import type { StageEvent } from '../../lib/facts/stage';
import { judge } from '../../lib/judge/judge';
import type { Verdict } from '../../lib/judge/verdict';
import { ownerMove } from '../../lib/local/play';
import { RESOURCES, trafficOf } from '../../lib/local/traffic';
import { newMemory } from '../../lib/release/memory';
import { scenario } from './local-rollout';
import { entered, LAUNCH, tickOf } from './moments';
import { RELEASE, snapshot } from './rollout-facts';

const ENDPOINTS = (Object.keys(RESOURCES) as (keyof typeof RESOURCES)[]).filter((name) => name !== 'other');

/**
 * The messages of a scenario of the simulation, with seed 1 and entries by hand: what its runs judge and tell, without a
 * table and without a network.
 *
 * @param last of the stages; without one it goes on to the end
 */
export function messagesOf(name: string, last?: string): AlertRecord[] {
  const log: StageEvent[] = [];
  const traffic = trafficOf(scenario(name), 1, log);
  const known = new Map(ENDPOINTS.map((endpoint) => [endpoint as string, new Map<Hour, Snapshot>()]));
  const sample = (hour: Hour, filledAt?: number) => {
    for (const endpoint of ENDPOINTS) {
      const kept = { endpoint, hour, revision: 1, final: true, ...(filledAt !== undefined && { filledAt }) };
      const isDark = traffic.blind(hour) && filledAt === undefined;
      const counted: Snapshot = { ...kept, kind: 'counted', counts: traffic.counts(endpoint, hour) };
      known.get(endpoint)!.set(hour, isDark ? snapshot(endpoint, hour, 'unknown') : counted);
    }
  };
  for (let hour = LAUNCH - 2016; hour < LAUNCH - 2; hour++) sample(hour);
  const memory = newMemory();
  const sent: AlertRecord[] = [];
  let verdict: Verdict | undefined;
  let dark: Hour[] = [];
  for (let hour = LAUNCH - 2; ; hour++) {
    const move = ownerMove(RELEASE, log, verdict);
    if (move === 'stop' || (typeof move === 'object' && last !== undefined && log.at(-1)?.stage === last)) return sent;
    if (typeof move === 'object') log.push(entered(hour + 1, move.enter, move.exposure));
    sample(hour);
    if (traffic.blind(hour)) dark.push(hour);
    else {
      for (const one of dark) sample(one, tickOf(hour));
      dark = [];
    }
    verdict = judge(RELEASE, log, known, hour, { memory, proven: false });
    const aftermath = aftermathOf(RELEASE, log, known, verdict);
    const next = nextAlert(sent.at(-1), verdict, RELEASE, tickOf(hour), [], aftermath);
    if (next) sent.push({ ...next, status: 'sent' });
  }
}

/** "2 pages, 1 notice"; "-" for none. */
export function countText(messages: readonly Pick<AlertRecord, 'severity'>[]): string {
  const [pages, notices] = ['page', 'notice'].map(
    (kind) => messages.filter(({ severity }) => severity === kind).length,
  );
  return (
    [pages! > 0 ? plural(pages!, 'page') : '', notices! > 0 ? plural(notices!, 'notice') : '']
      .filter(Boolean)
      .join(', ') || '-'
  );
}

/** The cells of a scenario in the table of docs/alerts.md, by their heads. */
export function documentedCounts(name: string): Record<string, string> {
  const page = readFileSync(path.join(__dirname, '../../docs/alerts.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (?:`([\w-]+)`|scenario) \| (.*) \|$/gm)];
  const cells = (row: string | undefined) => row!.split(' | ');
  const heads = cells(rows.find(([, scenario]) => scenario === undefined)?.[2]);
  const row = cells(rows.find(([, scenario]) => scenario === name)?.[2]);
  return Object.fromEntries(heads.map((head, index) => [head, row[index]!]));
}

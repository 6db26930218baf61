import { clock, plain } from '../facts/format';
import { hourOf } from '../facts/hour';
import { launchOf, type StageEvent } from '../facts/stage';
import { BASELINE_WEEKS } from '../facts/usual';
import type { Window } from '../facts/window';
import { baselineFrom } from '../judge/rollout';
import type { Finding } from '../judge/verdict';
import { dashboardAt } from '../release/dashboard';
import { type Traces, tracesAt } from '../release/measure/traces';
import type { Release } from '../release/schema';
import { windowJson } from './verdict-json';

/** A window for machines and, beside it, the release's Datadog dashboard at just its hours. */
export interface LinkedWindow {
  window: { name: string; from: string; to: string };
  /** Absent where the release names no such dashboard, and of a window without an hour. */
  link?: string;
}

/** @example linkedWindow({ name: 'stage A', from: 492232, to: 492232 }, release).link === undefined */
export function linkedWindow({ name, from, to }: Window, release: Pick<Release, 'links'>): LinkedWindow {
  const link = dashboardAt(release, { from, to });
  return { window: windowJson({ name, from, to }), ...(link !== undefined && { link }) };
}

/**
 * The windows that a finding's numbers are of: its own, with the traces of its endpoint where it has any, and, where it
 * compares with the baseline, the baseline's.
 */
export function findingWindows(
  { endpoint, window, criterion, baselineRate, toggleOff }: Finding,
  log: readonly StageEvent[],
  release: Release,
): LinkedWindow & { baseline?: LinkedWindow; traces?: Traces } {
  // What happened after the window is no launch of its baseline.
  const launch = launchOf(log.filter(({ at }) => hourOf(at) < window.to));
  const compares = criterion === 'consistentWithBaseline' && baselineRate !== undefined && toggleOff === undefined;
  const traces = tracesAt(release, endpoint, window);
  const own = { ...linkedWindow(window, release), ...(traces && { traces }) };
  if (!compares || !launch) return own;
  const to = hourOf(launch.at);
  const baseline = { name: `${BASELINE_WEEKS} weeks before launch`, from: baselineFrom(to), to };
  return { ...own, baseline: linkedWindow(baseline, release) };
}

/** Each different window of these once, in their order, with those of the baselines that they are compared with. */
export function differentWindows(windows: readonly (LinkedWindow & { baseline?: LinkedWindow })[]): LinkedWindow[] {
  const all = windows.flatMap(({ window, link, baseline }) => {
    const own = { window, ...(link !== undefined && { link }) };
    return baseline ? [own, baseline] : [own];
  });
  return [...new Map(all.map((one) => [JSON.stringify(one.window), one])).values()];
}

/** @example windowText({ name: 'stage A', from: '2026-02-11T16:00Z', to: '2026-02-11T18:00Z' }, 'America/New_York') === 'stage A, 2026-02-11 11:00 EST - 2026-02-11 13:00 EST' */
export const windowText = ({ name, from, to }: LinkedWindow['window'], timeZone: string): string =>
  `${plain(name)}, ${clock(Date.parse(from), timeZone)} - ${clock(Date.parse(to), timeZone)}`;

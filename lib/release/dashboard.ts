import { type Hour, startOf } from '../facts/hour';
import type { Window } from '../facts/window';
import type { Release } from './schema';

/** Whether a link is one to a Datadog dashboard, which can show any window. */
export const isDashboard = (url: string): boolean =>
  /^https:\/\/[^/]*(datadoghq|ddog-gov)\.[^/]+\/dashboard\//.test(url);

/** A Datadog dashboard's address, showing the hours [from, to). */
export function atWindow(url: string, from: Hour, to: Hour): string {
  const address = new URL(url);
  address.searchParams.set('from_ts', String(startOf(from)));
  address.searchParams.set('to_ts', String(startOf(to)));
  address.searchParams.set('live', 'false');
  return address.href;
}

/**
 * The first Datadog dashboard of a release at the hours [from, to); undefined when it names none, and when there is no
 * hour, as in a stage that was entered and left within one: Datadog would show something else.
 */
export function dashboardAt(
  { links }: Pick<Release, 'links'>,
  { from, to }: Pick<Window, 'from' | 'to'>,
): string | undefined {
  const dashboard = from < to ? links.find(({ url }) => isDashboard(url)) : undefined;
  return dashboard && atWindow(dashboard.url, from, to);
}

import { type Hour, startOf } from './hour';

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

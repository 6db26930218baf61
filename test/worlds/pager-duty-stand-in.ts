import { startAnswering } from './answering';

export const ROUTING_KEY = 'sentinel0sentinel0sentinel0sent1';

/** PagerDuty's Events API v2 with its limits; what is about no open incident is taken and does nothing. */
export async function startPagerDuty() {
  /** Keys of the incidents that were opened, of those that are open, and of those that were acknowledged. */
  const opened: string[] = [];
  const open = new Set<string>();
  const acknowledged: string[] = [];
  const server = await startAnswering(({ path, body }) => {
    const errors = path === '/v2/enqueue' ? pagerProblems(body) : ['not found'];
    if (errors.length > 0) return [400, { status: 'invalid event', message: 'Event object is invalid', errors }];
    const { event_action: action, dedup_key: key } = JSON.parse(body);
    if (action === 'trigger' && !open.has(key)) opened.push(key);
    if (action === 'trigger') open.add(key);
    if (action === 'acknowledge' && open.has(key)) acknowledged.push(key);
    if (action === 'resolve') open.delete(key);
    return [202, { status: 'success', message: 'Event processed', dedup_key: key }];
  });
  return { ...server, opened, open, acknowledged };
}

/** What PagerDuty has against an event, by "Send an alert event" of its developer documentation. */
export function pagerProblems(body: string): string[] {
  const { routing_key: key, event_action: action, dedup_key: dedup, payload, links = [], ...more } = JSON.parse(body);
  const problems: string[] = [];
  const check = (isRight: boolean, problem: string) => void (isRight || problems.push(problem));
  check(Buffer.byteLength(body) <= 512 * 1024, 'larger than 512 KB');
  check(/^[a-zA-Z0-9]{32}$/.test(key), "Length of 'routing_key' is incorrect (should be 32 characters)");
  check(['trigger', 'acknowledge', 'resolve'].includes(action), "'event_action' is invalid");
  check(typeof dedup === 'string' && dedup.length >= 1 && dedup.length <= 255, "'dedup_key' is invalid");
  check(
    Object.keys(more).every((name) => ['client', 'client_url', 'images'].includes(name)),
    'unknown field',
  );
  check(
    links.every((link: Record<string, string>) => /^https?:/.test(link.href!) && typeof link.text === 'string'),
    "'links' is invalid",
  );
  if (action !== 'trigger') return problems;
  const { summary, source, severity, timestamp } = Object(payload);
  check(typeof summary === 'string' && summary.length >= 1 && summary.length <= 1024, "'payload.summary' is invalid");
  check(typeof source === 'string' && source !== '', "'payload.source' is missing or blank");
  check(['critical', 'error', 'warning', 'info'].includes(severity), "'payload.severity' is invalid");
  check(timestamp === undefined || !Number.isNaN(Date.parse(timestamp)), "'payload.timestamp' is invalid");
  return problems;
}

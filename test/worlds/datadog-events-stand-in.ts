import { startAnswering } from './answering';

export const API_KEY = 'sentinel0sentinel0sentinel0senti';

/** Datadog's way in for events, with its limits. */
export async function startDatadogEvents() {
  const events: Record<string, unknown>[] = [];
  const server = await startAnswering(({ path, body, apiKey }) => {
    if (path !== '/api/v1/events' && path !== '/api/v1/validate') return [404, { errors: ['Not found'] }];
    if (apiKey !== API_KEY) return [403, { errors: ['Forbidden', apiKey] }];
    if (path === '/api/v1/validate')
      return body === '' ? [200, { valid: true }] : [405, { errors: ['Method not allowed'] }];
    const errors = eventProblems(body);
    if (errors.length > 0) return [400, { errors }];
    events.push(JSON.parse(body));
    return [202, { status: 'ok', event: { id: events.length } }];
  });
  return { ...server, events };
}

const TYPES = ['error', 'warning', 'info', 'success', 'user_update', 'recommendation', 'snapshot'];

/** What Datadog has against an event, by "Post an event" of its API; and what it would do with one that nobody wants. */
export function eventProblems(body: string): string[] {
  const { title, text, date_happened: at, alert_type: type, aggregation_key: key, tags, ...more } = JSON.parse(body);
  const problems: string[] = [];
  const check = (isRight: boolean, problem: string) => void (isRight || problems.push(problem));
  check(typeof title === 'string' && title.length >= 1 && title.length <= 100, 'title');
  check(typeof text === 'string' && text.length >= 1 && text.length <= 4000, 'text');
  check(Number.isInteger(at) && at >= 0 && at < 1e10, 'date_happened is no integer of seconds');
  check(TYPES.includes(type), 'alert_type');
  check(typeof key === 'string' && key.length >= 1 && key.length <= 100, 'aggregation_key');
  check(
    Array.isArray(tags) && tags.every((tag) => /^[a-z][a-z0-9_./-]*:[a-z0-9_:./-]*$/.test(tag) && tag.length <= 200),
    'tags',
  );
  check(Object.keys(more).length === 0, `unknown field ${Object.keys(more)}`);
  check(!/@\w/.test(`${title}${text}`), 'somebody is mentioned');
  check(!/%%%/.test(text), 'Markdown');
  return problems;
}

import * as z from 'zod/mini';
import { count } from '../../facts/format';
import type { Release } from '../../release/schema';
import type { Reply } from '../../sources/datadog/transport';
import { type Check, ok, unproven, wrong } from '../check';
import type { OddPoints } from './seen';

/** In-app types that `as_count()` turns into counts: docs.datadoghq.com/metrics/custom_metrics/type_modifiers */
const COUNTS = ['count', 'rate'];

const NO_COUNT = 'a sum of its points is no number of requests';

/** What a metric must be, and where the release file names it. */
export interface NamedMetric {
  name: string;
  field: string;
  type: 'count' | 'distribution';
}

/**
 * Whether a metric counts requests, or keeps a value of each: by its type as Datadog has it and, where that cannot be read,
 * by its values. A fraction or less than none is no count. Whole numbers prove nothing: a gauge of open connections has
 * them, too.
 */
export function metricCheck(
  { name, field, type: wanted }: NamedMetric,
  { status, body }: Reply,
  points: OddPoints,
): Check {
  const title = field === 'datadog.metric' ? 'metric' : `metric ${name}`;
  const got = (what: string) => `${field} - got ${name}, ${what}, expected a ${wanted}`;
  if (status === 404)
    return wrong(
      title,
      `${field} - got none called ${name}, expected one that Datadog has; look it up in Metrics Summary`,
    );
  const type = status === 200 ? typeOf(body) : undefined;
  const why = status === 200 ? 'Datadog does not say it' : `the keys may not read it (${status})`;
  const shown = `add the scope metrics_read to the application key, or look it up in Metrics Summary`;
  if (wanted === 'distribution') {
    if (type === 'distribution') return ok(title, `${name} is a distribution`);
    if (type) return wrong(title, `${got(`which is a ${type}`)}; only of one can the values over a limit be counted`);
    return unproven(
      title,
      `${field} - got ${name}, whose type is unproven, as ${why}, expected a distribution; ${shown}`,
    );
  }
  if (points.negative > 0)
    return wrong(title, `${got(`which was negative in ${count(points.negative)} points`)}; ${NO_COUNT}`);
  if (type && COUNTS.includes(type))
    return ok(
      title,
      `${name} is a ${type}${points.fractions > 0 ? ', with fractions as a sampled counter has them' : ''}`,
    );
  if (type) return wrong(title, `${got(`which is a ${type}`)}; ${NO_COUNT}`);
  if (points.fractions > 0)
    return wrong(
      title,
      `${got(`of which ${count(points.fractions)} of ${count(points.all)} points are fractions`)}; ${NO_COUNT}. Only a sampled counter has them: if it is one, show its type, as ${why}: add the scope metrics_read`,
    );
  return unproven(
    title,
    `${field} - got ${name}, whose type is unproven, as ${why}, expected a count; whole numbers are no proof, so ${shown}`,
  );
}

/** The metrics that a release names, each once. */
export function metricsOf({ datadog, endpoints, controls }: Release): NamedMetric[] {
  const all = [...endpoints, ...controls].flatMap(({ name, counters, slow }): NamedMetric[] => [
    ...[...(counters?.errors ?? []), ...(counters?.requests ?? [])].map(
      (metric): NamedMetric => ({ name: metric, field: `counters of ${name}`, type: 'count' }),
    ),
    ...(slow ? [{ name: slow.metric, field: `slow of ${name}`, type: 'distribution' as const }] : []),
  ]);
  const named = [{ name: datadog.metric, field: 'datadog.metric', type: 'count' as const }, ...all];
  return named.filter(({ name }, index) => named.findIndex((other) => other.name === name) === index);
}

function typeOf(body: string): string | undefined {
  try {
    return z.parse(z.object({ type: z.string() }), JSON.parse(body)).type;
  } catch {
    return undefined;
  }
}

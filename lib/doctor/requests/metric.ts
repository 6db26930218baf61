import * as z from 'zod/mini';
import { count } from '../../facts/format';
import type { Reply } from '../../sources/datadog/transport';
import { type Check, ok, unproven, wrong } from '../check';
import type { Seen } from './seen';

/** In-app types that `as_count()` turns into counts: docs.datadoghq.com/metrics/custom_metrics/type_modifiers */
const COUNTS = ['count', 'rate'];

const NO_COUNT = 'a sum of its points is no number of requests';

/**
 * Whether the metric counts requests: by its type as Datadog has it and, where that cannot be read, by its values. A
 * fraction or less than none is no count. Whole numbers prove nothing: a gauge of open connections has them, too.
 */
export function metricCheck(metric: string, { status, body }: Reply, { points }: Pick<Seen, 'points'>): Check {
  const got = (what: string) => `datadog.metric - got ${metric}, ${what}, expected a count`;
  if (status === 404)
    return wrong(
      'metric',
      `datadog.metric - got none called ${metric}, expected one that Datadog has; look it up in Metrics Summary`,
    );
  if (points.negative > 0)
    return wrong('metric', `${got(`which was negative in ${count(points.negative)} points`)}; ${NO_COUNT}`);
  const type = status === 200 ? typeOf(body) : undefined;
  if (type && COUNTS.includes(type))
    return ok(
      'metric',
      `${metric} is a ${type}${points.fractions > 0 ? ', with fractions as a sampled counter has them' : ''}`,
    );
  if (type) return wrong('metric', `${got(`which is a ${type}`)}; ${NO_COUNT}`);
  const why = status === 200 ? 'Datadog does not say it' : `the keys may not read it (${status})`;
  if (points.fractions > 0)
    return wrong(
      'metric',
      `${got(`of which ${count(points.fractions)} of ${count(points.all)} points are fractions`)}; ${NO_COUNT}. Only a sampled counter has them: if it is one, show its type, as ${why}: add the scope metrics_read`,
    );
  return unproven(
    'metric',
    `datadog.metric - got ${metric}, whose type is unproven, as ${why}, expected a count; whole numbers are no proof, so add the scope metrics_read to the application key, or look it up in Metrics Summary`,
  );
}

function typeOf(body: string): string | undefined {
  try {
    return z.parse(z.object({ type: z.string() }), JSON.parse(body)).type;
  } catch {
    return undefined;
  }
}

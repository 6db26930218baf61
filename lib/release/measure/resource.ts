/** What APM measures of an operation such as rack.request: how often it was called, and how long each call took. */
const APM_METRIC = { hits: /^trace\.([\w.]+)\.hits$/, duration: /^trace\.(?!.*\.hits$)([\w.]+)$/ };

/** What an endpoint says of how it is counted, which may be malformed. */
interface Counted {
  counters?: unknown;
  slow?: unknown;
}

/**
 * The operation that an endpoint is counted by; undefined where APM does not count it.
 *
 * @param metric that of the release, which counts what names no other
 * @example operationOf({}, 'trace.rack.request.hits') === 'rack.request'
 */
export function operationOf({ counters, slow }: Counted, metric: unknown): string | undefined {
  if (counters !== undefined) return undefined;
  const [pattern, counting] =
    slow === undefined ? [APM_METRIC.hits, metric] : [APM_METRIC.duration, Object(slow).metric];
  return pattern.exec(String(counting))?.[1];
}

/** A resource as metrics have it in their tag: in lower case, and with `_` for what no tag can hold. */
const tagOf = (resource: string): string =>
  resource
    .toLowerCase()
    .replace(/[^a-z0-9_:./-]+/g, '_')
    .slice(0, 200)
    .replace(/_+$/, '');

/** What is wrong with the resource of an endpoint: it would lead to the traces of something else, or to none. */
export function resourceProblem(
  { resource, tag, tags, ...counted }: Record<string, unknown>,
  { metric, endpointTag }: Record<string, unknown>,
): string | undefined {
  if (typeof resource !== 'string' || typeof metric !== 'string') return undefined;
  if (operationOf(counted, metric) === undefined) {
    const { counters, slow } = counted as Counted;
    const by =
      counters !== undefined ? 'counters, which are' : `${slow === undefined ? metric : Object(slow).metric}, which is`;
    return `got ${resource}, expected none; the endpoint is counted by ${by} no metric of APM such as trace.rack.request.hits, so it has no traces`;
  }
  const known = endpointTag === 'resource_name' && tag !== undefined ? tag : Object(tags).resource_name;
  if (typeof known !== 'string' || tagOf(known) === tagOf(resource)) return undefined;
  return `got ${resource}, whose tag is ${tagOf(resource)}, expected the resource of ${known}; copy it from its page in APM`;
}

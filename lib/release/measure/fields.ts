import * as z from 'zod/mini';

/**
 * How an endpoint is counted: a ratio of two counts. `tag` or `tags` and `filter` say which requests; the status says
 * which of them failed, unless `counters` or `slow` do.
 */

/** Datadog tag values as it normalises them; a quote or brace would break the whole request. */
const tagValue = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9_][a-z0-9_:./-]{0,199}$/,
      'expected a Datadog tag value: lower case letters, digits and _ : . / -',
    ),
  );
export const tagKey = z
  .string()
  .check(z.regex(/^[a-z][a-z0-9_./-]{0,199}$/, 'expected a Datadog tag name such as resource_name'));

const listOf = (value: string, example: string) =>
  z
    .array(
      z
        .string()
        .check(
          z.maxLength(400, 'expected at most 400 characters'),
          z.regex(new RegExp(`^[a-z][a-z0-9_./-]*:${value}$`), `expected key:value such as ${example}`),
        ),
    )
    .check(z.minLength(1), z.maxLength(10));

/** Pairs of tag and value. */
export const pairs = listOf('[a-z0-9_][a-z0-9_:./-]*', 'env:eks-prod');
/** Values with the wildcards of Datadog's filters: any letters in their place, and not nothing but one. */
const filterPairs = listOf('(?=.*[a-z0-9])[a-z0-9_*][a-z0-9_:./*-]*', 'service:claims or service:claims-*');

const METRIC = '[a-zA-Z][a-zA-Z0-9_.]{0,199}';
export const metricName = z
  .string()
  .check(z.regex(new RegExp(`^${METRIC}$`), 'expected a metric name such as trace.rack.request.hits'));

/** "a.error + a.success" → ["a.error", "a.success"] */
const counterSum = z.pipe(
  z
    .string('expected a metric such as claims.poll.error, or several with " + " between them')
    .check(
      z.regex(
        new RegExp(`^${METRIC}( \\+ ${METRIC}){0,9}$`),
        'expected a metric such as claims.poll.error, or several with " + " between them',
      ),
      z.describe('A count metric, or several that are added up: "claims.poll.error + claims.poll.success"'),
    ),
  z.transform((value: string) => value.split(' + ')),
);

const MOST_TAGS = 5;

/** The fields by which an endpoint or a control says what it counts. */
export const measured = {
  tag: z.optional(tagValue.check(z.describe('Which requests: the value of datadog.endpointTag'))),
  tags: z.optional(
    z.record(tagKey, tagValue).check(
      z.refine((tags) => Object.keys(tags).length >= 1 && Object.keys(tags).length <= MOST_TAGS, {
        error: ({ input }) => `got ${Object.keys(input as object).length} tags, expected one to ${MOST_TAGS}`,
      }),
      z.describe(
        'Which requests, in the place of "tag": those that have all of these tags, such as { controller: claims, action: show }',
      ),
    ),
  ),
  filter: z.optional(
    filterPairs.check(
      z.describe(
        'Which requests, beside datadog.scope: pairs that they have, such as ["service:claims-*"]. A pair with a key of the scope stands in that one\'s place',
      ),
    ),
  ),
  counters: z.optional(
    z
      .strictObject({ errors: counterSum, requests: counterSum })
      .check(z.describe('What failed, in the place of the status: what one counter counted, of what another did')),
  ),
  slow: z.optional(
    z
      .strictObject({
        metric: metricName,
        over: z
          .number('expected a number in the unit of the metric')
          .check(
            z.gte(0.001, 'expected at least 0.001'),
            z.lte(1_000_000, 'expected at most 1000000'),
            z.describe('In the unit of the metric: seconds for those of APM'),
          ),
      })
      .check(
        z.describe(
          'What failed, in the place of the status: requests slower than this, by a distribution metric that has percentiles enabled',
        ),
      ),
  ),
};

type Fields = Record<string, unknown>;

/** What is wrong between the fields of one endpoint or control, which may be malformed; `datadog` is the file's section. */
export function measureProblems(
  one: Fields,
  { scope, endpointTag, statusTag, toggleOff }: Fields,
  problem: (key: string, message: string) => void,
): void {
  const has = (key: string) => one[key] !== undefined;
  if (has('tag') && has('tags'))
    problem('tags', 'got tags beside tag, expected one of them; put the endpoint tag into tags, too');
  if (has('counters') && has('slow'))
    problem('slow', 'got slow beside counters, expected one of them; watch them as two endpoints');
  if (!['tag', 'tags', 'counters', 'slow'].some(has))
    problem('tag', "got nothing, expected the endpoint tag's value; or name tags, counters or slow");
  const byStatus = !has('counters') && !has('slow');
  const tags = has('tag') ? [String(endpointTag)] : keysOf(one.tags);
  if (byStatus && has('tags') && tags.includes(String(statusTag)))
    problem(
      'tags',
      `got ${statusTag}, expected none of the status; requests of every status are counted, so take it out`,
    );
  const filter = texts(one.filter);
  for (const pair of texts(scope))
    if (has('tags') && tags.includes(keyOf(pair)))
      problem(
        'tags',
        `got ${keyOf(pair)}, which datadog.scope has, expected it once; no request has two values of one`,
      );
  filter.forEach((pair, index) => {
    const key = keyOf(pair);
    const twice = [...filter.slice(0, index), ...texts(toggleOff)].find((other) => keyOf(other) === key);
    if (twice)
      problem('filter', `got ${pair} beside ${twice}, expected every key once; no request has two values of one`);
    if (tags.includes(key)) problem('filter', `got ${pair}, expected no ${key}; it is a tag of the endpoint already`);
    if (key === statusTag)
      problem('filter', `got ${pair}, expected no ${key}; requests of every status are counted, so take it out`);
  });
  counterProblems(one.counters, (message) => problem('counters', message));
}

/** A text that is the same for endpoints that count the same; undefined where none says what it counts. */
export function sameRequests({ tag, tags, filter, counters, slow }: Fields): string | undefined {
  if (typeof tag === 'string' && (filter ?? counters ?? slow) === undefined) return `tag ${tag}`;
  if ((tag ?? tags ?? counters ?? slow) === undefined) return undefined;
  const which = [tag, Object.entries(tags ?? {}).toSorted(), texts(filter).toSorted(), counters, slow];
  return `measure ${JSON.stringify(which.filter((one) => one !== undefined && String(one) !== ''))}`;
}

function counterProblems(counters: unknown, problem: (message: string) => void) {
  const { errors, requests } = (counters ?? {}) as Fields;
  const [failed, all] = [metricsOf(errors), metricsOf(requests)];
  for (const [key, some] of Object.entries({ errors: failed, requests: all }))
    if (new Set(some).size < some.length)
      problem(`got a metric twice in ${key}, expected each once; what it counts would be there twice`);
  if (failed.length > 0 && failed.toSorted().join() === all.toSorted().join())
    problem('got the same in errors and requests, expected requests to have those that did not fail, too; name them');
}

const keyOf = (pair: string) => pair.split(':')[0]!;
const keysOf = (tags: unknown) => (tags !== null && typeof tags === 'object' ? Object.keys(tags) : []);
const texts = (list: unknown) =>
  (Array.isArray(list) ? list : []).filter((one): one is string => typeof one === 'string');
/** A sum as it was parsed or, in a file that is malformed elsewhere, as it was written. */
const metricsOf = (sum: unknown): string[] => (typeof sum === 'string' ? sum.split(' + ') : texts(sum));

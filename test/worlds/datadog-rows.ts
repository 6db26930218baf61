import { type Hour, hourOf, startOf } from '../../lib/facts/hour';
import { meets } from '../../lib/local/datadog/filter';
import { parseQuery } from '../../lib/local/datadog/metric-query';
import { listen } from '../../lib/local/listen';

/** Requests of an hour with the same tags; a tag that is absent is one that they do not have. */
export interface Row {
  /** Of another metric than that of the release; one of distributions where it has a value for each request. */
  metric?: string;
  each?: number;
  tags: Readonly<Record<string, string>>;
  value: number;
}

/** A Datadog whose requests are these rows, as of now; all may be changed between questions. */
export interface DatadogRows {
  url: string;
  /** Questions for counts so far, and the longest of them in hours. */
  asked: { questions: number; longest: number };
  rows: (hour: Hour) => readonly Row[];
  /** The metric's type, or the status with which it is refused. */
  type: string | null | number;
  /** A metric whose counts are refused. */
  refuses?: string;
  /** The types of other metrics. */
  types: Readonly<Record<string, string>>;
  users: number;
  /** Tags by which the metric cannot be grouped: such requests are left out. */
  hidden: readonly string[];
  /** Whether a missing tag is left out of an answer instead of being `N/A`. */
  omits: boolean;
  close(): Promise<unknown>;
}

const json = (status: number, content: unknown) => ({
  status,
  type: 'application/json',
  body: JSON.stringify(content),
});

export async function startRows(metric: string): Promise<DatadogRows> {
  const listening = await listen((request, body) => {
    const { url = '' } = request;
    if (url.startsWith('/api/v1/metrics/')) {
      const other = site.types[url.slice('/api/v1/metrics/'.length)];
      if (other) return json(200, { type: other });
      if (typeof site.type === 'number') return json(site.type, { errors: ['Forbidden'] });
      return url.endsWith(metric) ? json(200, { type: site.type }) : json(404, { errors: ['metric_name not found'] });
    }
    if (url === '/api/v2/query/scalar') {
      const columns = [{ name: 'events', type: 'number', values: [site.users], meta: { unit: null } }];
      return json(200, { data: { id: '0', type: 'scalar_response', attributes: { columns } } });
    }
    if (site.refuses && body.includes(`:${site.refuses}{`))
      return json(400, { errors: ['Percentiles are not enabled'] });
    if (url !== '/api/v2/query/timeseries') return json(404, { errors: ['Not found'] });
    return json(200, { data: { id: '0', type: 'timeseries_response', attributes: answered(site, metric, body) } });
  });
  const site: DatadogRows = {
    url: listening.url,
    asked: { questions: 0, longest: 0 },
    rows: () => [],
    type: 'count',
    types: {},
    users: 1_000,
    hidden: [],
    omits: false,
    close: listening.close,
  };
  return site;
}

function answered(site: DatadogRows, metric: string, body: string) {
  const { from, to, formulas, queries } = JSON.parse(body).data.attributes as {
    from: number;
    to: number;
    formulas: { formula: string }[];
    queries: { name: string; query: string }[];
  };
  const end = Math.min(hourOf(to), hourOf(Date.now()));
  site.asked.questions++;
  site.asked.longest = Math.max(site.asked.longest, hourOf(to) - hourOf(from));
  const series: { group_tags: string[]; query_index: number }[] = [];
  const points: Map<Hour, number>[] = [];
  formulas.forEach(({ formula }, index) => {
    const query = parseQuery(queries.find(({ name }) => name === formula)!.query);
    const groups = new Map<string, Map<Hour, number>>();
    for (let hour = hourOf(from); hour < end; hour++) {
      for (const { tags, value, metric: own = metric, each = 0 } of site.rows(hour)) {
        if (own !== query.metric || (query.over !== undefined && each <= query.over)) continue;
        if (!meets(query.filter, tags)) continue;
        if (query.by.some((key) => site.hidden.includes(key)) && tags.hidden) continue;
        const labels = query.by.filter((key) => tags[key] !== undefined || !site.omits);
        const group = labels.map((key) => `${key}:${tags[key] ?? 'N/A'}`).join('\n');
        const found = groups.get(group) ?? new Map<Hour, number>();
        groups.set(group, found.set(hour, (found.get(hour) ?? 0) + value));
      }
    }
    for (const [group, found] of groups) {
      series.push({ group_tags: group === '' ? [] : group.split('\n'), query_index: index });
      points.push(found);
    }
  });
  const times = [...new Set(points.flatMap((one) => [...one.keys()]))].sort((a, b) => a - b);
  return { series, times: times.map(startOf), values: points.map((one) => times.map((hour) => one.get(hour) ?? null)) };
}

import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  method?: string;
  url?: string;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

/** What the stand-in does with one request: a body to answer 200 with, or anything else by hand. */
export type Script = string | object | ((response: ServerResponse) => void);

/** An HTTP server in place of Datadog that answers with the scripts in turn, the last one for ever. */
export async function standIn() {
  const asked: Asked[] = [];
  let scripts: Script[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { method, url, headers } = request;
    asked.push({ method, url, headers, body: Buffer.concat(parts).toString() });
    const script = scripts.length > 1 ? scripts.shift()! : scripts[0]!;
    if (typeof script === 'function') return script(response);
    response.setHeader('content-type', 'application/json');
    response.end(typeof script === 'string' ? script : JSON.stringify(script));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answers(...next: Script[]) {
      scripts = next;
      asked.length = 0;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A timeseries answer in Datadog's shape. */
export function timeseries(times: number[], series: { tags?: string[]; query: number; values: (number | null)[] }[]) {
  return {
    data: {
      type: 'timeseries_response',
      attributes: {
        times,
        series: series.map(({ tags, query }) => ({ group_tags: tags ?? [], query_index: query, unit: null })),
        values: series.map(({ values }) => values),
      },
    },
  };
}

type AnswerSeries = Parameters<typeof timeseries>[1][number];

/** The series of an answer with the sums of each endpoint over its statuses, as an honest answer has them beside. */
export function withSums(series: readonly AnswerSeries[]): AnswerSeries[] {
  const sums = new Map<string, (number | null)[]>();
  for (const { query, tags, values } of series) {
    const tag = tags?.find((one) => one.startsWith('resource_name:'));
    if (query !== 0 || tag === undefined) continue;
    const before = sums.get(tag) ?? [];
    sums.set(
      tag,
      values.map((value, index) => (value ?? 0) + (before[index] ?? 0)),
    );
  }
  return [...series, ...[...sums].map(([tag, values]) => ({ query: 2, tags: [tag], values }))];
}

/** A scalar answer in Datadog's shape: its numbers and, when it was grouped, the group of each. */
export const scalar = (values: unknown[], groups?: string[][]) => ({
  data: {
    id: '0',
    type: 'scalar_response',
    attributes: {
      columns: [
        ...(groups ? [{ name: '@error.type', type: 'group', values: groups }] : []),
        { name: 'events', type: 'number', values, meta: { unit: null } },
      ],
    },
  },
});

/** Answers with a status, and headers if given. */
export const status =
  (code: number, body = '', headers: Record<string, string> = {}): Script =>
  (response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers });
    response.end(body);
  };

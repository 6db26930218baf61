import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

const run = promisify(execFile);
const ROOT = path.join(__dirname, '..', '..');
const folder = mkdtempSync(path.join(tmpdir(), 'bundle-'));
const bundled = path.join(folder, 'query.js');

const bundle = (entry: string, outfile: string, cwd = ROOT) =>
  run(process.execPath, [path.join(ROOT, 'scripts', 'bundle.mjs'), entry, outfile], { cwd });

beforeAll(() => bundle('test/scripts/timeseries-query.ts', bundled));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a bundle with the Datadog client, as a process of its own', () => {
  let server: Server;
  let seen: { request: IncomingMessage; body: string };
  let reply: { status: number; body: unknown };

  beforeAll((done) => {
    server = createServer(async (request, response) => {
      seen = { request, body: await text(request) };
      response.writeHead(reply.status, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify(reply.body)));
    }).listen(0, '127.0.0.1', done);
  });
  afterAll((done) => {
    server.close(done);
  });

  const ask = async () => {
    const { stdout, stderr } = await run(process.execPath, [
      bundled,
      `127.0.0.1:${(server.address() as AddressInfo).port}`,
    ]);
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  };

  test('asks for time series with both keys and every attribute, and reads the answer', async () => {
    const attributes = {
      series: [{ group_tags: ['http.status_code:200'], query_index: 0, unit: null }],
      times: [1_770_800_400_000],
      values: [[1234]],
    };
    reply = { status: 200, body: { data: { type: 'timeseries_response', attributes } } };

    const { answer } = await ask();

    expect(answer.times).toEqual([1_770_800_400_000]);
    expect(answer.values).toEqual([[1234]]);
    expect(answer.series[0]).toMatchObject({ groupTags: ['http.status_code:200'], queryIndex: 0 });
    expect(`${seen.request.method} ${seen.request.url}`).toBe('POST /api/v2/query/timeseries');
    expect(seen.request.headers).toMatchObject({ 'dd-api-key': 'an-api-key', 'dd-application-key': 'an-app-key' });
    expect(JSON.parse(seen.body)).toEqual({
      data: {
        type: 'timeseries_request',
        attributes: {
          from: 1_770_800_400_000,
          to: 1_770_804_000_000,
          interval: 3_600_000,
          queries: [
            { data_source: 'metrics', name: 'all', query: 'sum:requests{env:prod}.as_count().rollup(sum, 3600)' },
          ],
          formulas: [{ formula: 'all' }],
        },
      },
    });
  });

  test('reads a refusal', async () => {
    reply = { status: 403, body: { errors: ['Forbidden'] } };
    expect(await ask()).toEqual({ code: 403, errors: ['Forbidden'] });
  });
});

test('what the calls need of the client is below 0.1 MB', () => {
  expect(readFileSync(bundled).length).toBeLessThan(100_000);
});

test('the same source gives the same bytes wherever it is built, so that nothing is deployed without a change', async () => {
  const again = path.join(folder, 'elsewhere', 'query.js');
  await bundle(path.join(__dirname, 'timeseries-query.ts'), again, folder);
  expect(readFileSync(again, 'utf8')).toBe(readFileSync(bundled, 'utf8'));
  expect(readFileSync(again, 'utf8')).not.toContain(ROOT);
});

/** What bundling `source` says on stderr; it must fail, and leave no bundle behind. */
async function failure(place: string, source: string): Promise<string> {
  mkdirSync(place, { recursive: true });
  const [entry, outfile] = [path.join(place, 'entry.ts'), path.join(place, 'out', 'index.js')];
  writeFileSync(entry, source);
  const stderr = await bundle(entry, outfile).then(
    () => 'nothing: it was bundled',
    (error: { stderr: string }) => error.stderr,
  );
  expect(() => readFileSync(outfile)).toThrow('ENOENT');
  return stderr;
}

test('emoji are listed when the first one comes, and a string-width that does it otherwise is an error', async () => {
  const place = mkdtempSync(path.join(folder, 'width-'));
  const source = (of: string) => `import width from '${of}'; console.log(width('👍 日本 e\u0301'), width('plain'));`;
  const [entry, outfile] = [path.join(place, 'width.ts'), path.join(place, 'width.js')];
  writeFileSync(entry, source(path.join(ROOT, 'node_modules', 'string-width', 'index.js')));
  await bundle(entry, outfile);
  expect((await run(process.execPath, [outfile])).stdout).toBe('9 5\n');
  expect(readFileSync(outfile, 'utf8')).toMatch(/\?\?=new RegExp\("\^\\\\p\{RGI_Emoji\}/);

  const other = path.join(place, 'node_modules', 'string-width', 'index.js');
  mkdirSync(path.dirname(other), { recursive: true });
  writeFileSync(other, 'export default (text) => text.length;');
  expect(await failure(path.join(place, 'other'), source(other))).toContain('got no const rgiEmojiRegex');
});

describe('the bundle is never large without a word', () => {
  const client = path.join(ROOT, 'node_modules', '@datadog', 'datadog-api-client', 'dist');

  test('a client that comes in whole by another door is an error', async () => {
    const source = `export * from '${client}/packages/datadog-api-client-v1/index.js';`;
    expect(await failure(path.join(folder, 'whole'), source)).toMatch(
      /too large - got \d{7} bytes, expected at most 630000/,
    );
  });

  test('so is a part of the client that was left out', async () => {
    const source = `import { v1 } from '${client}/index.js'; console.log(new v1.MetricsApi());`;
    expect(await failure(path.join(folder, 'other'), source)).toContain('No matching export');
  });

  const common = 'packages/datadog-api-client-common';
  const models = 'packages/datadog-api-client-v2/models/ObjectSerializer.js';
  const api = 'packages/datadog-api-client-v2/apis/MetricsApi.js';

  test.each([
    [
      api,
      '    queryTimeseriesData(param, options) {',
      '    queryTimeseries(param, options) {',
      'got 2 methods queryTimeseriesData',
    ],
    [
      api,
      '    queryScalarData(param, options) {',
      '    queryScalar(param, options) {',
      'got 2 methods queryScalarData',
    ],
    [api, 'serialize(body, "TimeseriesFormulaQueryRequest"', 'serialize(body, type', 'without a plain type'],
    [api, '"ScalarFormulaQueryRequest"', '"ScalarRequestOfTomorrow"', 'unknown type ScalarRequestOfTomorrow'],
    [models, 'const enumsMap = {', 'const enums = {', 'no const enumsMap'],
    [models, 'User: User_1.User,', 'User: () => User_1.User,', 'a typeMap entry that is not a plain model'],
    [models, 'const User_1 = require("./User");', 'const User_1 = require("../User");', 'imports of models, expected'],
    [
      `${common}/configuration.js`,
      '"v2.createFleetSchedule": false,',
      '["v2.createFleetSchedule"]: false,',
      'no plain list',
    ],
    [
      `${common}/http/isomorphic-fetch.js`,
      'require("cross-fetch")',
      'require("node-fetch")',
      'got 0 times require("cross-fetch")',
    ],
  ])('a client whose %s has changed is an error: %s', async (file, old, changed, problem) => {
    const place = mkdtempSync(path.join(folder, 'client-'));
    const copy = path.join(place, 'node_modules', '@datadog', 'datadog-api-client', 'dist');
    for (const part of ['index.js', 'logger.js', 'userAgent.js', 'version.js', common, models, api]) {
      cpSync(path.join(client, part), path.join(copy, part), { recursive: true });
    }
    const source = readFileSync(path.join(copy, file), 'utf8');
    expect(source).toContain(old);
    writeFileSync(path.join(copy, file), source.replace(old, changed));

    const said = await failure(place, `import { client, v2 } from '${copy}/index.js'; console.log(client, v2);`);

    expect(said).toContain('the generated code of @datadog/datadog-api-client is not as expected');
    expect(said).toContain(problem);
  });
});

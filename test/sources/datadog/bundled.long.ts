import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * The whole suites of the adapters again, on a bundle made as the sampler's is: the pruned client must do all that
 * they ask of it, so that an update of the client cannot break it unseen.
 */
const folder = mkdtempSync(path.join(tmpdir(), 'adapter-'));
const bundle = path.join(folder, 'adapter.js');
const root = path.join(__dirname, '..', '..', '..');
execFileSync(process.execPath, [path.join(root, 'scripts', 'bundle.mjs'), 'test/sources/datadog/adapter.ts', bundle]);
afterAll(() => rmSync(folder, { recursive: true }));

for (const file of ['source', 'api', 'events'])
  jest.doMock(`../../../lib/sources/datadog/${file}`, () => jest.requireActual(bundle));
jest.doMock('../../../lib/ports', () => jest.requireActual(bundle));
describe('metrics', () => void require('./source.test'));
describe('events', () => void require('./events.test'));

test('the adapters of these suites are those of the bundle', () => {
  expect(require('../../../lib/sources/datadog/source').datadogSource).toBe(jest.requireActual(bundle).datadogSource);
  expect(require('../../../lib/sources/datadog/events').datadogEvents).toBe(jest.requireActual(bundle).datadogEvents);
});

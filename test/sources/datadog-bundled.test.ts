import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * The whole suite of the adapter again, on a bundle made as the sampler's is: the pruned client must do all that the
 * adapter asks of it, so that an update of the client cannot break it unseen.
 */
const folder = mkdtempSync(path.join(tmpdir(), 'adapter-'));
const bundle = path.join(folder, 'adapter.js');
const root = path.join(__dirname, '..', '..');
execFileSync(process.execPath, [path.join(root, 'scripts', 'bundle.mjs'), 'test/sources/datadog-adapter.ts', bundle]);
afterAll(() => rmSync(folder, { recursive: true }));

for (const file of ['datadog', 'datadog-api'])
  jest.doMock(`../../lib/sources/${file}`, () => jest.requireActual(bundle));
jest.doMock('../../lib/ports', () => jest.requireActual(bundle));
require('./datadog.test');

test('the adapter of this suite is the one of the bundle', () => {
  expect(require('../../lib/sources/datadog').datadogSource).toBe(jest.requireActual(bundle).datadogSource);
});

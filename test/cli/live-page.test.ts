import { rmSync } from 'node:fs';
import path from 'node:path';
import { servePage } from '../../lib/page/server';
import { folder, stagewatch, written } from '../worlds/console';

const root = folder();
const place = ['--release', written(root, 'small')];
const simulate = (args: string[], onLine?: (line: string) => void, signal = new AbortController().signal) =>
  stagewatch(['simulate', ...place, '--data', path.join(root, 'history'), ...args], { signal, onLine });
afterAll(() => rmSync(root, { recursive: true }));

test('a simulation says where its page is, which shows it while it is played', async () => {
  const stop = new AbortController();
  const free = await servePage({ port: 0, everySeconds: 1 });
  const { port } = new URL(free.url);
  await free.close();
  let shown: Promise<string> | undefined;
  const { code, err } = await simulate(
    ['--port', port],
    () => {
      shown ??= fetch(`http://127.0.0.1:${port}/`)
        .then((answer) => answer.text())
        .finally(() => stop.abort());
    },
    stop.signal,
  );
  expect(code).toBe(0);
  expect(err.split('\n')[1]).toBe(`live page: http://127.0.0.1:${port}/`);
  expect(await shown).toContain('a simulation: scenario regression, seed 1');
  expect(await shown).toContain('>NOT EXPOSED<');
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
});

test('a port that is taken is wrong use, and nothing is played', async () => {
  const other = await servePage({ port: 0, everySeconds: 1 });
  const { port } = new URL(other.url);
  const { code, out, err } = await simulate(['--port', port]);
  await other.close();
  expect([code, out]).toEqual([64, '']);
  expect(err).toContain(`--port - got ${port}, which is in use, expected a free one`);
});

test('--no-page beside --port is wrong use', async () => {
  const { code, err } = await simulate(['--no-page', '--port', '8080']);
  expect(code).toBe(64);
  expect(err).toContain("'--no-page' cannot be used with option '--port <number>'");
});

test.each(['65536', '-1', 'http', '', '80.5'])('--port %j is wrong use', async (port) => {
  for (const command of ['simulate', 'watch']) {
    const { code, out, err } = await stagewatch([command, ...place, `--port=${port}`]);
    expect([code, out]).toEqual([64, '']);
    expect(err).toContain('--port - got');
  }
});

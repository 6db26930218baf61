import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { folder, stagewatch } from '../worlds/console';
import { countText, documentedCounts } from '../worlds/scenario-messages';

const root = folder();
const data = path.join(root, 'history');
afterAll(() => rmSync(root, { recursive: true }));

const ENDPOINTS = ['#show', 'letters of the API', 'letters of the workers', 'upload status', '#show within 2 s'];

test('a release of every kind alerts on each that breaks, recovers, advances, and fills its plan', async () => {
  const { code, out } = await stagewatch(['simulate', '--scenario', 'kinds', '--data', data, '--no-page']);
  expect(code).toBe(0);
  const lines = out.split('\n');
  for (const name of ENDPOINTS) {
    expect([
      name,
      lines.some((line) => line.includes(': Kinds - ') && line.includes(`: ${name} `) && line.includes('ALARM')),
    ]).toEqual([name, true]);
    expect([name, lines.some((line) => line.includes(`OK: Kinds - RESOLVED: ${name} recovered`))]).toEqual([
      name,
      true,
    ]);
  }
  const told = lines.flatMap((line) => / (ALARM|OK|NOTICE): Kinds - /.exec(line)?.[1] ?? []);
  const counted = told.map((kind) => ({ severity: kind === 'NOTICE' ? ('notice' as const) : ('page' as const) }));
  expect(countText(counted)).toBe(documentedCounts('kinds')['in all']);
  // Beside the history, each as Slack would show it, and that nobody has measured it.
  const slack = readFileSync(path.join(data, 'slack.html'), 'utf8');
  expect(slack.match(/<article>/g)).toHaveLength(told.length);
  expect(slack).toContain('a simulation: scenario kinds, seed 1, as Slack would show it');
  expect(lines.filter((line) => line.includes('stage B entered, 100 % of users'))).toHaveLength(1);
  expect(out).toMatch(/last verdict advance/);
  expect(out).toContain('check --release docs/examples/kinds');

  const plan = path.join(root, 'release-plan.md');
  copyFileSync('docs/examples/kinds/release-plan.md', plan);
  const where = ['--release', 'docs/examples/kinds', '--data', data];
  expect((await stagewatch(['fill', plan, '--write', '--simulated', ...where])).code).toBe(0);
  const filled = readFileSync(plan, 'utf8');
  expect(filled).not.toContain('[FILL_IN]');
  for (const name of ENDPOINTS) expect(filled).toMatch(new RegExp(`- ${name} [\\d.]+ % \\(`));
  expect(filled).toMatch(/upload status failed 1\.\d+ % .*#show within 2 s slow 3\.\d+ %/);
}, 600_000);

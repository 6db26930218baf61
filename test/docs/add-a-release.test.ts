import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { fileOf, releaseOf } from '../worlds/small-release';

const page = (name: string) => readFileSync(path.join(__dirname, '..', '..', 'docs', name), 'utf8');

test('what controls gain is as the benchmark has it', () => {
  const section = page('add-a-release.md').split('## Tag requests with the toggle\n')[1]!.split('\n## ')[0]!;
  const rows = section.slice(section.indexOf('| with nothing /')).split('\n\n')[0]!.split('\n');
  expect(rows.length).toBeGreaterThan(5);
  const benchmark = page('judging/benchmark.md').split('\n');
  expect(rows.filter((row) => !benchmark.includes(row))).toEqual([]);
});

test('the tag of a toggle is as a release file has it', () => {
  const [, block] = /```yaml\n(datadog:\n {2}metric: requests[\s\S]*?)```/.exec(page('add-a-release.md'))!;
  const { datadog } = parse(block!) as { datadog: object };
  expect(releaseOf('small', { datadog: { ...fileOf().datadog, ...datadog } }).datadog.toggleOff).toEqual([
    'toggle:off',
  ]);
});

test('the queries for events are as a release file has them', () => {
  const [, block] = /```yaml\n(datadog:\n {2}users:[\s\S]*?)```/.exec(page('add-a-release.md'))!;
  const { datadog } = parse(block!) as { datadog: object };
  expect(releaseOf('small', { datadog: { ...fileOf().datadog, ...datadog } }).datadog).toMatchObject({
    users: { source: 'rum', facet: '@usr.id', kept: 720, counts: 'all' },
    errorClasses: { source: 'spans', facet: '@error.type', kept: 360 },
  });
});

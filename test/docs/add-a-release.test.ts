import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { fileOf, releaseOf } from '../worlds/small-release';

test('the queries for events are as a release file has them', () => {
  const page = readFileSync(path.join(__dirname, '..', '..', 'docs', 'add-a-release.md'), 'utf8');
  const [, block] = /```yaml\n(datadog:\n[\s\S]*?)```/.exec(page)!;
  const { datadog } = parse(block!) as { datadog: object };
  expect(releaseOf('small', { datadog: { ...fileOf().datadog, ...datadog } }).datadog).toMatchObject({
    users: { source: 'rum', facet: '@usr.id', kept: 720, counts: 'all' },
    errorClasses: { source: 'spans', facet: '@error.type', kept: 360 },
  });
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { releaseJsonSchema } from '../../scripts/release-schema';

test('the JSON Schema that editors use is the one that the parser uses; run "npm run schema" to renew it', () => {
  const kept = readFileSync(path.join(__dirname, '..', '..', 'docs', 'release.schema.json'), 'utf8');
  expect(kept).toBe(releaseJsonSchema());
});

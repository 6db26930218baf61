import { readFileSync } from 'node:fs';
import path from 'node:path';
import { alertEventJsonSchema } from '../../scripts/alert-event-schema';

test('the JSON Schema of the event is the one that the code writes it by; run "npm run schema" to renew it', () => {
  const kept = readFileSync(path.join(__dirname, '..', '..', 'docs', 'alert-event.schema.json'), 'utf8');
  expect(kept).toBe(alertEventJsonSchema());
});

test('a reader may rely on what is required, and must not mind a field that is added', () => {
  const schema = JSON.parse(alertEventJsonSchema());
  expect(schema.required).toEqual(
    expect.arrayContaining(['version', 'release', 'severity', 'status', 'dedupKey', 'findings', 'leftOut']),
  );
  expect(schema.properties.version).toMatchObject({ const: '2' });
  expect(JSON.stringify(schema)).not.toContain('additionalProperties');
});

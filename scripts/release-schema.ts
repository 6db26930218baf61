import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';
import { releaseSchema } from '../lib/release/schema';

/** The JSON Schema of a release file as a person writes it, for editors. */
export const releaseJsonSchema = (): string =>
  `${JSON.stringify({ title: 'Stagewatch release', ...z.toJSONSchema(releaseSchema, { io: 'input' }) }, null, 2)}\n`;

if (require.main === module) {
  writeFileSync(path.join(__dirname, '..', 'docs', 'release.schema.json'), releaseJsonSchema());
}

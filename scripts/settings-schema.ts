import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';
import { settingsSchema } from '../lib/infra/settings-schema';

/** The JSON Schema of a settings file as a person writes it, for editors. */
export const settingsJsonSchema = (): string =>
  `${JSON.stringify({ title: 'Stagewatch settings', ...z.toJSONSchema(settingsSchema, { io: 'input' }) }, null, 2)}\n`;

if (require.main === module) {
  writeFileSync(path.join(__dirname, '..', 'docs', 'settings.schema.json'), settingsJsonSchema());
}

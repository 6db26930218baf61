import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';
import { eventSchema } from '../lib/messages/event/event';

/** The JSON Schema of the event that SQS and Lambda subscriptions get; it allows fields that are added later. */
export const alertEventJsonSchema = (): string =>
  `${JSON.stringify({ title: 'Stagewatch alert event', ...z.toJSONSchema(eventSchema, { io: 'input' }) }, null, 2)}\n`;

if (require.main === module) {
  writeFileSync(path.join(__dirname, '..', 'docs', 'alert-event.schema.json'), alertEventJsonSchema());
}

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { pathText, problemsOf } from '../release/parse';
import { readRelease, releaseFolders } from '../release/read';
import type { ScheduledRelease } from './hourly-schedules';
import { type AlertSubscription, type Settings, settingsSchema } from './settings-schema';
import { problemsOfSubscriptions } from './subscriptions';

/** Settings with what they name: the releases of their folder. */
export interface ReadSettings extends Omit<Settings, 'releases' | 'subscriptions'> {
  releases: ScheduledRelease[];
  subscriptions: AlertSubscription[];
}

/** What may stand in the CDK context: which settings, and another name for the stack. */
export interface SettingsContext {
  settings?: unknown;
  stack?: unknown;
  [moved: string]: unknown;
}

/** What stood in cdk.json in version 0.1.0. Without this, an upgrade would silently take them out of the stack. */
const MOVED = ['subscriptions', 'strict'];

/**
 * Reads `stagewatch.yaml`, or the file that the context names, from `root`; without the first, all settings have their
 * defaults. `-c stack=NAME` goes before the file's own.
 *
 * @throws Error that lists every problem; those of a release file are its own
 */
export function readStackSettings(root: string, context: SettingsContext): ReadSettings {
  const where = String(context.settings ?? 'stagewatch.yaml');
  const file = path.resolve(root, where);
  const problems = MOVED.filter((key) => context[key] !== undefined).map(
    (key) => `${key} - got it in the context of cdk.json, expected it here; move it`,
  );
  const content = existsSync(file) ? contentOf(file, where) : {};
  if (!existsSync(file) && context.settings !== undefined) problems.push('got no such file, expected one');
  const asked = context.stack === undefined ? content : { ...Object(content), stack: context.stack };
  const parsed = settingsSchema.safeParse(asked);
  if (!parsed.success)
    problems.push(...problemsOf(asked, parsed.error.issues).map((one) => `${pathText(one.path)} - ${one.message}`));
  const { releases: folder, subscriptions } = Object(content) as Record<string, unknown>;
  const folders = releaseFolders(path.resolve(path.dirname(file), typeof folder === 'string' ? folder : 'releases'));
  problems.push(
    ...problemsOfSubscriptions(
      subscriptions,
      folders.map((one) => path.basename(one)),
    ),
  );
  if (!parsed.success || problems.length > 0)
    throw new Error(`${where} has ${problems.length} problems:\n  ${problems.join('\n  ')}`);
  return {
    ...parsed.data,
    subscriptions: parsed.data.subscriptions as AlertSubscription[],
    releases: folders.map(readRelease),
  };
}

/** The file's content as plain JSON; an empty file is one without settings. */
function contentOf(file: string, where: string): unknown {
  const document = parseDocument(readFileSync(file, 'utf8'), { logLevel: 'error' });
  const [error] = document.errors;
  if (error) throw new Error(`${where} cannot be read - got ${error.message.split('\n')[0]}, expected YAML`);
  return JSON.parse(JSON.stringify(document.toJS() ?? {}));
}

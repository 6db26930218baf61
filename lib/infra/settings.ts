import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { pathText, problemsOf } from '../release/parse';
import { readRelease, releaseFolders } from '../release/read';
import { problemsOfAuthorities } from './account/authorities';
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
  return checkedSettings(asked, { where, folder: path.dirname(file), problems });
}

/**
 * Settings that are as they should be, with the releases of the folder that they name.
 *
 * @param content what should be settings, whatever it is
 * @param about where it stands, the folder that its own folder is seen from, and what is known to be wrong already
 * @throws Error that lists every problem; those of a release file are its own
 */
export function checkedSettings(
  content: unknown,
  { where, folder, problems = [] }: { where: string; folder: string; problems?: readonly string[] },
): ReadSettings {
  const parsed = settingsSchema.safeParse(content);
  const { releases, subscriptions, caFile } = Object(content) as Record<string, unknown>;
  const authorities = typeof caFile === 'string' ? path.resolve(folder, caFile) : undefined;
  const folders = releaseFolders(path.resolve(folder, typeof releases === 'string' ? releases : 'releases'));
  const all = [
    ...problems,
    ...(parsed.success
      ? []
      : problemsOf(content, parsed.error.issues).map((one) => `${pathText(one.path)} - ${one.message}`)),
    ...problemsOfSubscriptions(
      subscriptions,
      folders.map((one) => path.basename(one)),
    ),
    ...problemsOfAuthorities(authorities),
  ];
  if (!parsed.success || all.length > 0) throw new Error(`${where} has ${all.length} problems:\n  ${all.join('\n  ')}`);
  return {
    ...parsed.data,
    subscriptions: parsed.data.subscriptions as AlertSubscription[],
    releases: folders.map(readRelease),
    ...(authorities !== undefined && { caFile: authorities }),
  };
}

/** The file's content as plain JSON; an empty file is one without settings. */
function contentOf(file: string, where: string): unknown {
  const document = parseDocument(readFileSync(file, 'utf8'), { logLevel: 'error' });
  const [error] = document.errors;
  if (error) throw new Error(`${where} cannot be read - got ${error.message.split('\n')[0]}, expected YAML`);
  return JSON.parse(JSON.stringify(document.toJS() ?? {}));
}

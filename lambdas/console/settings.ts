import { readFileSync } from 'node:fs';
import { parseRelease, pathText, ReleaseError } from '../../lib/release/parse';
import type { Release } from '../../lib/release/schema';

/** Where the functions of the console work; all of it comes from the environment. */
export interface ConsoleSettings {
  table: string;
  /** ARN of the function that records; that function itself knows its own. */
  operator: string | undefined;
  /** ARN of the topic by which a receiver hears that something is acknowledged; undefined where none is to. */
  topic: string | undefined;
  /** @throws Error when the stack has no such release, ReleaseError when this version cannot read its file */
  releaseOf(name: string): Release;
}

/** @throws Error that names every variable that is missing or wrong; an empty one is never taken for a default */
export function readConsoleSettings(env: NodeJS.ProcessEnv): ConsoleSettings {
  const {
    STAGEWATCH_TABLE: table = '',
    STAGEWATCH_RELEASES: place = '',
    STAGEWATCH_OPERATOR: operator,
    STAGEWATCH_TOPIC: topic,
  } = env;
  const problems: string[] = [];
  if (table.trim() === '') problems.push('STAGEWATCH_TABLE - expected the name of the table');
  if (operator !== undefined && !operator.startsWith('arn:'))
    problems.push("STAGEWATCH_OPERATOR - expected a function's ARN");
  if (topic !== undefined && !topic.startsWith('arn:')) problems.push("STAGEWATCH_TOPIC - expected a topic's ARN");
  const files = filesIn(place);
  if (!files) problems.push(`STAGEWATCH_RELEASES - got ${JSON.stringify(place)}, expected the file of the releases`);
  if (!files || problems.length > 0) throw new Error(`environment - ${problems.join('; ')}`);
  return {
    table,
    operator,
    topic,
    releaseOf(name) {
      if (!Object.hasOwn(files, name))
        throw new Error(
          `release - got ${JSON.stringify(name.slice(0, 63))}, expected one of ${Object.keys(files).join(', ')}`,
        );
      const parsed = parseRelease(name, files[name]);
      if ('release' in parsed) return parsed.release;
      throw new ReleaseError(
        `release "${name}"`,
        parsed.problems.map((one) => `${pathText(one.path)} - ${one.message}`),
      );
    },
  };
}

/** The content of each release's file by its name; undefined where there is no such file of the stack. */
function filesIn(place: string): Record<string, unknown> | undefined {
  try {
    const files: unknown = JSON.parse(readFileSync(place, 'utf8'));
    return typeof files === 'object' && files !== null ? (files as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

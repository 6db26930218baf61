import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.cjs';
import { plain } from '../facts/format';
import { type Release, releaseSchema } from './schema';

/** One thing that is wrong with a release file: where it is, and what was found and expected there. */
export interface Problem {
  path: PropertyKey[];
  message: string;
}

/** A release file that cannot be used; `problems` lists all that is wrong with it. */
export class ReleaseError extends Error {
  override readonly name = 'ReleaseError';
  constructor(
    readonly where: string,
    readonly problems: readonly string[],
  ) {
    super(
      `${where} - ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems.map((one) => `  ${one}`).join('\n')}`,
    );
  }
}

z.config(en());

/** @example pathText(['endpoints', 0, 'criteria']) === 'endpoints[0].criteria' */
export const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index ? '.' : ''}${plain(String(part), 60)}`))
    .join('') || 'file';

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);

/** At most 60 characters of a value from outside, as JSON. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  return plain((JSON.stringify(value) ?? String(value)).slice(0, 200), 60);
}

/** What a person writes where the schema wants a type. */
const EXPECTED: Record<string, string> = {
  array: 'a list',
  object: 'keys and values',
  string: 'text',
  number: 'a number',
};

/** What is wrong with the content of a file, as its schema found it. */
export function problemsOf(file: unknown, issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        message: 'unknown key; check its spelling or take it out',
      }));
    }
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const nearest = nearestBranch(issue.errors);
      if (nearest)
        return problemsOf(valueAt(file, issue.path), nearest).map((one) => ({
          ...one,
          path: [...issue.path, ...one.path],
        }));
    }
    if (issue.code === 'invalid_type' && /^Invalid input/.test(issue.message))
      return [
        {
          path: issue.path,
          message: `got ${shown(valueAt(file, issue.path))}, expected ${EXPECTED[issue.expected] ?? issue.expected}`,
        },
      ];
    if (issue.code === 'custom') return [{ path: issue.path, message: plain(issue.message) }];
    return [{ path: issue.path, message: `got ${shown(valueAt(file, issue.path))}, ${issue.message}` }];
  });
}

/** The branch of a union that the value was meant for: the one whose keys it has. */
const nearestBranch = (branches: readonly (readonly z.core.$ZodIssue[])[]) =>
  branches.find((issues) => issues.every((issue) => issue.path.length > 0));

/** The file with `datadog.toggleOff` under this name; version 0.1.0 called it `datadog.control`. */
function withToggleOff(file: unknown): unknown {
  const { datadog } = (file ?? {}) as { datadog?: Record<string, unknown> };
  if (!datadog || typeof datadog !== 'object' || !('control' in datadog) || 'toggleOff' in datadog) return file;
  const { control: toggleOff, ...others } = datadog;
  return { ...(file as object), datadog: { ...others, toggleOff } };
}

/** What is wrong with the name of a release's folder; undefined when nothing is. */
export const nameProblem = (name: string): string | undefined =>
  /^[a-z0-9][a-z0-9-]{0,62}$/.test(name)
    ? undefined
    : `got ${shown(name)}, expected lower case letters, digits and "-"`;

/**
 * A release from the content of its file, under the name of its folder.
 *
 * @returns the release, or every problem of the file
 */
export function parseRelease(name: string, file: unknown): { release: Release } | { problems: Problem[] } {
  const unnamed = nameProblem(name);
  const problems: Problem[] =
    unnamed === undefined ? [] : [{ path: [], message: `release name - ${unnamed}; rename the folder` }];
  const current = withToggleOff(file);
  const parsed = releaseSchema.safeParse(current);
  if (!parsed.success) problems.push(...problemsOf(current, parsed.error.issues));
  return parsed.success && problems.length === 0 ? { release: { ...parsed.data, name } } : { problems };
}

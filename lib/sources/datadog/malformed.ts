import * as z from 'zod/mini';
import { plain } from '../../facts/format';
import { SourceError } from '../../ports';

/** The error of an answer that cannot be trusted. */
export const malformed = (got: string, expected: string) =>
  new SourceError(
    `datadog's answer cannot be used - got ${got}, expected ${expected}; the next run asks again`,
    'malformed',
  );

/** At most 200 characters of a value from outside. */
export const seen = (value: unknown) => plain((JSON.stringify(value) ?? 'nothing').slice(0, 1000), 200);

/**
 * Datadog can say of an answer with data that a part of it failed.
 *
 * @throws SourceError 'malformed' when it does
 */
export function checkErrors(answer: unknown): void {
  const errors = z.safeParse(z.object({ errors: z.unknown() }), answer).data?.errors;
  if (Array.isArray(errors) ? errors.length > 0 : errors) throw malformed(`errors ${seen(errors)}`, 'none');
}

/**
 * The value at a JSON pointer (RFC 6901); undefined where there is none.
 *
 * @example pointedAt({ data: [{ share: 25 }] }, '/data/0/share') === 25
 */
export function pointedAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

import type { DatadogKeys } from './keys';

/**
 * Text that repeats the keys, as they are or as JSON, addresses and base64 write them, must not carry them into an error.
 * A stand-in's key shorter than this is no secret.
 */
export function withoutKeys(text: string, keys: DatadogKeys): string {
  const forms = [keys.apiKey, keys.appKey]
    .filter((key) => key.length >= 8)
    .flatMap((key) => [escaped(key), encodeURIComponent(key), ...base64sOf(key)]);
  return forms.reduce<string>((rest, form) => rest.replaceAll(form, '[key]'), text);
}

/** A text with the backslashes that JSON puts into it, within JSON within JSON too. */
const escaped = (text: string) =>
  new RegExp([...text].map((char) => (char === '\\' ? '\\\\+' : char.replace(/\W/, '\\$&'))).join('\\\\*'), 'g');

/** The part of a text's base64 that is the same whatever stands around it, for each place that it can begin at. */
const base64sOf = (text: string) =>
  [0, 1, 2].map((before) =>
    Buffer.from(`${' '.repeat(before)}${text}`)
      .toString('base64')
      .slice(before && before + 1, Math.floor((before + text.length) / 3) * 4),
  );

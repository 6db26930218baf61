/** The text of a file, its byte order mark included; undefined if it would not come out again byte for byte. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    // UTF-16 of plain English is UTF-8 of letters and zeros.
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

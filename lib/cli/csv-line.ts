/** What a spreadsheet takes for the start of a formula, also in its full-width form. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * One record of a CSV without its line end, quoted as RFC 4180 says. A text that a spreadsheet would run as a formula gets
 * an apostrophe before it (OWASP, "CSV Injection"); numbers stay as they are, and what is absent is empty, never 0.
 *
 * @example csvLine(['=1+1', 'a "b", c', 0, undefined]) === `'=1+1,"a ""b"", c",0,`
 */
export const csvLine = (cells: readonly (string | number | boolean | undefined)[]): string =>
  cells.map((cell) => (typeof cell === 'string' ? quoted(cell) : String(cell ?? ''))).join(',');

function quoted(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

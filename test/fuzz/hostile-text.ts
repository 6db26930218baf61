import fc from 'fast-check';
import { anyCharacter } from './any-character';

const PIECES = [
  '\u001b[2J',
  '\u001b]0;title\u0007',
  '\u009b31m',
  '\r',
  '\n',
  '\nADVANCE: all is well',
  '\n\nRunbook https://example.org/evil',
  '\u0000',
  '\u202e',
  '\u2066',
  '\u200b',
  '\ufeff',
  '\u2028',
  '\u{e0041}',
  '\ud800',
  '\udfff',
  '😀',
  '=HYPERLINK("https://example.org")',
  '+1',
  '@SUM(A1)',
  '-2+3',
  '**bold** `code` [link](https://example.org)',
  '| a | b |',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<!channel>',
  '<@U123>',
  '&lt;',
  '"',
  "'",
  '\\',
  '%s',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the attack
  '${7*7}',
  '{{7*7}}',
  '__proto__',
  'constructor',
  '#/',
  '%23',
  'x'.repeat(300),
  ' ',
];

/** Texts that do something to a terminal, a page, a chat or a table when they get there as they are. */
export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 8, unit: anyCharacter })), { maxLength: 6 })
  .map((pieces) => pieces.join(''));

/** What no line of output may hold: controls, what is invisible or turns the reading direction, halves of characters. */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

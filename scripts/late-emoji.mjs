import { readFile } from 'node:fs/promises';

const PATTERN = '/^\\p{RGI_Emoji}$/v';
const AT_ONCE = `const rgiEmojiRegex = ${PATTERN};`;
const LATE = `let emoji; const rgiEmojiRegex = { test: (text) => (emoji ??= ${PATTERN}).test(text) };`;

/**
 * To list all emoji takes 20 ms, a seventh of the start of a function. string-width does so when it is loaded; most
 * messages have none, so it waits for the first text that is not plain ASCII.
 */
export const lateEmoji = {
  name: 'late-emoji',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]string-width[/\\]index\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes(AT_ONCE))
        throw new Error(`${path} - got no ${AT_ONCE}, expected one; look how it finds emoji now`);
      return { contents: text.replace(AT_ONCE, () => LATE) };
    });
  },
};

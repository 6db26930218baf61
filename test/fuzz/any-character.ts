import fc from 'fast-check';

/** Characters before and behind the halves of pairs. */
const [HALVES, BEHIND] = [0xd800, 0xe000];

/**
 * Any character of Unicode but half of a pair: what fast-check calls `unit: 'binary'`. That one first makes a table of
 * all million of them, anew in every test file.
 */
export const anyCharacter = fc.integer({ min: 0, max: 0x10_ffff - (BEHIND - HALVES) }).map(
  (index) => String.fromCodePoint(index < HALVES ? index : index + BEHIND - HALVES),
  (text) => {
    const [character, ...more] = typeof text === 'string' ? text : [];
    const code = character?.codePointAt(0) ?? HALVES;
    if (more.length > 0 || (code >= HALVES && code < BEHIND)) throw new Error('not one whole character');
    return code < HALVES ? code : code - (BEHIND - HALVES);
  },
);

import * as z from 'zod/mini';

/** Words that any label about users may have, so that no page is known by them alone. */
export const WORDS_OF_USERS = new Set(
  'a all an at by count counts each endpoint estimate estimated exposed for had has have in number numbers of on or overall page pages per stage the this total totals unique user users veteran veterans who with'.split(
    ' ',
  ),
);

export const pagePath = z
  .string()
  .check(
    z.maxLength(200, 'expected a path of at most 200 characters'),
    z.regex(/^\/[^\s?#*()]*$/, 'expected a path such as /track-claims/your-claims or /claims/:id'),
  );

/** What tells two names apart in a plan. @example wordsOfName('#files-we-lost') === 'files we lost' */
export const wordsOfName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** A path in which any parameter is alike. @example shapeOfPath('/claims/{id}/') === '/claims/:' */
export const shapeOfPath = (path: string): string =>
  path
    .toLowerCase()
    .replace(/(?<=\/)(?::[\w-]+|\{[^}/]*\}|\[[^\]/]*\])/g, ':')
    .replace(/(?<=.)\/+$/, '');

/** What is wrong between the queries of `datadog.usersOf`: a blank of a plan has to find one of them at most. */
export function usersOfProblems(
  queries: readonly Record<string, unknown>[],
  problem: (path: (string | number)[], message: string) => void,
): void {
  queries.forEach(({ name, path }, index) => {
    const before = queries.slice(0, index);
    if (typeof name === 'string') {
      const words = wordsOfName(name);
      if (words.split(' ').every((word) => word === '' || WORDS_OF_USERS.has(word)))
        problem(
          [index, 'name'],
          `got ${JSON.stringify(name)}, expected what the plan calls the page, such as "Claims list"`,
        );
      const twin = before.find((one) => typeof one.name === 'string' && wordsOfName(one.name) === words);
      if (twin)
        problem(
          [index, 'name'],
          `got ${name} beside ${twin.name}, expected names of different words; a plan is matched by them`,
        );
    }
    if (typeof path === 'string') {
      const twin = before.find((one) => typeof one.path === 'string' && shapeOfPath(one.path) === shapeOfPath(path));
      if (twin)
        problem(
          [index, 'path'],
          `got ${path} beside ${twin.path}, expected different paths; a plan is matched by them`,
        );
    }
  });
}

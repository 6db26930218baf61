/**
 * How the functions are bundled: one minified CommonJS file for the oldest Node that the project supports. What they
 * import later is required instead: an import of node:http reads all of its names, and so loads fetch, a tenth of a run.
 */
export const SETTINGS = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  // Jest and Node need the one, which brings a second copy of zod's core; a bundle does not.
  alias: { 'zod/v4/locales/en.cjs': 'zod/v4/locales/en.js' },
  minify: true,
  supported: { 'dynamic-import': false },
  legalComments: 'none',
  write: false,
  logLevel: 'silent',
};

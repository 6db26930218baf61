/** How the functions are bundled: one minified CommonJS file for the oldest Node that the project supports. */
export const SETTINGS = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: true,
  legalComments: 'none',
  write: false,
  logLevel: 'silent',
};

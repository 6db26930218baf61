import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runInNewContext } from 'node:vm';

/**
 * The client's serializer knows every model of every Datadog API, so a bundle of one call is 10 MB and takes 0.7 s to
 * load (DataDog/datadog-api-client-typescript#1272). This keeps the operations that are called, and the models they
 * can reach. It edits generated code: every edit checks that it found what it looked for, and fails the build if not.
 */
const OPERATIONS = ['queryTimeseriesData', 'queryScalarData'];

/** What they are asked for. The serializer tries every kind of query on each, and makes an error of each that it is not. */
const ASKED = { TimeseriesQuery: ['MetricsTimeseriesQuery'], ScalarQuery: ['EventsScalarQuery'] };

/** The file that calls these operations only. `doctor` asks for more, and takes the package as it is. */
const ASKS = join('lib', 'sources', 'datadog', 'client.ts');
const CLIENT = join('node_modules', '@datadog', 'datadog-api-client');

const INDEX = `
import { MetricsApi } from './packages/datadog-api-client-v2/apis/MetricsApi.js';
export * as client from './packages/datadog-api-client-common/index.js';
export const v2 = { MetricsApi };
`;

/** Words of the serializer's type language; whatever else a type names is a model, an enum or a oneOf. */
const BUILT_IN = new Set([
  'any',
  'Array',
  'Date',
  'key',
  'string',
  'boolean',
  'double',
  'integer',
  'long',
  'float',
  'number',
]);

function expect(condition, what) {
  if (condition) return;
  throw new Error(
    `the generated code of @datadog/datadog-api-client is not as expected: ${what}; adapt scripts/slim-datadog-client.mjs to this version of the client`,
  );
}

function replaceOnce(source, old, replacement) {
  expect(source.split(old).length === 2, `got ${source.split(old).length - 1} times ${old.slice(0, 80)}, expected 1`);
  return source.replace(old, () => replacement);
}

/** MetricsApi.js: request factory, response processor and API class, each with the operations. */
function keepOperations(source) {
  const kept = [];
  const slim = source.replace(/^ {4}(?:static )?(\w+)\(.*\) \{\n[\s\S]*?^ {4}\}\n/gm, (method, name) => {
    if (name === 'constructor') return method;
    if (!OPERATIONS.includes(name)) return '';
    kept.push(name);
    return method;
  });
  for (const operation of OPERATIONS) {
    const found = kept.filter((name) => name === operation).length;
    expect(found === 3, `got ${found} methods ${operation}, expected 3`);
  }
  return slim;
}

/** The text of `const <name> = {...};`, which is at the top level of the file. */
function block(source, name) {
  const found = new RegExp(`^const ${name} = (\\{\\n[\\s\\S]*?^\\});$`, 'm').exec(source);
  expect(found, `no const ${name}`);
  return found[1];
}

/** Names of the types that the operations' requests and their answers are made of. */
function rootTypes(api) {
  const roots = [...api.matchAll(/serialize\([^"]*, "(\w+)"/g)].map((match) => match[1]);
  expect(
    roots.length > 0 && roots.length === api.split('erialize(').length - 1,
    'a call of the serializer without a plain type',
  );
  return roots;
}

/** ObjectSerializer.js with the types that can be reached from `roots`. */
function keepReachable(source, roots, folder) {
  const [enumText, modelText, oneOfText] = ['enumsMap', 'typeMap', 'oneOfMap'].map((name) => block(source, name));
  const enums = runInNewContext(`(${enumText})`);
  const oneOfs = runInNewContext(`(${oneOfText})`);
  for (const [type, asked] of Object.entries(ASKED))
    expect(
      asked.every((one) => oneOfs[type]?.includes(one)),
      `${type} is not one of several that has ${asked}`,
    );
  Object.assign(oneOfs, ASKED);
  const models = new Set([...modelText.matchAll(/^ {4}(\w+): \1_1\.\1,$/gm)].map((match) => match[1]));
  expect(
    models.size > 0 && models.size === modelText.split('\n').length - 2,
    'a typeMap entry that is not a plain model',
  );

  let imports = 0;
  const withoutImports = source.replace(/^const (\w+)_1 = require\("\.\/\1"\);\n/gm, () => {
    imports += 1;
    return '';
  });
  expect(imports === models.size, `got ${imports} imports of models, expected ${models.size}`);

  const load = createRequire(join(folder, 'index.js'));
  const partsOf = (name) => {
    if (name in enums) return [];
    if (name in oneOfs) return oneOfs[name];
    expect(models.has(name), `unknown type ${name}`);
    return Object.values(load(`./${name}.js`)[name].getAttributeTypeMap()).map((attribute) => attribute.type);
  };
  const reached = new Set();
  const queue = [...roots];
  for (const type of queue) {
    for (const name of type.match(/\w+/g)) {
      if (BUILT_IN.has(name) || reached.has(name)) continue;
      reached.add(name);
      queue.push(...partsOf(name));
    }
  }

  const only = (map) => JSON.stringify(Object.fromEntries(Object.entries(map).filter(([name]) => reached.has(name))));
  const kept = [...models].filter((name) => reached.has(name));
  return [
    [enumText, only(enums)],
    [oneOfText, only(oneOfs)],
    [modelText, `{${kept.map((name) => `${name}: require("./${name}").${name}`)}}`],
  ].reduce((text, [old, replacement]) => replaceOnce(text, old, replacement), withoutImports);
}

/** configuration.js without its list of preview operations. */
function dropUnstableFlags(source) {
  const slim = source.replace(/^ {8}"v[12]\.\w+": false,\n/gm, '');
  expect(slim !== source && !slim.includes(': false,\n'), 'no plain list of unstable operations');
  return slim;
}

/** isomorphic-fetch.js on Node's own fetch and zlib instead of node-fetch and pako. */
function usePlatform(source) {
  const gzip = (kind) => [
    `(0, buffer_from_1.default)(pako_1.default.${kind}(body).buffer)`,
    `require("node:zlib").${kind}Sync(body)`,
  ];
  return [
    ['require("cross-fetch")', 'globalThis'],
    ['const pako_1 = __importDefault(require("pako"));\n', ''],
    ['const buffer_from_1 = __importDefault(require("buffer-from"));\n', ''],
    gzip('gzip'),
    gzip('deflate'),
  ].reduce((text, [old, replacement]) => replaceOnce(text, old, replacement), source);
}

/**
 * esbuild plugin: `import { client, v2 } from '@datadog/datadog-api-client'` brings only what the operations need, also
 * where other packages stay outside.
 */
export const slimDatadogClient = {
  name: 'slim-datadog-client',
  setup(build) {
    // With what the client itself imports: where other packages stay outside, nobody promises that it is found.
    build.onResolve({ filter: /^[a-z@][a-z/-]+$/ }, ({ path, importer }) =>
      importer.endsWith(ASKS) || importer.includes(CLIENT)
        ? { path: createRequire(importer).resolve(path) }
        : undefined,
    );
    const rewrite = (file, edit) => {
      const filter = new RegExp(
        `[\\\\/]datadog-api-client[\\\\/]dist[\\\\/]${file.replaceAll('.', '\\.').replaceAll('/', '[\\\\/]')}$`,
      );
      build.onLoad({ filter }, async ({ path }) => ({
        contents: await edit(await readFile(path, 'utf8'), path),
        loader: 'js',
      }));
    };
    rewrite('index.js', () => INDEX);
    rewrite('packages/datadog-api-client-v2/apis/MetricsApi.js', keepOperations);
    rewrite('packages/datadog-api-client-v2/models/ObjectSerializer.js', async (source, path) => {
      const api = await readFile(join(dirname(path), '../apis/MetricsApi.js'), 'utf8');
      return keepReachable(source, rootTypes(keepOperations(api)), dirname(path));
    });
    rewrite('packages/datadog-api-client-common/configuration.js', dropUnstableFlags);
    rewrite('packages/datadog-api-client-common/http/isomorphic-fetch.js', usePlatform);
  },
};

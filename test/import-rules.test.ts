import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '..');

/** Every room, and the rooms below it, which it may import; a file that stands in lib itself is a room of its own. */
const BELOW: Record<string, readonly string[]> = {
  facts: [],
  release: ['facts'],
  statistics: ['facts'],
  judge: ['facts', 'release', 'statistics'],
  alert: ['facts', 'release', 'statistics', 'judge'],
  results: ['facts', 'release', 'statistics', 'judge'],
  marks: ['facts', 'release', 'judge'],
  plan: ['facts', 'release', 'statistics', 'judge', 'alert', 'results'],
  'pull-request': ['facts', 'release', 'plan'],
  messages: ['facts', 'release', 'judge', 'alert', 'ports'],
  text: ['facts', 'release', 'statistics', 'judge', 'alert', 'results', 'messages'],
  actions: ['facts', 'release', 'judge', 'alert', 'text', 'ports'],
  backtest: ['facts', 'release', 'statistics', 'judge', 'alert', 'text'],
  charts: ['facts', 'judge', 'text'],
  report: ['facts', 'release', 'statistics', 'judge', 'alert', 'results', 'text', 'charts'],
  page: ['facts', 'release', 'judge', 'alert', 'text', 'charts', 'ports'],
  console: ['facts', 'release', 'text', 'actions', 'page'],
  ports: ['facts', 'judge', 'alert', 'results', 'marks'],
  'http-reply': [],
  sources: ['facts', 'release', 'results', 'ports', 'http-reply'],
  toggles: ['facts', 'release', 'ports', 'sources', 'http-reply'],
  history: ['facts', 'release', 'judge', 'alert', 'results', 'marks', 'ports'],
  'roll-call': ['facts', 'release', 'judge', 'alert', 'ports'],
  'event-counts': ['facts', 'release', 'results', 'ports'],
  sampling: ['facts', 'release', 'judge', 'ports'],
  'toggle-readings': ['facts', 'release', 'judge', 'ports'],
  'mark-telling': ['facts', 'release', 'judge', 'marks', 'ports'],
  'clean-up': ['facts', 'release', 'judge', 'alert', 'ports', 'toggle-readings'],
  run: [
    ...['facts', 'release', 'statistics', 'judge', 'alert', 'results', 'plan', 'ports'],
    ...['event-counts', 'sampling', 'toggle-readings', 'clean-up', 'mark-telling'],
  ],
  receivers: ['facts', 'release', 'judge', 'alert', 'marks', 'messages', 'ports', 'http-reply'],
  infra: ['release', 'alert', 'receivers'],
  doctor: [
    'facts',
    'release',
    'statistics',
    'judge',
    'alert',
    'results',
    'backtest',
    'sources',
    'toggles',
    'history',
    'ports',
  ],
  lambdas: [
    ...['facts', 'release', 'messages', 'receivers', 'sources', 'toggles', 'history', 'ports', 'roll-call', 'run'],
    ...['actions', 'page', 'console'],
  ],
  local: ['facts', 'release', 'judge', 'alert', 'page', 'history', 'ports', 'run', 'lambdas'],
  cli: [
    ...['facts', 'release', 'statistics', 'judge', 'alert', 'results', 'plan', 'messages', 'text', 'backtest'],
    ...[
      'report',
      'page',
      'actions',
      'doctor',
      'local',
      'sources',
      'toggles',
      'receivers',
      'marks',
      'history',
      'ports',
      'event-counts',
      'sampling',
      'run',
    ],
    'pull-request',
  ],
  bin: ['release', 'infra', 'cli'],
};
/** Rooms that stay pure: no package, not even one of Node's. */
const PURE = ['facts', 'statistics', 'judge', 'alert', 'results', 'marks'];
/** Packages that have a place of their own. */
const ONLY_IN: Record<string, readonly string[]> = {
  'aws-cdk-lib': ['lib/infra', 'bin/app.ts'],
  constructs: ['lib/infra', 'bin/app.ts'],
};
/** Folders that may have more than {@link MANY} files: a command is a file, and so is an answer to a plan's blank. */
const LARGE = ['lib/cli', 'lib/plan/fill'];
const MANY = 16;

interface Import {
  /** The importing file, from the root. */
  from: string;
  /** A file from the root without its ending, or the name of a package. */
  to: string;
  line: number;
}

const IMPORTED =
  /(?:^[ \t]*(?:import|export)\s+(?:type\s+)?[^'";]*?\s*from\s*|^[ \t]*import\s*|\bimport\s*\(\s*|\brequire(?:\.resolve)?\s*\(\s*)(['"])([^'"]+)\1/gm;
const EXPORTED =
  /^export\s+(?:declare\s+|async\s+|abstract\s+)*(?:type|interface|const|let|function\*?|class|enum)\s+(\w+)/gm;

/** A comment's characters as blanks, so that lines stay where they are. */
const withoutComments = (source: string) =>
  source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, ' '));

function importsOf(file: string, source: string): Import[] {
  const code = withoutComments(source);
  return [...code.matchAll(IMPORTED)].map((found) => ({
    from: file,
    to: found[2]!.startsWith('.') ? path.posix.join(path.posix.dirname(file), found[2]!) : found[2]!,
    line: code.slice(0, found.index + found[0].length).split('\n').length,
  }));
}

const inside = (file: string, places: readonly string[]) =>
  places.some((place) => file === place || file.startsWith(`${place}/`));
/** `judge` for lib/judge/case.ts, `run` for lib/run.ts, `bin` for bin/app.ts; undefined for a package. */
const roomOf = (file: string) =>
  file.match(/^(?:lib\/([\w-]+)|(?:bin|lambdas)(?=\/))/)?.reduce((all, own) => own ?? all);

/** What is wrong with an import; undefined when nothing is. */
function broken({ from, to, line }: Import): string | undefined {
  const wrong = (rule: string) => `${from}:${line} imports ${to}: ${rule}`;
  const room = roomOf(from)!;
  const other = roomOf(to);
  if (other === undefined) {
    const places = Object.entries(ONLY_IN).find(([name]) => inside(to, [name]))?.[1];
    if (places && !inside(from, places)) return wrong(`it belongs to ${places.join(' and ')}`);
    return PURE.includes(room) ? wrong(`${room} imports no package`) : undefined;
  }
  const below = BELOW[room];
  if (!below) return wrong(`${room} is no room - expected one of ${Object.keys(BELOW).join(', ')}`);
  return other === room || below.includes(other) ? undefined : wrong(`${other} is not below ${room}`);
}

/** The first circle of imports, as the files along it. */
function circleIn(imports: readonly Import[]): string[] | undefined {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) {
    const file = from.replace(/\.\w+$/, '');
    next.set(file, [...(next.get(file) ?? []), to]);
  }
  const done = new Set<string>();
  const visit = (file: string, way: string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const to of next.get(file) ?? []) {
      const circle = visit(to, [...way, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of next.keys()) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return undefined;
}

/** Names that more than one file exports, with those files. */
function homonymsIn(sources: ReadonlyMap<string, string>): string[] {
  const places = new Map<string, string[]>();
  for (const [file, source] of sources)
    for (const name of new Set([...withoutComments(source).matchAll(EXPORTED)].map((found) => found[1]!)))
      places.set(name, [...(places.get(name) ?? []), file]);
  return [...places].filter(([, files]) => files.length > 1).map(([name, files]) => `${name}: ${files.join(', ')}`);
}

/** Folders with more files than one can take in at a glance. */
function crowdedIn(files: readonly string[]): string[] {
  const sizes = new Map<string, number>();
  for (const file of files) sizes.set(path.posix.dirname(file), (sizes.get(path.posix.dirname(file)) ?? 0) + 1);
  return [...sizes]
    .filter(([folder, size]) => size > MANY && !LARGE.includes(folder))
    .map(([folder, size]) => `${folder}: ${size} files, at most ${MANY}`);
}

/** What is wrong with the name of a file; undefined when nothing is. */
function misnamed(file: string): string | undefined {
  const parts = file.split('/');
  const name = parts.at(-1)!.replace(/\.\w+$/, '');
  const says = [...parts.slice(0, -1), name].find((part) =>
    /^(utils?|helpers?|common|services?|managers?|misc|shared)$/.test(part),
  );
  if (says) return `${file}: "${says}" does not say what is inside`;
  if (name === 'index') return `${file}: import from the file that has it`;
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return `${file}: file names are kebab-case`;
  return undefined;
}

/** What only declares the types of another file exports nothing of its own. */
const DECLARES = /\.d\.[cm]?ts$/;

const files = ['bin', 'lib', 'lambdas'].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name) && !DECLARES.test(entry.name))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')),
);
const sources = new Map(files.map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8')]));
const imports = files.flatMap((file) => importsOf(file, sources.get(file)!));

describe('the code', () => {
  it('is found, with its imports', () => {
    expect(files).toEqual(
      expect.arrayContaining(['bin/app.ts', 'lib/run.ts', 'lib/judge/judge.ts', 'lambdas/sampler/handler.ts']),
    );
    expect(imports).toContainEqual({ from: 'lib/run.ts', to: 'lib/ports', line: expect.any(Number) });
    expect(imports).toContainEqual({ from: 'bin/app.ts', to: 'aws-cdk-lib', line: expect.any(Number) });
    expect(files.filter((file) => !imports.some(({ from }) => from === file)).length).toBeLessThan(files.length / 4);
  });

  it('imports only what stands below its room', () => {
    expect(imports.flatMap((one) => broken(one) ?? [])).toEqual([]);
  });

  it('has a room for every folder of lib', () => {
    expect([...new Set(files.map((file) => roomOf(file)!))].sort()).toEqual(Object.keys(BELOW).sort());
  });

  it('has no circle, type imports included', () => {
    expect(circleIn(imports)).toBeUndefined();
  });

  it('exports each name of lib from one file', () => {
    expect(homonymsIn(new Map([...sources].filter(([file]) => file.startsWith('lib/'))))).toEqual([]);
  });

  it('lies in files named for the noun inside, without barrels, and not too many in a folder', () => {
    expect(files.flatMap((file) => misnamed(file) ?? [])).toEqual([]);
    expect(crowdedIn(files)).toEqual([]);
  });
});

describe('the rules', () => {
  it('let no room import what is above it, and no two rooms each other', () => {
    const reached = (room: string, way: string[] = []): string[] =>
      way.includes(room) ? [[...way, room].join(' < ')] : BELOW[room]!.flatMap((one) => reached(one, [...way, room]));
    expect(Object.keys(BELOW).flatMap((room) => reached(room))).toEqual([]);
  });

  const bad: [file: string, source: string][] = [
    ['lib/judge/judge.ts', `import { readFileSync } from 'node:fs';`],
    ['lib/judge/judge.ts', `import * as z from 'zod';`],
    ['lib/facts/hour.ts', `import type { Release } from '../release/schema';`],
    ['lib/statistics/gate.ts', `import type { Release } from '../release/schema';`],
    ['lib/statistics/gate.ts', `import type { Case } from '../judge/case';`],
    ['lib/judge/judge.ts', `export { run } from '../run';`],
    ['lib/judge/judge.ts', `const fs = require('fs');`],
    ['lib/judge/judge.ts', `const later = () => import('../ports');`],
    ['lib/judge/judge.ts', `import '../messages/sns';`],
    ['lib/alert/changes.ts', `import {\n  a,\n  b,\n} from '../text/results-text';`],
    ['lib/ports.ts', `import { run } from './run';`],
    ['lib/run.ts', `import { snsSink } from './messages/sns';`],
    ['lib/event-counts.ts', `import { datadogEvents } from './sources/datadog/events';`],
    ['lib/sources/csv/source.ts', `import { toItem } from '../../history/items';`],
    ['lib/history/dynamodb.ts', `import { datadogSource } from '../sources/datadog/source';`],
    ['lib/report/plan.ts', `import { run } from '../run';`],
    ['lib/release/read.ts', `import { plural } from '../text/results-text';`],
    ['lib/messages/sns.ts', `import { Topic } from 'aws-cdk-lib/aws-sns';`],
    ['lib/cli/check.ts', `import { App } from 'aws-cdk-lib';`],
    ['lib/cli/check.ts', `import { Sampler } from '../infra/sampler';`],
    ['lib/cellar/check.ts', `import { judge } from '../judge/judge';`],
    ['lambdas/sampler/handler.ts', `import { Construct } from 'constructs';`],
    ['lambdas/sampler/handler.ts', `import { Sampler } from '../../lib/infra/sampler';`],
    ['lib/infra/sampler.ts', `import { judge } from '../judge/judge';`],
    ['lib/infra/sampler.ts', `import { dynamoHistory } from '../history/dynamodb';`],
    ['lib/run.ts', `import { handler } from '../lambdas/sampler/handler';`],
  ];

  it.each(bad)('refuse in %s: %s', (file, source) => {
    expect(importsOf(file, source).flatMap((one) => broken(one) ?? [])).toHaveLength(1);
  });

  const good: [file: string, source: string][] = [
    ['lib/judge/judge.ts', `import { hourOf } from '../facts/hour';`],
    ['lib/judge/judge.ts', `import type { Release } from '../release/schema';`],
    ['lib/judge/judge.ts', `// import { x } from 'zod';\n/* import { y } from 'zod'; */`],
    ['lib/text/view.ts', `import { messageOf } from '../messages/message';`],
    ['lib/run.ts', `import { withReady } from './plan/fill/ready';`],
    ['lib/messages/sns.ts', `import { SNSClient } from '@aws-sdk/client-sns';`],
    ['lib/infra/sampler.ts', `import { Construct } from 'constructs';`],
    ['lib/cli/check.ts', `import { judge } from '../judge/judge';`],
  ];

  it.each(good)('allow in %s: %s', (file, source) => {
    expect(importsOf(file, source).flatMap((one) => broken(one) ?? [])).toEqual([]);
  });

  it('show the line of what is wrong', () => {
    const source = `import { a } from './a';\n\n/**\n * two lines\n */\nimport {\n  b,\n} from '../run';\n`;
    expect(importsOf('lib/judge/judge.ts', source).flatMap((one) => broken(one) ?? [])).toEqual([
      'lib/judge/judge.ts:8 imports lib/run: run is not below judge',
    ]);
  });

  it('see a circle, a name that two files export, and a crowded folder', () => {
    const circle = [
      ...importsOf('lib/alert/a.ts', `import type { B } from './b';`),
      ...importsOf('lib/alert/b.ts', `import { c } from './c';`),
      ...importsOf('lib/alert/c.ts', `import type { A } from './a';`),
    ];
    expect(circleIn(circle)).toEqual(['lib/alert/a', 'lib/alert/b', 'lib/alert/c', 'lib/alert/a']);
    expect(circleIn(circle.slice(1))).toBeUndefined();
    const twice = new Map([
      ['lib/a.ts', 'export const x = 1;\nconst y = 2;'],
      ['lib/b.ts', 'export type x = 1;\nexport const y = 2;'],
    ]);
    expect(homonymsIn(twice)).toEqual(['x: lib/a.ts, lib/b.ts']);
    const many = Array.from({ length: MANY + 1 }, (_, index) => `lib/judge/${index}.ts`);
    expect(crowdedIn(many)).toEqual(['lib/judge: 17 files, at most 16']);
    expect(crowdedIn(many.slice(1))).toEqual([]);
  });

  it('refuse names that say nothing', () => {
    const refused = [
      'lib/utils.ts',
      'lib/judge/helpers.ts',
      'lib/common/hour.ts',
      'lib/services/datadog.ts',
      'lib/judge/index.ts',
      'lib/aManager.ts',
    ];
    expect(refused.flatMap((file) => misnamed(file) ?? [])).toHaveLength(refused.length);
    expect(misnamed('lib/local/store/store-worker.cjs')).toBeUndefined();
  });
});

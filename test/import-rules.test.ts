import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '..');

interface Import {
  /** The importing file, from the root. */
  from: string;
  /** A file from the root without its ending, or the name of a package. */
  to: string;
  typeOnly: boolean;
}

const STATEMENT = /^[ \t]*(?:import|export)\s+(type\s+)?([^'";]*?)\s*from\s*(['"])([^'"]+)\3/gm;
const BARE = /(?:^[ \t]*import\s*|\bimport\s*\(\s*|\brequire(?:\.resolve)?\s*\(\s*)(['"])([^'"]+)\1/gm;

function importsOf(file: string, source: string): Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const to = (name: string) => (name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name) : name);
  const allTypes = (names: string) => /^\{\s*(type\s+[^,]+,?\s*)+\}$/.test(names);
  return [
    ...[...code.matchAll(STATEMENT)].map(([, type, names, , name]) => ({
      from: file,
      to: to(name!),
      typeOnly: type !== undefined || allTypes(names!.trim()),
    })),
    ...[...code.matchAll(BARE)].map(([, , name]) => ({ from: file, to: to(name!), typeOnly: false })),
  ];
}

const inside = (file: string, ...places: string[]) =>
  places.some((place) => file === place || file.startsWith(`${place}/`));
const isPackage = (name: string) => !/^(bin|lib|lambdas|\.)/.test(name);
const isCdk = (name: string) => inside(name, 'aws-cdk-lib', 'constructs') || name.startsWith('@aws-cdk/');

const ADAPTERS = ['lib/sources', 'lib/history', 'lib/alerts', 'lib/report', 'lib/release'];

/** What is wrong with an import; undefined when nothing is. */
function broken({ from, to, typeOnly }: Import): string | undefined {
  const may = (allowed: boolean, rule: string) => (allowed ? undefined : `${from} imports ${to}: ${rule}`);
  if (isCdk(to)) return may(inside(from, 'lib/infra', 'bin/app.ts'), 'the CDK belongs to lib/infra and bin/app.ts');
  if (inside(from, 'lib/domain')) {
    // The release file is described once, by its schema; the domain takes nothing but the type of what comes out.
    const theRelease = from === 'lib/domain/release.ts' && to === 'lib/release/schema' && typeOnly;
    return may(inside(to, 'lib/domain') || theRelease, 'the domain imports nothing but itself');
  }
  if (from === 'lib/ports.ts') return may(inside(to, 'lib/domain'), 'ports know the domain only');
  if (inside(from, 'lib/run.ts', 'lib/event-counts.ts'))
    return may(
      inside(to, 'lib/domain', 'lib/ports', 'lib/plan', 'lib/event-counts'),
      "the order of a run knows domain, ports and a plan's words only",
    );
  const adapter = ADAPTERS.find((folder) => inside(from, folder));
  if (adapter) {
    const shared = ['lib/alerts', 'lib/report'].includes(adapter) ? ['lib/alerts', 'lib/report'] : [];
    return may(
      isPackage(to) || inside(to, adapter, 'lib/domain', 'lib/ports', ...shared),
      'an adapter knows domain and ports, and no other adapter',
    );
  }
  if (inside(from, 'lib/plan'))
    return may(
      isPackage(to) || inside(to, 'lib/plan', 'lib/domain', 'lib/release'),
      'a plan knows the domain and releases',
    );
  if (inside(from, 'lib/infra')) {
    const ours = inside(to, 'lib/infra', 'lib/release') || (inside(to, 'lib/domain') && typeOnly);
    return may(ours || to.startsWith('node:'), 'infra knows releases, and types of the domain');
  }
  if (inside(to, 'lib/infra')) return may(from === 'bin/app.ts', 'only bin/app.ts builds the stack');
  return undefined;
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

const files = ['bin', 'lib', 'lambdas'].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')),
);
const imports = files.flatMap((file) => importsOf(file, readFileSync(path.join(ROOT, file), 'utf8')));

describe('the code', () => {
  it('is found, with its imports', () => {
    expect(files).toEqual(
      expect.arrayContaining(['bin/app.ts', 'lib/run.ts', 'lib/domain/judge.ts', 'lambdas/sampler/handler.ts']),
    );
    expect(imports).toContainEqual({ from: 'lib/run.ts', to: 'lib/ports', typeOnly: true });
    expect(imports).toContainEqual({ from: 'lib/domain/release.ts', to: 'lib/release/schema', typeOnly: true });
    expect(imports).toContainEqual({ from: 'bin/app.ts', to: 'aws-cdk-lib', typeOnly: false });
    expect(files.filter((file) => !imports.some(({ from }) => from === file)).length).toBeLessThan(files.length / 4);
  });

  it('imports only what its place allows', () => {
    expect(imports.flatMap((one) => broken(one) ?? [])).toEqual([]);
  });

  it('lies in files named for the noun inside, without barrels', () => {
    expect(files.flatMap((file) => misnamed(file) ?? [])).toEqual([]);
  });
});

describe('the rules', () => {
  const bad: [file: string, source: string][] = [
    ['lib/domain/judge.ts', `import { readFileSync } from 'node:fs';`],
    ['lib/domain/judge.ts', `import * as z from 'zod';`],
    ['lib/domain/judge.ts', `import type { Release } from '../release/schema';`],
    ['lib/domain/release.ts', `import { releaseSchema } from '../release/schema';`],
    ['lib/domain/release.ts', `import type { Problem } from '../release/parse';`],
    ['lib/domain/judge.ts', `export { run } from '../run';`],
    ['lib/domain/judge.ts', `const fs = require('fs');`],
    ['lib/domain/judge.ts', `const later = () => import('../ports');`],
    ['lib/domain/judge.ts', `import '../alerts/sns';`],
    ['lib/domain/judge.ts', `import {\n  a,\n  b,\n} from '../report/results-text';`],
    ['lib/ports.ts', `import { run } from './run';`],
    ['lib/run.ts', `import { snsSink } from './alerts/sns';`],
    ['lib/run.ts', `import { readFileSync } from 'node:fs';`],
    ['lib/event-counts.ts', `import { datadogEvents } from './sources/datadog-events';`],
    ['lib/sources/csv.ts', `import { toItem } from '../history/items';`],
    ['lib/history/dynamodb.ts', `import type { Release } from '../release/schema';`],
    ['lib/report/plan.ts', `import { run } from '../run';`],
    ['lib/release/read.ts', `import { plural } from '../report/results-text';`],
    ['lib/alerts/sns.ts', `import { Topic } from 'aws-cdk-lib/aws-sns';`],
    ['lib/cli/check.ts', `import { App } from 'aws-cdk-lib';`],
    ['lib/cli/check.ts', `import { Sampler } from '../infra/sampler';`],
    ['lambdas/sampler/handler.ts', `import { Construct } from 'constructs';`],
    ['lib/infra/sampler.ts', `import { judge } from '../domain/judge';`],
    ['lib/infra/sampler.ts', `import { dynamoHistory } from '../history/dynamodb';`],
  ];

  it.each(bad)('refuse in %s: %s', (file, source) => {
    expect(importsOf(file, source).flatMap((one) => broken(one) ?? [])).toHaveLength(1);
  });

  const good: [file: string, source: string][] = [
    ['lib/domain/release.ts', `import type { Release } from '../release/schema';`],
    ['lib/domain/judge.ts', `import { hourOf } from './hour';`],
    ['lib/domain/judge.ts', `// import { x } from 'zod';\n/* import { y } from 'zod'; */`],
    ['lib/report/plan.ts', `import { messageOf } from '../alerts/message';`],
    ['lib/run.ts', `import { withReady } from './plan/ready';`],
    ['lib/alerts/sns.ts', `import { SNSClient } from '@aws-sdk/client-sns';`],
    ['lib/infra/sampler.ts', `import { type Hour, type Instant } from '../domain/hour';`],
    ['lib/infra/sampler.ts', `import { Construct } from 'constructs';`],
    ['lib/cli/check.ts', `import { judge } from '../domain/judge';`],
  ];

  it.each(good)('allow in %s: %s', (file, source) => {
    expect(importsOf(file, source).flatMap((one) => broken(one) ?? [])).toEqual([]);
  });

  it('refuse names that say nothing', () => {
    const refused = [
      'lib/utils.ts',
      'lib/domain/helpers.ts',
      'lib/common/hour.ts',
      'lib/services/datadog.ts',
      'lib/domain/index.ts',
      'lib/aManager.ts',
    ];
    expect(refused.flatMap((file) => misnamed(file) ?? [])).toHaveLength(refused.length);
    expect(misnamed('lib/local/store-worker.cjs')).toBeUndefined();
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import { type Problem, parseRelease, pathText, ReleaseError } from '../../lib/release/parse';
import { readRelease } from '../../lib/release/read';
import type { Release } from '../../lib/release/schema';
import { seriesOf } from '../../lib/release/series-of';
import { timeseriesRequest } from '../../lib/sources/datadog/query';
import { TEXT } from '../worlds/release-file';
import { fuzz } from './campaign';
import { hostileText, UNPRINTABLE } from './hostile-text';

const root = mkdtempSync(path.join(tmpdir(), 'stagewatch-fuzz-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A release that was let in can be watched: nothing in it is out of bounds, and Datadog can be asked about it. */
function expectUsable(release: Release) {
  const { datadog, endpoints, stages, ceiling, title, team } = release;
  timeseriesRequest(datadog, seriesOf(release), { from: 0, to: 24, wantedFrom: 0 });
  const limits = endpoints.flatMap(({ criteria }) => criteria.flatMap((one) => ('below' in one ? [one.below] : [])));
  for (const rate of [ceiling, ...limits]) expect(rate > 0 && rate < 1).toBe(true);
  for (const { exposure } of stages) expect(exposure > 0 && exposure <= 1).toBe(true);
  const names = [endpoints, stages].map((list) => list.map(({ name }) => name));
  for (const list of names) expect(new Set(list).size).toBe(list.length);
  for (const text of [title, team, ...names.flat()]) expect(text).not.toMatch(UNPRINTABLE);
}

function expectReadable(message: string) {
  for (const line of message.split('\n')) expect(line).not.toMatch(UNPRINTABLE);
  for (const line of message.split('\n')) expect(line.length).toBeLessThan(1000);
}

const hostileValue = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    1e300,
    '',
    [],
    {},
    [[]],
    [null],
    '0%',
    '100%',
    '101%',
    '5',
    5,
    '1 week',
    '0 days',
    'off',
    'NaN',
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

type Place = { parent: Record<string, unknown>; key: string; path: string[] };
function placesOf(value: unknown, above: string[] = []): Place[] {
  if (value === null || typeof value !== 'object') return [];
  const parent = value as Record<string, unknown>;
  return Object.keys(parent).flatMap((key) => [
    { parent, key, path: [...above, key] },
    ...placesOf(parent[key], [...above, key]),
  ]);
}
const parsed = parse(TEXT);

/** Whether a problem is about a place: at it, within it, or around it. */
const isAbout = ({ path: at }: Problem, place: readonly string[]) =>
  at.slice(0, place.length).every((key, index) => String(key) === place[index]);

fuzz(
  'a release file with one value changed is a usable release, or the problems name the place',
  { short: 50, long: 15_000 },
  fc.tuple(fc.nat(), hostileValue, fc.constantFrom('change', 'remove', 'add')),
  ([at, value, kind]) => {
    const file = structuredClone(parsed);
    const places = placesOf(file);
    const { parent, key, path: place } = places[at % places.length]!;
    if (kind === 'change') parent[key] = value;
    else if (kind === 'add') parent[key] = { ...(parent[key] as object), colour: value };
    else if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
    const result = parseRelease('document-status', file);
    if ('release' in result) return expectUsable(result.release);
    for (const one of result.problems) expectReadable(`${pathText(one.path)} - ${one.message}`);
    // What is said in two places is told at one of them: which statuses are errors, and which endpoint it is, by a tag or a
    // metric and by the resource that they are of. Of a removed entry only the list is left.
    const list = kind === 'remove' ? place.slice(0, -1) : place;
    if (['tag', 'metric'].includes(key) && result.problems.some(({ path: at }) => at.at(-1) === 'resource')) return;
    if (!/Statuses/.test(place[0]!) && !result.problems.some((one) => isAbout(one, list)))
      throw new Error(`nothing is said of ${list.join('.')}: ${JSON.stringify(result.problems)}`);
  },
);

fuzz(
  'any other structure is refused with all its problems and without a crash',
  { short: 35, long: 5_000 },
  fc.tuple(hostileText, fc.oneof(fc.jsonValue(), hostileValue)),
  ([name, file]) => {
    const result = parseRelease(name, file);
    if ('release' in result) throw new Error('nothing is a release');
    for (const one of result.problems) expectReadable(`${pathText(one.path)} - ${one.message}`);
  },
);

const edit = fc.record({
  at: fc.nat(TEXT.length - 1),
  out: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(200)),
  text: fc.oneof(
    hostileText,
    fc.constantFrom(
      '&a ',
      '*a',
      '- ',
      ': ',
      '\n---\n',
      '!!binary ',
      '!!set ',
      '<<: *a',
      '{',
      '[',
      '"',
      '\t',
      '#',
      '? ',
      '%YAML 9\n',
      '"\\u202e\\x1b[2J"',
      '[['.repeat(500),
      '{a: '.repeat(500),
    ),
  ),
});

fuzz(
  'the text of a release file, edited anywhere, is a usable release or a list of problems',
  { short: 15, long: 1_000 },
  fc.array(edit, { minLength: 1, maxLength: 4 }),
  (edits) => {
    const text = edits.reduce((now, { at, out, text }) => now.slice(0, at) + text + now.slice(at + out), TEXT);
    mkdirSync(path.join(root, 'small'), { recursive: true });
    writeFileSync(path.join(root, 'small', 'release.yaml'), text);
    try {
      expectUsable(readRelease(path.join(root, 'small')).release);
    } catch (error) {
      if (!(error instanceof ReleaseError)) throw error;
      expect(error.problems.length).toBeGreaterThan(0);
      expectReadable(error.message);
    }
  },
);

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readRelease } from '../../lib/release/read';
import { seriesOf } from '../../lib/release/series-of';
import { batchesOf } from '../../lib/sources/datadog/batches';
import { questionOf } from '../../lib/sources/datadog/question';
import { fileOf, releaseOf } from '../worlds/small-release';

const root = path.join(__dirname, '..', '..');
const page = readFileSync(path.join(root, 'docs', 'sources.md'), 'utf8');
const example = readFileSync(path.join(root, 'docs', 'examples', 'kinds', 'release.yaml'), 'utf8');
const { release } = readRelease(path.join(root, 'docs', 'examples', 'kinds'));

const blocks = (language: string) =>
  [...page.matchAll(/```(\w*)\n([\s\S]*?)```/g)].filter(([, of]) => of === language).map(([, , text]) => text!);

/** The queries for the counts of each endpoint, asked for by itself. */
const queriesOf = ({ datadog, ...rest }: typeof release) =>
  seriesOf({ datadog, ...rest }).flatMap((one) =>
    batchesOf(datadog, [one]).flatMap((batch) => questionOf(datadog, batch).map(({ text }) => text())),
  );

test('every query of docs/sources.md is one that is asked for the endpoint above it', () => {
  const usual = { name: '#show', tag: 'v0::benefitsclaimscontroller_show', criteria: [{ below: '5%' }] };
  const asked = [...queriesOf(release), ...queriesOf(releaseOf('small', { ...fileOf(), endpoints: [usual] }))];
  const shown = blocks('').flatMap((text) => text.trim().split('\n'));
  expect(shown.length).toBeGreaterThanOrEqual(7);
  for (const query of shown) expect(asked).toContain(query);
});

test('every other endpoint of docs/sources.md is in the example, and how one links to its traces', () => {
  const [first, ...others] = blocks('yaml');
  expect(first).toContain('tag: v0::benefitsclaimscontroller_show');
  expect(others.length).toBe(6);
  const lines = new Set(example.split('\n'));
  for (const line of others.join('').split('\n').filter(Boolean))
    expect([line, lines.has(line.trimEnd())]).toEqual([line, true]);
});

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { folder, stagewatch } from '../worlds/console';

const PLAN = path.join(__dirname, '../../releases/document-status/release-plan.md');
const root = folder();
afterAll(() => rmSync(root, { recursive: true }));

test('makes the folder of a release with the plan beside it, and says what is left', async () => {
  const out = path.join(root, 'releases', 'document-status');
  const made = await stagewatch(['init', PLAN, '--out', out]);
  expect([made.code, made.out]).toEqual([0, path.join(out, 'release.yaml')]);
  expect(made.err).toContain('8 TODOs left:\n  line 5: timeZone - ');
  expect(readdirSync(out).sort()).toEqual(['release-plan.md', 'release.yaml']);
  expect(readdirSync(path.dirname(out))).toEqual(['document-status']);
  expect(readFileSync(path.join(out, 'release-plan.md'))).toEqual(readFileSync(PLAN));
  expect(readFileSync(path.join(out, 'release.yaml'), 'utf8')).toContain(
    `the lowest limit that would not have: npx --no-install stagewatch doctor --release ${out}\nendpoints:`,
  );
  const { code, err } = await stagewatch(['validate', out]);
  expect(code).toBe(64);
  expect(err).toContain('line 5: timeZone - got nothing, expected');
});

test('overwrites nothing, not even an empty folder', async () => {
  const out = path.join(root, 'taken');
  mkdirSync(out);
  const { code, err } = await stagewatch(['init', PLAN, '--out', out]);
  expect(code).toBe(64);
  expect(err).toContain('nothing is overwritten');
  expect(readdirSync(out)).toEqual([]);
});

test('says where no folder can be made', async () => {
  const file = path.join(root, 'file');
  writeFileSync(file, '');
  const { code, err } = await stagewatch(['init', PLAN, '--out', path.join(file, 'release')]);
  expect(code).toBe(64);
  expect(err).toMatch(/^error: --out - cannot make \S+release \(ENOTDIR.*\); expected a folder that can be made$/);
});

test('names the folder for the title', async () => {
  const before = process.cwd();
  process.chdir(root);
  try {
    await stagewatch(['init', PLAN]);
  } finally {
    process.chdir(before);
  }
  expect(existsSync(path.join(root, 'releases', 'document-status', 'release.yaml'))).toBe(true);
});

test('refuses a file that is no release plan', async () => {
  const file = path.join(root, 'notes.md');
  writeFileSync(file, '# Notes\n\nNothing of a release.');
  const { code, err } = await stagewatch(['init', file, '--out', path.join(root, 'notes')]);
  expect(code).toBe(64);
  expect(err).toContain('expected a release plan');
  expect(existsSync(path.join(root, 'notes'))).toBe(false);
});

test('--survey says what would be read of many plans, and what would help most of them', async () => {
  const plans = path.join(root, 'plans', 'below');
  mkdirSync(plans, { recursive: true });
  writeFileSync(
    path.join(plans, 'a.md'),
    '# Alpha Release Plan\n\n### Stage A: 5% of users\n\n### Stage | B: 50% of users\n',
  );
  writeFileSync(path.join(plans, 'b.md'), '# B\n\n### Stage A: 100% of users\n- Who is monitoring?: Ann\n');
  writeFileSync(path.join(plans, 'notes.md'), '# Notes\n');
  writeFileSync(path.join(plans, 'latin.md'), Buffer.from('# caf\xe9', 'latin1'));
  writeFileSync(path.join(plans, 'c.txt'), '### Stage A: 5% of users');
  const { code, out, err } = await stagewatch(['init', '--survey', path.dirname(plans)]);
  expect(code).toBe(0);
  expect(out.split('\n').slice(0, 6)).toEqual([
    '| plan | read | left as TODO | not read |',
    '| --- | --- | --- | --- |',
    '| below/a.md | 2 stages, 0 checks, 0 endpoints, 0 toggles | team, toggles, site, excludedStatuses, endpoints, length | no stage that was read is for 100% of users |',
    '| below/b.md | 1 stage, 0 checks, 0 endpoints, 0 toggles | toggles, site, excludedStatuses, endpoints | nothing |',
    '',
    '2 plans; 1 other file without toggles, criteria and stages.',
  ]);
  expect(out).toContain('- toggles (2 plans): a table with a column "Toggle name"');
  expect(out).toContain('- team (1 plan): "Who is monitoring');
  expect(err).toContain('latin.md (not UTF-8)');
  expect(await stagewatch(['init', '--survey', path.join(plans, 'a.md')])).toMatchObject({ code: 64 });
  expect(await stagewatch(['init'])).toMatchObject({ code: 64, err: expect.stringContaining('got none') });
});

test('names all that is wrong: a plan that is not there, and a folder that no release can have', async () => {
  const out = path.join(root, 'My Release');
  const { code, err } = await stagewatch(['init', path.join(root, 'none.md'), '--out', out]);
  expect(code).toBe(64);
  expect(err.split('\n')).toEqual([
    expect.stringMatching(
      /^error: plan - got \S+none\.md \(ENOENT\), expected a Markdown file in UTF-8; check the path$/,
    ),
    `--out - got "My Release", expected lower case letters, digits and "-" as the name of the release's folder`,
  ]);
  expect((await stagewatch(['init', PLAN, '--out', out])).code).toBe(64);
  expect(existsSync(out)).toBe(false);
});

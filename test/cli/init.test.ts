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
  const { code, err } = await stagewatch(['validate', out]);
  expect(code).toBe(64);
  expect(err).toContain('line 5: timeZone - got null, expected');
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

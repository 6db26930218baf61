import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { folder, stagewatch, written } from '../worlds/console';

const run = promisify(execFile);
const ROOT = path.join(__dirname, '..', '..');
const COMMANDS = [
  ['validate'],
  ['doctor'],
  ['stage', 'enter'],
  ['stage', 'list'],
  ['backfill'],
  ['run'],
  ['watch'],
  ['history'],
  ['check'],
  ['status'],
  ['ack'],
  ['silence'],
  ['test-alert'],
  ['results'],
  ['fill'],
  ['propose'],
  ['init'],
  ['simulate'],
  ['backtest'],
];

const root = folder();
afterAll(() => rmSync(root, { recursive: true }));

describe('help', () => {
  test('lists every command, with examples and exit codes', async () => {
    const { code, out, err } = await stagewatch(['--help']);
    expect([code, err]).toEqual([0, '']);
    for (const [command] of COMMANDS) expect(out).toContain(`\n  ${command}`);
    expect(out).toContain('Exit codes: 0 done, 64 wrong use');
    expect(out).toContain('Examples:');
  });

  test.each(COMMANDS.map((command) => [command.join(' '), command]))(
    'of %s has examples that name it',
    async (name, command) => {
      const { code, out, err } = await stagewatch([...command, '--help']);
      expect([code, err]).toEqual([0, '']);
      const examples = out.slice(out.indexOf('Examples:'));
      expect(examples).toMatch(new RegExp(`stagewatch ${name}|npm start`));
    },
  );
});

describe('wrong use is exit code 64, said on stderr, with nothing on stdout', () => {
  test.each([
    [[]],
    [['chekc']],
    [['check', '--jsn']],
    [['check', 'extra', 'words']],
    [['stage']],
    [['stage', 'enter']],
    [['stage', 'leave', 'A']],
    [['history', '--last', '24']],
    [['history', '--last', '0h']],
    [['history', '--from', '2026-02-11']],
    [['stage', 'enter', 'A', '--at', '2026-02-11T11:00']],
    [['stage', 'enter', 'A', '--at', '2026-02-30T11:00Z']],
    [['stage', 'enter', 'A', '--exposure', '101%']],
    [['stage', 'enter', 'A', '--exposure', '25']],
    [['simulate', '--scenario', 'flood']],
    [['simulate', '--seed', '-1']],
    [['validate', 'no-such-release']],
    [['init', 'no-such-plan.md']],
    [['fill', 'no-such-plan.md']],
    [['fill', 'README.md', '--stage', 'A', '--check', '1-week']],
    [['fill', 'README.md', '--users', '5']],
    [['fill', 'README.md', '--stage', 'Z']],
    [['propose', '--reviewers', 'a b']],
    [['check', '--release', 'no-such-release']],
  ])('%j', async (args) => {
    const { code, out, err } = await stagewatch(args);
    expect([code, out]).toEqual([64, '']);
    expect(err.length).toBeGreaterThan(20);
  });

  test('an unknown command and an unknown option get a suggestion', async () => {
    expect((await stagewatch(['chekc'])).err).toContain('check');
    expect((await stagewatch(['check', '--jsn'])).err).toContain('--json');
  });
});

describe('validate', () => {
  test('says what it found in the releases of this repository', async () => {
    const { code, out, err } = await stagewatch(['validate']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe('document-status is valid: 3 endpoints, stages A 25 %, B 50 %, C 100 %');
  });

  test('says how much else is sampled', async () => {
    const { out } = await stagewatch(['validate', 'docs/examples/controls']);
    expect(out).toBe('controls is valid: 2 endpoints, 1 control, 1 toggle-off series, stages A 25 %, B 100 %');
  });

  test('gives the release as machines read it, fractions and hours', async () => {
    const { json } = await stagewatch(['validate', written(root, 'small'), '--json']);
    expect(json).toMatchObject([
      { name: 'small', ceiling: 0.05, stages: [{ name: 'A', exposure: 0.25, length: 24 }, {}] },
    ]);
  });

  test('lists all problems of a file, each with its line', async () => {
    const place = written(root, 'bad', { ceiling: '0%', colour: 'blue', timeZone: 'Mars/Olympus' });
    const { code, out, err } = await stagewatch(['validate', place]);
    expect([code, out]).toEqual([64, '']);
    expect(err).toContain('3 problems:');
    for (const problem of ['timeZone - ', 'ceiling - ', 'colour - unknown key'])
      expect(err).toMatch(new RegExp(`line \\d+: ${problem}`));
  });

  test('over all releases tells of every bad one, not only of the first', async () => {
    const place = folder();
    for (const name of ['bad-one', 'bad-two']) written(path.join(place, 'releases'), name, { ceiling: '0%' });
    written(path.join(place, 'releases'), 'good');
    const before = process.cwd();
    process.chdir(place);
    try {
      const { code, out, err } = await stagewatch(['validate']);
      expect([code, out]).toEqual([64, '']);
      expect(err).toMatch(/bad-one.*ceiling - .*bad-two.*ceiling - /s);
      expect(err).not.toContain('good');
    } finally {
      process.chdir(before);
      rmSync(place, { recursive: true });
    }
  });

  test('says the line of a file that is not YAML', async () => {
    const place = written(root, 'broken');
    writeFileSync(path.join(place, 'release.yaml'), 'title: [Small\nteam: }');
    expect(await stagewatch(['validate', place])).toMatchObject({ code: 64, err: expect.stringMatching(/line \d+: /) });
  });
});

describe('as a process of its own', () => {
  const command = (...args: string[]) =>
    run(process.execPath, ['bin/stagewatch.mjs', ...args], {
      cwd: ROOT,
      env: { ...process.env, CI: 'true', AWS_PROFILE: 'none', AWS_USE_FIPS_ENDPOINT: 'true' },
    }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (failed: { code: number; stdout: string; stderr: string }) => failed,
    );

  test('it answers with data on stdout, talk on stderr and its exit code, whatever the shell says of AWS', async () => {
    const place = written(root, 'small');
    const { code, stdout, stderr } = await command(
      'check',
      '--json',
      '--release',
      place,
      '--data',
      path.join(root, 'none'),
    );
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ recommendation: 'not exposed', findings: [] });
    expect(stderr).toBe(
      `there is no history in ${path.join(root, 'none')} yet; stagewatch run --local begins one, stagewatch simulate plays one\n`,
    );
  });

  test('wrong use is 64 there, too', async () => {
    expect(await command('chekc')).toMatchObject({ code: 64, stdout: '' });
  });
});

test('nothing gets to a terminal that it would obey or hide, and a line break in an option begins no line', async () => {
  const { code, err } = await stagewatch(['stage', 'enter', '\u009b2J\u202e', '--at', 'x\nerror: y']);
  expect(code).toBe(64);
  expect(err).toContain('stage - got \\u009b2J\\u202e, expected');
  expect(err).toContain('--at - got x error: y, expected');
});

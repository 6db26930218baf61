import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseRelease, ReleaseError } from '../../lib/release/parse';
import { readRelease, releaseFolders } from '../../lib/release/read';
import { FOLDER, TEXT } from '../worlds/release-file';

const root = mkdtempSync(path.join(tmpdir(), 'releases-'));
afterAll(() => rmSync(root, { recursive: true }));

function folderWith(text: string | Buffer, name = 'release'): string {
  const folder = path.join(root, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'release.yaml'), text);
  return folder;
}

function problemsOf(text: string | Buffer): readonly string[] {
  try {
    readRelease(folderWith(text));
  } catch (error) {
    if (error instanceof ReleaseError) return error.problems;
    throw error;
  }
  return [];
}
/** The line of the first place where the file has this text. */
const lineOf = (part: string) => TEXT.slice(0, TEXT.indexOf(part)).split('\n').length;

describe('reading a release', () => {
  it('takes the name from the folder', () => {
    expect(readRelease(FOLDER).name).toBe('document-status');
    expect(readRelease(`${FOLDER}${path.sep}`).release.name).toBe('document-status');
    expect(readRelease(folderWith(TEXT, 'other')).release.name).toBe('other');
  });

  it('gives the content as plain JSON, from which the same release comes out again', () => {
    const { name, file, release } = readRelease(FOLDER);
    expect(parseRelease(name, JSON.parse(JSON.stringify(file)))).toEqual({ release });
  });

  it('takes the line ends of Windows and an alias', () => {
    expect(problemsOf(TEXT.replaceAll('\n', '\r\n'))).toEqual([]);
    const shared = TEXT.replace('title: Document Status', 'title: &t Document Status').replace(
      'team: BMT2',
      'team: *t',
    );
    expect(readRelease(folderWith(shared)).release.team).toBe('Document Status');
  });
});

describe('a release file that cannot be used', () => {
  it('is named when it is missing', () => {
    expect(() => readRelease(path.join(root, 'nowhere'))).toThrow(
      /nowhere.release\.yaml - 1 problem:\n {2}no such file/,
    );
  });

  it('has each problem with its line, in the order of the file', () => {
    const broken = TEXT.replace('team: BMT2', 'team: 5')
      .replace('exposure: 50%', 'exposure: 500%')
      .replace('ceiling: 5%', 'cieling: 5%')
      .replace('repeatEvery: 24 hours', 'repeatEvery: daily');
    expect(problemsOf(broken)).toEqual([
      `line ${lineOf('team: BMT2')}: team - got 5, expected a team as text`,
      `line ${lineOf('ceiling: 5%')}: cieling - unknown key; check its spelling or take it out`,
      expect.stringMatching(
        `^line ${lineOf('name: B, exposure')}: stages\\[1\\]\\.exposure - got "500%", expected a share of users`,
      ),
      expect.stringMatching(
        `^line ${lineOf('repeatEvery')}: alerts\\.repeatEvery - got "daily", expected a whole number`,
      ),
    ]);
  });

  it('points to where something is missing', () => {
    expect(problemsOf(TEXT.replace('    tag: v0::benefitsclaimscontroller_show\n', ''))).toEqual([
      expect.stringMatching(`^line ${lineOf('- name: "#show"')}: endpoints\\[1\\]\\.tag - got nothing`),
    ]);
    expect(problemsOf('')).toEqual([expect.stringMatching(/^line 1: file - got nothing/)]);
  });

  it('is told of a key that stands twice, of broken YAML and of several documents, with the line', () => {
    expect(problemsOf(`${TEXT}\nteam: again\n`)).toEqual([expect.stringMatching(/^line \d+: Map keys must be unique/)]);
    expect(problemsOf('title: [a\nteam: b')[0]).toMatch(/^line \d+: /);
    expect(problemsOf(`${TEXT}\n---\n${TEXT}`)[0]).toMatch(/^line \d+: got several documents, expected one/);
    expect(problemsOf(Buffer.from([0xff, 0xfe, 0x00, 0x41])).length).toBeGreaterThan(0);
  });

  it('is told of aliases that lead to themselves or multiply without bounds', () => {
    const ten = (name: string) => `[${new Array(10).fill(`*${name}`).join(', ')}]`;
    expect(problemsOf(TEXT.replace('title: Document Status', 'title: &x { y: *x }'))).toEqual([
      expect.stringMatching(/^aliases - got /),
    ]);
    const laughs = `a: &a [1, 1]\nb: &b ${ten('a')}\nc: &c ${ten('b')}\nd: ${ten('c')}\n`;
    expect(problemsOf(laughs)).toEqual([expect.stringMatching(/^aliases - got .*do without "\*"$/)]);
  });
});

describe('the folders of releases', () => {
  it('are those with a release.yaml, in order', () => {
    const nest = path.join(root, 'nest');
    for (const name of ['b', 'a', 'empty']) mkdirSync(path.join(nest, name), { recursive: true });
    for (const name of ['b', 'a']) writeFileSync(path.join(nest, name, 'release.yaml'), TEXT);
    writeFileSync(path.join(nest, 'release.yaml'), TEXT);
    expect(releaseFolders(nest)).toEqual([path.join(nest, 'a'), path.join(nest, 'b')]);
  });

  it('are none where there is nothing', () => {
    expect(releaseFolders(path.join(root, 'nowhere'))).toEqual([]);
  });
});

it('shows nothing of a file that a terminal would obey or a reader not see', () => {
  const hostile = `${TEXT.replace('title: Document Status', 'title: "Status\\u202e\\x9b2J"')}\n"col\\x1bour": 1\n? [a]\n: 1\n`;
  const problems = problemsOf(hostile);
  expect(problems).toEqual([
    expect.stringContaining('title - got "Status 2J", expected a title without control and invisible characters'),
    expect.stringContaining('[ a ] - unknown key'),
    expect.stringContaining('col our - unknown key'),
  ]);
});

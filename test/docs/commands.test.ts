import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { stagewatch } from '../worlds/console';

const ROOT = path.join(__dirname, '..', '..');
const pagesIn = (folder: string) => readdirSync(path.join(ROOT, folder)).map((name) => `${folder}/${name}`);
const pages = ['README.md', ...pagesIn('docs'), ...pagesIn('docs/judging')].filter((name) => name.endsWith('.md'));
const textOf = (page: string) => readFileSync(path.join(ROOT, page), 'utf8');

test('every command in the documentation exists, with the options that it is given', async () => {
  const wrong: string[] = [];
  for (const page of pages) {
    const joined = textOf(page).replaceAll('\\\n', ' ');
    for (const [, words] of joined.matchAll(
      /npx --no-install stagewatch (?:--stack \S+ )?(?:--region \S+ )?([^#`\n;|&]*)/g,
    )) {
      const command = /^(stage \w+|[\w-]+)/.exec(words!)![1]!;
      const { out } = await stagewatch([...command.split(' '), '--help']);
      const unknown = (words!.match(/ --[\w-]+/g) ?? []).filter((option) => !out.includes(option.trim()));
      if (!out.startsWith(`Usage: stagewatch ${command} `) || unknown.length > 0) wrong.push(`${page}: ${words}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('every link between the pages leads to a file', () => {
  const broken = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\(([\w./-]+)(?:#[\w-]*)?\)/g)]
      .filter(([, target]) => target !== '...')
      .map(([, target]) => path.join(path.dirname(page), target!))
      .filter((target) => !existsIn(target)),
  );
  expect(broken).toEqual([]);
});

const existsIn = (target: string) => readdirSync(path.join(ROOT, path.dirname(target))).includes(path.basename(target));

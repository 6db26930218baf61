import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { commandText } from '../../lib/release/command-text';
import { stagewatch } from '../worlds/console';

const GOLDEN = path.join(__dirname, '..', 'golden');
const files = ['alerts', 'receivers'].flatMap((folder) =>
  readdirSync(path.join(GOLDEN, folder)).map((name) => path.join(folder, name)),
);

/** Every command in a text, up to what ends a line, a sentence or a word of JSON or Markdown. */
const commandsIn = (text: string) =>
  [...text.matchAll(/(?:npx (?:--no-install )?)?stagewatch (?:--stack|--region|[a-z-]+ )[^"`\n;\\]*/g)].map(([found]) =>
    found.trim(),
  );

describe('every command in a message', () => {
  const found = files.flatMap((file) =>
    commandsIn(readFileSync(path.join(GOLDEN, file), 'utf8')).map((command) => ({ file, command })),
  );

  it('is whole: it cannot fetch a package, and names stack, region and release', () => {
    expect(found.length).toBeGreaterThan(20);
    const whole =
      /^npx --no-install stagewatch --stack Stagewatch --region us-gov-west-1 [a-z].* --release document-status$/;
    expect(found.filter(({ command }) => !whole.test(command))).toEqual([]);
  });

  it('exists, with the options that it is given', async () => {
    const words = new Set(found.map(({ command }) => command.replace(/^.*--region \S+ /, '')));
    for (const word of words) {
      const command = /^(stage \w+|[\w-]+)/.exec(word)![1]!;
      const { out } = await stagewatch([...command.split(' '), '--help']);
      expect(out.startsWith(`Usage: stagewatch ${command} `)).toBe(true);
      for (const option of word.match(/ --[\w-]+/g) ?? []) expect(out).toContain(option.trim());
    }
  });
});

describe('a command as a person pastes it', () => {
  const off = (home?: object) => commandText({ name: 'small', ...(home && { home }) }, 'stage', 'enter', 'off');

  it('names where the history is', () => {
    expect(off()).toBe('npx --no-install stagewatch stage enter off --release small');
    expect(off({ stack: 'Guard', region: 'us-gov-east-1' })).toBe(
      'npx --no-install stagewatch --stack Guard --region us-gov-east-1 stage enter off --release small',
    );
    expect(off({ table: 'a-table' })).toBe(
      'npx --no-install stagewatch stage enter off --release small --table a-table',
    );
    expect(off({ data: '.stagewatch' })).toBe('npx --no-install stagewatch stage enter off --release small --local');
    expect(off({ data: 'a folder', release: 'docs/examples/small' })).toBe(
      "npx --no-install stagewatch stage enter off --release docs/examples/small --local --data 'a folder'",
    );
  });

  it('is one word for each thing in a shell, whatever is in it', () => {
    const odd = "it's; rm -rf $HOME";
    const quoted = `'it'\\''s; rm -rf $HOME'`;
    expect(off({ data: odd })).toContain(`--data ${quoted}`);
    expect(commandText({ name: 'small' }, 'stage', 'enter', odd, '--at', 'WHEN')).toBe(
      `npx --no-install stagewatch stage enter ${quoted} --at WHEN --release small`,
    );
  });
});

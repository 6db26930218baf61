/** Where a release's history is kept, as far as a command has to say it to find it from anywhere. */
export interface Home {
  /** A deployed stack, and the region where it runs. */
  stack?: string;
  region?: string;
  /** A table by itself. */
  table?: string;
  /** The folder of a local history. */
  data?: string;
  /** How the release is named to commands where that is not its own name: a folder. */
  release?: string;
}

/**
 * A command as a person pastes it: whole, with the release and where its history is, and in the one form that never asks a
 * registry for a package.
 *
 * @param words of the command and its own options, whatever is in them
 * @example commandText({ name: 'small', home: { stack: 'Stagewatch', region: 'us-gov-west-1' } }, 'stage', 'enter', 'off')
 * // 'npx --no-install stagewatch --stack Stagewatch --region us-gov-west-1 stage enter off --release small'
 */
export function commandText(
  { name, home = {} }: { name: string; home?: Home | undefined },
  ...words: readonly string[]
): string {
  const { stack, region, table, data, release = name } = home;
  const place = [
    ...(stack === undefined ? [] : [`--stack ${shellWord(stack)}`]),
    ...(region === undefined || stack === undefined ? [] : [`--region ${shellWord(region)}`]),
  ];
  const where = [
    ...(stack === undefined && table !== undefined ? [`--table ${shellWord(table)}`] : []),
    ...(data === undefined ? [] : ['--local', ...(data === LOCAL_FOLDER ? [] : [`--data ${shellWord(data)}`])]),
  ];
  return [
    'npx --no-install stagewatch',
    ...place,
    ...words.map(shellWord),
    `--release ${shellWord(release)}`,
    ...where,
  ].join(' ');
}

/** Where a local history lies unless it is said. */
export const LOCAL_FOLDER = '.stagewatch';

/** What {@link commandText} made, in a sentence: it ends with the sentence, or before a semicolon. */
export const COMMAND = /npx --no-install stagewatch(?: (?:[\w./:@%+=-]|'[^']*'|\\')+)+/;

/** A word as a shell takes it. */
const shellWord = (text: string): string =>
  /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

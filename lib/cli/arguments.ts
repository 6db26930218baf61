import { Option } from 'commander';
import { plain } from '../facts/format';
import { HOUR_MS, type Instant, parseInstant } from '../facts/hour';
import { RECEIVER_NAMES } from '../receivers/receivers';
import { LOCAL_FOLDER } from '../release/command-text';

/** An option that cannot be read, kept in its place until all are known: one error lists everything. */
class Unreadable {
  constructor(readonly problem: string) {}
}

/** A parser for commander that keeps what is wrong instead of ending at once. */
const parser =
  <T>(parse: (text: string) => T | undefined, expected: string) =>
  (flag: string) =>
  (text: string): T =>
    (parse(text) ??
      new Unreadable(`${flag} - got ${plain(text).trim() || 'an empty text'}, expected ${expected}`)) as T;

/** What is wrong with the values of a command's options; while it is not empty, none of them may be used. */
export const problemsIn = (options: object): string[] =>
  Object.values(options).flatMap((value) => (value instanceof Unreadable ? [value.problem] : []));

/** An instant that says its own offset. */
export const instantFor = parser<Instant>(
  parseInstant,
  'an instant with its offset, such as 2026-02-11T11:00-05:00 or 2026-02-11T16:00Z',
);

const UNITS: Record<string, number> = { h: 1, d: 24, w: 168 };

function readHours(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,4})([hdw])$/.exec(text) ?? [];
  return unit === undefined ? undefined : Number(count) * UNITS[unit]!;
}

/** "24h" → 24, "2w" → 336 */
export const hoursFor = parser(readHours, 'a number of hours, days or weeks, such as 24h, 7d or 2w');

/** An instant, or "4h" for four hours from now. */
export const untilFor = parser<(now: Instant) => Instant>((text) => {
  const instant = parseInstant(text);
  const hours = readHours(text);
  if (instant !== undefined) return () => instant;
  return hours === undefined ? undefined : (now) => now + hours * HOUR_MS;
}, 'an instant with its offset, such as 2026-02-12T09:00-05:00, or a time from now such as 4h or 2d');

/** "25%" → 0.25; undefined for anything that is no share of users. */
export function readShare(text: string): number | undefined {
  const share = /^(100|\d{1,2}(?:\.\d+)?)%$/.exec(text)?.[1];
  return share === undefined ? undefined : Number((Number(share) / 100).toPrecision(12));
}

export const exposureFor = parser(readShare, 'a share of users from 0% to 100%');

export const oneOf = (names: readonly string[]) =>
  parser((text) => (names.includes(text) ? text : undefined), `one of ${names.join(', ')}`);

/** A receiver by its name in the settings, in any case. */
export const receiverFor = parser(
  (text) => RECEIVER_NAMES.find((name) => name.toLowerCase() === text.toLowerCase()),
  `one of ${RECEIVER_NAMES.join(', ')}`,
);

export const seedFor = parser(
  (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined),
  'a whole number from 0 to 999999999',
);

export const portFor = parser(
  (text) => (/^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined),
  'a port from 0 to 65535; 0 takes a free one',
);

export const usersFor = parser(
  (text) => (/^[1-9]\d{0,11}$/.test(text) ? Number(text) : undefined),
  'a whole number of users from 1',
);

/** Logins and teams of GitHub; nobody for empty text, as a workflow hands over what is not set. */
export const reviewersFor = parser((text) => {
  const names = text.split(',').map((name) => name.trim());
  const isName = (name: string) => /^[A-Za-z0-9][\w-]*(?:\[bot\])?(?:\/[\w.-]+)?$/.test(name);
  return text.trim() === '' ? [] : names.every(isName) ? names : undefined;
}, 'logins and teams with commas between them, such as octocat,org/team');

/** Any text but none. */
export const textFor = parser((text) => (text.trim() === '' ? undefined : text), 'some text');

/** Where a command finds its release and the release's history. */
export interface StorePlace {
  release?: string;
  data: string;
  table?: string;
  /** The local history is meant, also where there is none yet. */
  local?: boolean;
}

export const placeOptions = (): Option[] => [
  new Option('-r, --release <name>', 'the release, a folder of releases/ (default: the only one)'),
  new Option('--data <dir>', 'folder of the local history').default(LOCAL_FOLDER).argParser(textFor('--data')),
  new Option('--table <name>', 'DynamoDB table to use instead of the local history (env: STAGEWATCH_TABLE)'),
  new Option('--local', 'use the local history, and begin it where there is none').conflicts('table'),
];

export const jsonOption = (): Option => new Option('--json', 'print JSON, for machines');

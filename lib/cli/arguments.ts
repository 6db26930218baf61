import { InvalidArgumentError, Option } from 'commander';
import { type Instant, parseInstant } from '../domain/hour';

/** An instant on the command line, which must say its own offset. */
export function instantArgument(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === undefined) {
    throw new InvalidArgumentError(
      'expected an instant with its offset, such as 2026-02-11T11:00-05:00 or 2026-02-11T16:00Z.',
    );
  }
  return instant;
}

const UNITS: Record<string, number> = { h: 1, d: 24, w: 168 };

/** "24h" → 24, "2w" → 336 */
export function hoursArgument(text: string): number {
  const match = /^([1-9]\d{0,4})([hdw])$/.exec(text);
  if (!match) throw new InvalidArgumentError('expected a number of hours, days or weeks, such as 24h, 7d or 2w.');
  return Number(match[1]) * UNITS[match[2]!]!;
}

/** "25%" → 0.25 */
export function exposureArgument(text: string): number {
  const match = /^(100|\d{1,2}(?:\.\d+)?)%$/.exec(text);
  if (!match) throw new InvalidArgumentError('expected a share of users from 0% to 100%.');
  return Number((Number(match[1]) / 100).toPrecision(12));
}

export function seedArgument(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 0 to 999999999.');
  return Number(text);
}

/** Where a command finds its release and the release's history. */
export interface Place {
  release?: string;
  data: string;
  table?: string;
}

export const placeOptions = (): Option[] => [
  new Option('-r, --release <name>', 'the release, a folder of releases/ (default: the only one)'),
  new Option('--data <dir>', 'folder of the embedded history').default('.stagewatch'),
  new Option('--table <name>', 'DynamoDB table to use instead of the embedded history (env: STAGEWATCH_TABLE)'),
];

export const jsonOption = (): Option => new Option('--json', 'print JSON, for machines');

import fc from 'fast-check';
import { hoursFor, readShare } from '../../lib/cli/arguments';
import { readStages } from '../../lib/cli/stage-entry';
import { instantText, parseHour, parseInstant } from '../../lib/facts/hour';
import { exposedStays, launchOf, stayOf, stays } from '../../lib/facts/stage';
import { HistoryError } from '../../lib/history/items/item';
import { readStageLine, stageItem } from '../../lib/history/items/stage-item';
import { stagewatch } from '../worlds/console';
import { fuzz } from './campaign';
import { hostileText } from './hostile-text';

const STAGES = [
  { name: 'A', exposure: 0.25 },
  { name: 'B', exposure: 1 },
];

const instants = fc.oneof(
  fc
    .date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.constantFrom(
    '2024-02-05T00:00Z',
    '2024-02-30T00:00Z',
    '2024-02-05T24:00Z',
    '2024-02-05T00:00',
    '2024-02-05T00:00+14:30',
    '0000-01-01T00:00+14:00',
    '9999-12-31T23:59-14:59',
    'now',
    '',
  ),
  hostileText,
);
const shares = fc.oneof(
  fc.constantFrom('25%', '0%', '100%', '100.1%', '-1%', '1e2%', 'NaN%', '٢٥%', '25', '%', ''),
  fc.double().map((share) => `${share}%`),
  hostileText,
);
const entry = fc
  .tuple(fc.constantFrom('A', 'B', 'off', 'C', '', '__proto__'), instants, fc.option(shares, { nil: undefined }))
  .map(([stage, at, share]) => `${stage}@${at}${share === undefined ? '' : `=${share}`}`);

fuzz(
  'what is read as an instant says the same when it is written again',
  { short: 100, long: 10_000 },
  instants,
  (text) => {
    const instant = parseInstant(text);
    if (instant === undefined) return;
    expect(Number.isSafeInteger(instant)).toBe(true);
    // An offset may lead out of the years that four digits can write.
    if (/^\d{4}-/.test(instantText(instant))) expect(parseInstant(instantText(instant))).toBe(instant);
    expect(parseHour(text) === undefined || Number.isSafeInteger(parseHour(text))).toBe(true);
  },
);

fuzz('what is read as a share or a time is one', { short: 100, long: 10_000 }, shares, (text) => {
  const share = readShare(text);
  if (share !== undefined) expect(share >= 0 && share <= 1).toBe(true);
  const hours = hoursFor('--last')(text);
  expect(Number.isSafeInteger(hours) || /^--last - got /.test((hours as unknown as { problem: string }).problem)).toBe(
    true,
  );
});

fuzz(
  'stage entries are a log in the order of time, or problems that name the entry',
  { short: 65, long: 10_000 },
  fc.array(fc.oneof(entry, hostileText), { minLength: 1, maxLength: 5 }),
  (entries) => {
    const { log, problems } = readStages(entries, { stages: STAGES, toggles: [] });
    for (const problem of problems) expect(entries.some((one) => problem.startsWith(`--stage ${one} -`))).toBe(true);
    if (problems.length > 0) return;
    expect(log).toHaveLength(entries.length);
    log.forEach(({ at, stage, exposure }, index) => {
      expect(['A', 'B', 'off']).toContain(stage);
      expect(stage === 'off' ? exposure === 0 : exposure > 0 && exposure <= 1).toBe(true);
      if (index > 0) expect(at).toBeGreaterThan(log[index - 1]!.at);
    });
    // Whatever the log, an hour is in one stay at most, and nobody is exposed before the launch.
    const launch = launchOf(log);
    const all = stays(log);
    for (const { from, to } of all) expect(from <= to).toBe(true);
    for (const { at } of exposedStays(log)) expect(at).toBeGreaterThanOrEqual(launch!.at);
    for (const { from } of all)
      expect(all.filter((stay) => stay.from <= from && from < stay.to).length).toBeLessThanOrEqual(1);
    for (const { from } of all) if (stayOf(log, from)) expect(stayOf(log, from)!.from).toBe(from);
  },
);

const event = fc.record({
  at: fc.constant(0),
  stage: hostileText,
  exposure: fc.double({ min: 0, max: 1, noNaN: true }),
  by: hostileText,
  note: hostileText,
});
const attribute = fc.oneof(
  fc.constantFrom({ NULL: true }, { BOOL: false }, { L: [] }, { M: {} }, { N: '-1' }, { S: '' }),
  hostileText.map((S) => ({ S })),
);

fuzz(
  'a stage event is stored and read as it was, and a damaged one is refused',
  { short: 65, long: 10_000 },
  fc.tuple(event, fc.nat(), attribute),
  ([said, at, damage]) => {
    const item = stageItem('small', said);
    // DynamoDB takes text without halves of characters only.
    expect(readStageLine(item)).toEqual(said);
    const keys = Object.keys(item);
    try {
      readStageLine({ ...item, [keys[at % keys.length]!]: damage as never });
    } catch (error) {
      expect(error).toBeInstanceOf(HistoryError);
    }
  },
);

const argument = fc
  .oneof(
    hostileText,
    entry,
    fc.constantFrom(
      '--at',
      '--stage',
      '--json',
      '--last',
      '--',
      '-r',
      '--exposure=5',
      'A',
      'off',
      'document-status',
      '--csv',
      '--since',
      '--until',
      '--by',
      '-x',
      '--note=',
    ),
  )
  .map((text) => text.replaceAll('\0', ''));

fuzz(
  'a command line that makes no sense ends with exit code 64 and words that a terminal only shows',
  { short: 20, long: 3_000 },
  fc.tuple(
    fc.constantFrom(['stage', 'enter'], ['history'], ['backtest'], ['validate'], ['results'], []),
    fc.array(argument, { maxLength: 6 }),
  ),
  async ([command, args]) => {
    // Without a folder for data no command has anything to work on.
    const data = command[0] && !['backtest', 'validate'].includes(command[0]) ? ['--data='] : [];
    const { code, out, err } = await stagewatch([
      ...command,
      ...data,
      ...args.filter((one) => !/^(-h|--help|--data)/.test(one)),
    ]);
    if (code === 0) return expect([command[0], out]).toEqual(['validate', expect.stringContaining('document-status')]);
    expect([code, err]).toEqual([64, expect.stringMatching(/./)]);
    expect(`${out}${err}`).not.toMatch(/[^\n\P{Cc}]|[\p{Cf}\p{Cs}\u2028\u2029]/u);
  },
);

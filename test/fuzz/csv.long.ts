import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { hourText } from '../../lib/facts/hour';
import { CsvError, readCsv } from '../../lib/sources/csv/source';
import { fuzz } from './campaign';
import { hostileText, UNPRINTABLE } from './hostile-text';

const NAMES = ['#index', 'POST /files, "all"'];
const T0 = 500_000;
const HEADER = 'hour,endpoint,status,count';
const dir = mkdtempSync(path.join(tmpdir(), 'stagewatch-fuzz-'));
const file = path.join(dir, 'counts.csv');
afterAll(() => rmSync(dir, { recursive: true }));

interface Row {
  hour: number;
  endpoint: number;
  status: number;
  count: number;
}

const rows = fc.uniqueArray(
  fc.record({
    hour: fc.nat(5),
    endpoint: fc.nat(NAMES.length - 1),
    status: fc.constantFrom(200, 404, 500),
    count: fc.oneof(fc.nat(9), fc.nat(1e9)),
  }),
  { minLength: 1, maxLength: 12, selector: ({ hour, endpoint, status }) => `${hour} ${endpoint} ${status}` },
);

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const fieldsOf = ({ hour, endpoint, status, count }: Row) => [
  hourText(T0 + hour),
  quoted(NAMES[endpoint]!),
  String(status),
  String(count),
];
const lineOf = (row: Row) => fieldsOf(row).join(',');

/** What a file says by hour, endpoint and status; hours that it says nothing of are undefined. */
async function read(bytes: string | Uint8Array) {
  writeFileSync(file, bytes);
  const source = await readCsv(file, { endpoints: NAMES });
  const samples = await source.sample(
    NAMES.map((name) => ({ name, tag: 'any', toggleOff: false })),
    T0,
    T0 + 6,
  );
  return samples.map((sample) => (sample.kind === 'counted' ? Object.fromEntries(sample.counts) : undefined));
}

/** The same of the rows themselves. */
const truthOf = (known: readonly Row[]) =>
  NAMES.flatMap((_, endpoint) =>
    Array.from({ length: 6 }, (_, hour) => {
      const those = known.filter((row) => row.hour === hour);
      if (those.length === 0) return undefined;
      return Object.fromEntries(
        those.filter((row) => row.endpoint === endpoint).map(({ status, count }) => [status, count]),
      );
    }),
  );

async function refusal(bytes: string | Uint8Array): Promise<string> {
  const error = await read(bytes).then(
    (samples) => new Error(`read as ${JSON.stringify(samples)}`),
    (one: Error) => one,
  );
  expect(error).toBeInstanceOf(CsvError);
  for (const line of error.message.replace(file, '').split('\n')) expect(line).not.toMatch(UNPRINTABLE);
  expect(error.message.length).toBeLessThan(25 * 400);
  return error.message;
}

const dress = fc.record({
  mark: fc.boolean(),
  end: fc.constantFrom('\n', '\r\n'),
  last: fc.boolean(),
  blank: fc.boolean(),
  twice: fc.boolean(),
  quotes: fc.boolean(),
  turned: fc.boolean(),
});

fuzz(
  'a CSV says the same in every dress that programs give it',
  { short: 50, long: 5_000 },
  fc.tuple(rows, dress),
  async ([known, { mark, end, last, blank, twice, quotes, turned }]) => {
    const lines = known.map((row) =>
      quotes
        ? fieldsOf(row)
            .map((field) => (field.startsWith('"') ? field : quoted(field)))
            .join(',')
        : lineOf(row),
    );
    if (turned) lines.reverse();
    if (twice) lines.push(lines[0]!);
    if (blank) lines.splice(1, 0, '');
    const text = [quotes ? HEADER.split(',').map(quoted).join(',') : HEADER, ...lines].join(end);
    expect(await read(`${mark ? '\ufeff' : ''}${text}${last ? end : ''}`)).toEqual(truthOf(known));
  },
);

// A line break would make two lines of it.
const oneLine = hostileText.map((text) => text.replaceAll('\n', ''));
const noField = {
  hour: fc.oneof(
    oneLine,
    fc.constantFrom('', '2027-01-15T08:30Z', '2027-01-15T08:00', '2027-02-30T08:00Z', '1799999', '15/01/2027'),
  ),
  endpoint: fc.oneof(oneLine, fc.constantFrom('', '#Index', '#index ', '"#index" ', '#ind\u0435x')),
  status: fc.constantFrom('', '0', '99', '600', '999', '2xx', 'N/A 2', '200.0', '２００', ' 200', '-200', '1e2'),
  count: fc.constantFrom(
    '',
    '-1',
    '1.5',
    '1e3',
    'NaN',
    'null',
    ' 5',
    '５',
    '0x10',
    '1,000',
    '9999999999999999',
    '+1',
    "'5",
  ),
};
const wrongField = fc.oneof(
  ...(['hour', 'endpoint', 'status', 'count'] as const).map((name, index) =>
    noField[name].map((text) => ({ index, text })),
  ),
);

fuzz(
  'a field that is wrong refuses the file and names its line',
  { short: 65, long: 8_000 },
  fc.tuple(rows, fc.nat(), wrongField),
  async ([known, at, { index, text }]) => {
    fc.pre(!(index === 1 && text === NAMES[0]));
    const lines = known.map(fieldsOf);
    const place = at % lines.length;
    lines[place]![index] = text;
    expect(await refusal([HEADER, ...lines.map((fields) => fields.join(','))].join('\n'))).toContain(
      `line ${place + 2}`,
    );
  },
);

fuzz(
  'two counts for the same hour, endpoint and status refuse the file and name both lines',
  { short: 15, long: 2_000 },
  fc.tuple(rows, fc.nat()),
  async ([known, at]) => {
    const place = at % known.length;
    const other = lineOf({ ...known[place]!, count: known[place]!.count + 1 });
    const said = await refusal([HEADER, ...known.map(lineOf), other].join('\n'));
    expect(said).toContain(`line ${known.length + 2}`);
    expect(said).toContain(`line ${place + 2} said`);
  },
);

const encodings = fc.oneof(
  fc.constantFrom('utf16le' as const).map((encoding) => (text: string) => Buffer.from(`\ufeff${text}`, encoding)),
  fc.tuple(fc.nat(), fc.constantFrom(0x00, 0xff, 0x80, 0xe9, 0x1b)).map(([at, byte]) => (text: string) => {
    // Not into a count, where a digit more would be another count.
    const bytes = Buffer.from(text);
    const place = text.indexOf('#index') >= 0 ? text.indexOf('#index') + (at % 6) : at % HEADER.length;
    bytes[place] = byte;
    return bytes;
  }),
  fc.integer({ min: 10_001, max: 600_000 }).map((length) => (text: string) => `${text}\n${'x'.repeat(length)}`),
);

fuzz(
  'a file that is no text in UTF-8 is refused',
  { short: 15, long: 2_000 },
  fc.tuple(rows, encodings),
  async ([known, encode]) => {
    await refusal(encode([HEADER, ...known.map(lineOf)].join('\n')));
  },
);

fuzz(
  'a file that was cut says at most what its whole lines said',
  { short: 35, long: 5_000 },
  fc.tuple(rows, fc.double({ min: 0, max: 1, noNaN: true })),
  async ([known, part]) => {
    const text = [HEADER, ...known.map(lineOf), ''].join('\n');
    const cut = text.slice(0, Math.floor(part * text.length));
    const whole = cut.split('\n').length - 2;
    const samples = await read(cut).catch((error) => {
      expect(error).toBeInstanceOf(CsvError);
      return undefined;
    });
    if (!samples) return;
    // A count may have lost its last digits, and nothing tells: then the row is another row.
    const rest = /,(\d+)$/.exec(cut)?.[1];
    const last = rest === undefined ? [] : [{ ...known[whole]!, count: Number(rest) }];
    expect(samples).toEqual(truthOf([...known.slice(0, whole), ...last]));
  },
);

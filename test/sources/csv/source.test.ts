import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { hourText, parseHour } from '../../../lib/facts/hour';
import type { Series } from '../../../lib/facts/series';
import { fieldsOf } from '../../../lib/sources/csv/reader';
import { CsvError, readCsv } from '../../../lib/sources/csv/source';

const HEADER = 'hour,endpoint,status,count';
const NAMES = ['#index', '#show', 'POST /files, "all"'];
const T0 = parseHour('2024-02-05T00:00Z')!;
const endpoints = NAMES.map((name): Series => ({ name, tag: name, toggleOff: false }));

const dir = mkdtempSync(path.join(tmpdir(), 'stagewatch-csv-'));
afterAll(() => rmSync(dir, { recursive: true }));

function written(text: string): string {
  const file = path.join(dir, 'counts.csv');
  writeFileSync(file, text);
  return file;
}

const read = (text: string) => readCsv(written(text), { endpoints: NAMES });

const csv = (...rows: string[]) => `${[HEADER, ...rows].join('\n')}\n`;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** What the file says of one endpoint's hours, from its first hour to its last. */
async function hoursOf(text: string, name: string) {
  const source = await read(text);
  const samples = await source.sample(endpoints, source.from, source.to);
  return samples
    .filter((sample) => sample.endpoint === name)
    .map((s) => (s.kind === 'counted' ? Object.fromEntries(s.counts) : s.reason));
}

async function problemsOf(text: string): Promise<string[]> {
  const error = await read(text).then(
    () => undefined,
    (one) => one,
  );
  expect(error).toBeInstanceOf(CsvError);
  return (error as Error).message.split('\n').slice(1);
}

describe('the counts of a file', () => {
  test('are those of its rows, by endpoint, hour and status', async () => {
    const text = csv(
      '2024-02-05T00:00Z,#show,200,812',
      '2024-02-05T00:00Z,#show,502,1',
      '2024-02-05T01:00Z,#show,200,7',
      '2024-02-05T00:00Z,#index,200,5',
    );
    const source = await read(text);
    expect([source.from, source.to].map(hourText)).toEqual(['2024-02-05T00:00Z', '2024-02-05T02:00Z']);
    expect(await hoursOf(text, '#show')).toEqual([{ 200: 812, 502: 1 }, { 200: 7 }]);
  });

  test('are unknown in an hour without any row, and none in an hour that has rows of others only', async () => {
    const text = csv('2024-02-05T00:00Z,#show,200,812', '2024-02-05T02:00Z,#index,200,1');
    expect(await hoursOf(text, '#show')).toEqual([{ 200: 812 }, 'the CSV has no row of this hour', {}]);
    expect(await hoursOf(text, '#index')).toEqual([{}, 'the CSV has no row of this hour', { 200: 1 }]);
  });

  test('are unknown before its first hour and after its last', async () => {
    const source = await read(csv('2024-02-05T00:00Z,#show,200,812'));
    const samples = await source.sample(endpoints.slice(0, 1), T0 - 1, T0 + 2);
    expect(samples.map(({ kind }) => kind)).toEqual(['unknown', 'counted', 'unknown']);
  });

  test('with the toggle off are unknown when no row has any, and where they cannot be a part of all', async () => {
    const [show, off] = [
      { name: '#show', tag: 'show', toggleOff: false },
      { name: '#show (toggle off)', tag: 'show', toggleOff: true },
    ];
    const rows = ['2024-02-05T00:00Z,#show,200,8', '2024-02-05T01:00Z,#show,200,8', '2024-02-05T03:00Z,#show,200,8'];
    const offOf = async (...more: string[]) => {
      const file = written(csv(...rows, ...more));
      const source = await readCsv(file, { endpoints: [show!.name, off!.name] });
      const samples = await source.sample([show!, off!], T0, T0 + 4);
      return samples.slice(4).map((s) => (s.kind === 'counted' ? Object.fromEntries(s.counts) : s.reason));
    };
    const none = 'the CSV has no row with the toggle off';
    expect(await offOf()).toEqual([none, none, none, none]);
    expect(
      await offOf('2024-02-05T00:00Z,#show (toggle off),200,8', '2024-02-05T01:00Z,#show (toggle off),200,9'),
    ).toEqual([
      { 200: 8 },
      '9 requests of status 200 with the toggle off, but 8 in all',
      'the CSV has no row of this hour',
      {},
    ]);
  });

  test.each(['N/A', 'n/a', 'none'])(
    'may be without a status, which %s stands for, as half may at most',
    async (word) => {
      const text = csv(
        ...['2024-02-05T00:00Z,#show,200,90', `2024-02-05T00:00Z,#show,${word},90`],
        ...['2024-02-05T01:00Z,#show,200,90', `2024-02-05T01:00Z,#show,${word},91`],
      );
      expect(await hoursOf(text, '#show')).toEqual([
        { 200: 90, [word]: 90 },
        '91 of its 181 requests have no HTTP status',
      ]);
    },
  );

  test.each([
    ['failed', 'succeeded'],
    ['slow', 'fast'],
  ])('may be %s or %s in the place of a status, however many', async (bad, good) => {
    const text = csv(`2024-02-05T00:00Z,#show,${bad},60`, `2024-02-05T00:00Z,#show,${good},40`);
    expect(await hoursOf(text, '#show')).toEqual([{ [bad]: 60, [good]: 40 }]);
  });

  test('of the scope are unknown when no row has any, and else as they are', async () => {
    const series = [
      { name: '#show', tag: 'show', toggleOff: false },
      { name: '(scope)', toggleOff: false },
    ];
    const scopeOf = async (...more: string[]) => {
      const rows = ['2024-02-05T00:00Z,#show,200,8', '2024-02-05T01:00Z,#show,200,8', ...more];
      const source = await readCsv(written(csv(...rows)), { endpoints: series.map(({ name }) => name) });
      const samples = await source.sample(series, T0, T0 + 2);
      return samples.slice(2).map((s) => (s.kind === 'counted' ? Object.fromEntries(s.counts) : s.reason));
    };
    const none = 'the CSV has no row of the scope';
    expect(await scopeOf()).toEqual([none, none]);
    expect(await scopeOf('2024-02-05T00:00Z,(scope),any,80')).toEqual([{ any: 80 }, {}]);
  });

  test('make an hour known with a count of 0', async () => {
    const text = csv('2024-02-05T00:00Z,#show,200,0', '2024-02-05T01:00Z,#show,200,1');
    expect((await hoursOf(text, '#show'))[0]).toEqual({ 200: 0 });
  });

  test('may stand behind a byte order mark, with the line ends of Windows, blank lines and no last line end', async () => {
    const text = `\uFEFF${HEADER}\r\n2024-02-05T00:00Z,#show,200,812\r\n\r\n2024-02-05T01:00Z,#show,200,813`;
    expect(await hoursOf(text, '#show')).toEqual([{ 200: 812 }, { 200: 813 }]);
  });

  test('may have fields in quotes, with commas and quotes in them', async () => {
    const text = csv(`"2024-02-05T00:00Z",${quoted(NAMES[2]!)},"200",4`);
    expect(await hoursOf(text, NAMES[2]!)).toEqual([{ 200: 4 }]);
  });

  test('may say the same twice', async () => {
    const row = '2024-02-05T00:00Z,#show,200,812';
    expect(await hoursOf(csv(row, '2024-02-05T00:00:00.000Z,#show,200,812', row), '#show')).toEqual([{ 200: 812 }]);
  });

  test('are the same in any order of the rows', async () => {
    const row = fc.tuple(fc.nat(9), fc.constantFrom(...NAMES), fc.constantFrom('200', '404', '503'), fc.nat(1e6));
    const rows = fc.uniqueArray(row, { minLength: 1, maxLength: 40, selector: (one) => one.slice(0, 3).join() });
    const shuffled = rows.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    const textOf = (list: [number, string, string, number][]) =>
      csv(...list.map(([hour, name, status, count]) => [hourText(T0 + hour), quoted(name), status, count].join()));
    await fc.assert(
      fc.asyncProperty(shuffled, async ([one, other]) => {
        const [a, b] = [await read(textOf(one)), await read(textOf(other))];
        expect([b.from, b.to]).toEqual([a.from, a.to]);
        expect(await b.sample(endpoints, T0, T0 + 10)).toEqual(await a.sample(endpoints, T0, T0 + 10));
        const total = (await a.sample(endpoints, T0, T0 + 10))
          .flatMap((sample) => (sample.kind === 'counted' ? [...sample.counts.values()] : []))
          .reduce((sum, count) => sum + count, 0);
        expect(total).toBe(one.reduce((sum, [, , , count]) => sum + count, 0));
      }),
      { numRuns: 20 },
    );
  });

  test('are read to the end of a file of many blocks', async () => {
    const rows = Array.from({ length: 30_000 }, (_, t) => `${hourText(T0 + t)},#show,200,${t}`);
    const source = await read(csv(...rows));
    expect(source.to - source.from).toBe(30_000);
    const samples = await source.sample(endpoints.slice(1, 2), T0, T0 + 30_000);
    expect(samples.every((sample, t) => sample.kind === 'counted' && sample.counts.get('200') === t)).toBe(true);
  });
});

describe('a row', () => {
  const T = '2024-02-05T00:00Z';
  test.each([
    ['a minute that is no full hour', '2024-02-05T00:30Z,#show,200,1', 'hour - got "2024-02-05T00:30Z"'],
    ['an hour without an offset', '2024-02-05T00:00,#show,200,1', 'hour - got "2024-02-05T00:00"'],
    ['a day that never was', '2024-02-30T00:00Z,#show,200,1', 'hour - got "2024-02-30T00:00Z"'],
    ['an hour that starts on another minute in UTC', '2024-02-05T00:00+05:30,#show,200,1', 'hour - got'],
    ['no hour', ',#show,200,1', 'hour - got ""'],
    ['an endpoint that the release has not', `${T},#shwo,200,1`, 'endpoint - got "#shwo", expected a name of'],
    ['an endpoint with a space at its end', `${T},#show ,200,1`, 'endpoint - got'],
    ['a status that is none', `${T},#show,2xx,1`, 'status - got "2xx", expected an HTTP status'],
    ['no status, not even a word for none', `${T},#show,,1`, 'status - got "", expected an HTTP status'],
    ['a status of two digits', `${T},#show,20,1`, 'status - got "20"'],
    ['a status that HTTP has not, of which no rule would count a request', `${T},#show,600,1`, 'status - got "600"'],
    ['a status of 0', `${T},#show,000,1`, 'status - got "000"'],
    ['a negative count', `${T},#show,200,-3`, 'count - got "-3", expected a whole number from 0'],
    ['a fraction', `${T},#show,200,1.5`, 'count - got "1.5"'],
    ['a fraction of 0', `${T},#show,200,1.0`, 'count - got "1.0"'],
    ['a power', `${T},#show,200,1e3`, 'count - got "1e3"'],
    ['a count beyond all numbers', `${T},#show,200,99999999999999999`, 'count - got "99999999999999999"'],
    ['an empty count', `${T},#show,200,`, 'count - got ""'],
    ['a space before the count', `${T},#show,200, 1`, 'count - got'],
    ['too few fields', `${T},#show,200`, 'got 3 fields in'],
    ['a name with a comma and no quotes', `${T},POST /files, all,200,1`, 'a name with a comma stands in quotes'],
    ['a quote that is not closed', `${T},"#show,200,1`, 'expected quotes around whole fields'],
    ['a quote within a field', `${T},#sh"ow,200,1`, 'expected quotes around whole fields'],
  ])('with %s is an error with its line', async (_, row, problem) => {
    const problems = await problemsOf(csv('2024-02-05T00:00Z,#index,200,1', row, '2024-02-05T01:00Z,#index,200,1'));
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(problems[0]).toMatch(/^ {2}line 3: /);
  });

  test('has all its problems in one line', async () => {
    const [problem] = await problemsOf(csv('yesterday,#shwo,2xx,-1'));
    for (const field of ['hour', 'endpoint', 'status', 'count']) expect(problem).toContain(`${field} - got`);
  });

  test('with another count than an earlier one is an error that names both lines', async () => {
    const problems = await problemsOf(csv(`${T},#show,200,4`, `${T},#index,200,4`, '', `${T},#show,200,5`));
    expect(problems).toEqual([
      '  line 5: count - got 5, but line 2 said 4 for the same hour, endpoint and status; keep one of them',
    ]);
  });
});

describe('a file', () => {
  test('gets all its problems at once, in the order of its lines', async () => {
    const problems = await problemsOf(
      `time,endpoint,status,count\n2024-02-05T00:00Z,#show,200,1\nx\n2024-02-05T00:00Z,#show,200,2\n`,
    );
    expect(problems.map((problem) => /line \d/.exec(problem)?.[0])).toEqual(['line 1', 'line 3', 'line 4']);
    expect(problems[0]).toContain(`header - got "time,endpoint,status,count", expected ${HEADER}`);
  });

  test('with many problems gets the first twenty and how many more there are', async () => {
    const rows = Array.from({ length: 1023 }, (_, t) => `${hourText(T0 + t)},#show,200,-1`);
    const problems = await problemsOf(csv(...rows));
    expect(problems).toHaveLength(21);
    expect(problems[19]).toContain('line 21:');
    expect(problems[20]).toBe('  and 1,003 more problems');
  });

  test.each([
    ['nothing', '', 'line 1: header - got an empty file'],
    ['a byte order mark only', '\uFEFF', 'line 1: header - got an empty file'],
    ['a header only', `${HEADER}\n`, 'line 1: got no row after the header'],
    [
      'rows without a header',
      '2024-02-05T00:00Z,#show,200,1\n',
      'line 1: header - got "2024-02-05T00:00Z,#show,200,1"',
    ],
    ['columns in another order', 'endpoint,hour,status,count\n', 'line 1: header - got'],
    ['no line break for long', `${HEADER}\n${'x'.repeat(600_000)}`, 'line 2: got a line of over 10000 characters'],
  ])('with %s is an error', async (_, text, problem) => {
    expect((await problemsOf(text)).join('\n')).toContain(problem);
  });

  test('that is not there, or a folder, is an error that names it', async () => {
    const nowhere = path.join(dir, 'nowhere.csv');
    await expect(readCsv(nowhere, { endpoints: NAMES })).rejects.toThrow(`${nowhere} - got no such file`);
    await expect(readCsv(dir, { endpoints: NAMES })).rejects.toThrow(`${dir} - got a folder`);
  });

  test('puts no control characters of its own into an error', async () => {
    const [problem] = await problemsOf(csv('2024-02-05T00:00Z,#sh\u001b[31m\u202eow,200,1'));
    for (const hidden of ['\u001b', '\u202e']) expect(problem).not.toContain(hidden);
  });
});

test('fields are read as their docs say', () => {
  expect(fieldsOf('1,"a, ""b""",')).toEqual(['1', 'a, "b"', '']);
});

import { statSync } from 'node:fs';
import { isStatus } from '../../facts/counts';
import { plain, plural } from '../../facts/format';
import { type Hour, parseHour } from '../../facts/hour';
import { scopeName, toggleOffName } from '../../facts/series';
import type { Counts, Sample } from '../../facts/snapshot';
import type { MetricSource } from '../../ports';
import { labelled } from '../known-counts';
import { toggleOffSample } from '../toggle-off';
import { fieldsOf, linesOf } from './reader';

const HEADER = 'hour,endpoint,status,count';
/** So many problems are printed; of the others only how many they are. */
const PROBLEMS_LISTED = 20;
/** A Map holds 2^24 entries. */
const MOST_ROWS = 16_000_000;

/** Different statuses of a file, of which HTTP has some sixty. */
const MOST_LABELS = 1000;
/** A word such as `failed`, or what stands for a request without a status: `N/A`. A digit in it would be a misspelt status. */
const WORD = /^[a-z][a-z/_-]{0,19}$/i;

/** A file of counts that cannot be used, with the lines that are wrong. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
}

/** Request counts out of a file, for every hour between its first and its last. */
export interface CsvSource extends MetricSource {
  from: Hour;
  /** The hour after the last one. */
  to: Hour;
}

export interface CsvOptions {
  /** Names of the release's series, as the column `endpoint` has them; a row of any other is an error. */
  endpoints: readonly string[];
  signal?: AbortSignal;
  progress?: (done: number, total: number) => void;
}

/**
 * Reads a CSV of request counts: header `hour,endpoint,status,count`, the hour as an ISO instant on the full UTC hour,
 * rows in any order. An hour without any row is unknown; in an hour with rows of other endpoints only, an endpoint had
 * no requests. A status may be a word such as `N/A`: a request without one, of which an hour may have a tenth at most. The
 * same row twice is one row. Requests with the toggle off are unknown when no row of the file has any:
 * zero would say that all users are exposed. So are those of the scope.
 *
 * A million rows take about 150 MB.
 *
 * @throws CsvError with everything that is wrong, line by line
 */
export async function readCsv(file: string, { endpoints, signal, progress }: CsvOptions): Promise<CsvSource> {
  const size = sizeOf(file);
  const indexOf = new Map(endpoints.map((name, index) => [name, index]));
  const problems: string[] = [];
  let wrong = 0;
  const problem = (line: number, text: string) => {
    if (++wrong <= PROBLEMS_LISTED) problems.push(`line ${line}: ${text}`);
  };

  // A number for each hour, endpoint and status leads to the place of its count and line: objects would take ten times
  // as much.
  const rows = new Map<number, number>();
  const counts: number[] = [];
  const lines: number[] = [];
  const hours = new Set<Hour>();
  const indexes = new Set<number>();
  const labels = new Map<string, number>();
  const keyOf = (hour: Hour, index: number, label: number) => (hour * endpoints.length + index) * MOST_LABELS + label;

  const keep = ({ hour, index, status, count }: Row, line: number) => {
    if (!labels.has(status) && labels.size === MOST_LABELS)
      return problem(line, `status - got more than ${MOST_LABELS} different ones, expected HTTP statuses`);
    const label = labels.get(status) ?? labels.size;
    labels.set(status, label);
    const key = keyOf(hour, index, label);
    const known = rows.get(key);
    if (known !== undefined) {
      if (counts[known] === count) return;
      const earlier = `line ${lines[known]} said ${counts[known]} for the same hour, endpoint and status`;
      return problem(line, `count - got ${count}, but ${earlier}; keep one of them`);
    }
    if (rows.size === MOST_ROWS)
      throw new CsvError(`${file} - got more than ${MOST_ROWS} rows, expected fewer; cut the file by time`);
    rows.set(key, counts.length);
    counts.push(count);
    lines.push(line);
    hours.add(hour);
    indexes.add(index);
  };

  let number = 0;
  let header = false;
  const read = (line: string) => {
    number++;
    if (line === '') return;
    if (!header) {
      header = true;
      if (fieldsOf(line)?.join(',') !== HEADER) problem(number, `header - got ${shown(line)}, expected ${HEADER}`);
      return;
    }
    const row = rowOf(line, indexOf);
    if (typeof row === 'string') problem(number, row);
    else keep(row, number);
  };

  try {
    for await (const batch of linesOf(file, signal)) {
      batch.lines.forEach(read);
      progress?.(batch.bytes, size);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problem(number + 1, `got ${error.message}, expected ${HEADER}`);
  }
  if (!header && wrong === 0) problem(1, `header - got an empty file, expected ${HEADER}`);
  else if (rows.size === 0 && wrong === 0) problem(number, 'got no row after the header, expected one at least');
  if (wrong > 0) {
    const more = wrong > PROBLEMS_LISTED ? [`and ${plural(wrong - PROBLEMS_LISTED, 'more problem')}`] : [];
    throw new CsvError(`${file} - ${plural(wrong, 'problem')}:\n${[...problems, ...more].map(indented).join('\n')}`);
  }

  const countsOf = (hour: Hour, index: number): Counts => {
    const found = [...labels].flatMap(([status, label]): [string, number][] => {
      const row = rows.get(keyOf(hour, index, label));
      return row === undefined ? [] : [[status, counts[row]!]];
    });
    return new Map(found);
  };
  const hasRows = (name: string) => indexes.has(indexOf.get(name)!);
  const without = (endpoint: string, hour: Hour, what: string): Sample => ({
    endpoint,
    hour,
    kind: 'unknown',
    reason: `the CSV has no row ${what}`,
  });
  const countedOf = (endpoint: string, hour: Hour): Sample =>
    hours.has(hour)
      ? { endpoint, hour, kind: 'counted', counts: countsOf(hour, indexOf.get(endpoint)!) }
      : without(endpoint, hour, 'of this hour');
  const sampleOf = (endpoint: string, hour: Hour): Sample => ({
    endpoint,
    hour,
    ...labelled(countedOf(endpoint, hour)),
  });
  const toggleOffOf = (endpoint: string, hour: Hour, all: string): Sample =>
    hasRows(endpoint)
      ? toggleOffSample(sampleOf(endpoint, hour), sampleOf(all, hour))
      : without(endpoint, hour, 'with the toggle off');
  const [from, last] = extent(hours);
  return {
    from,
    to: last + 1,
    async sample(wanted, first, end) {
      const allOf = new Map(wanted.map(({ name }) => [toggleOffName(name), name]));
      return wanted.flatMap(({ name, toggleOff, classes }) =>
        Array.from({ length: Math.max(0, end - first) }, (_, offset): Sample => {
          const hour = first + offset;
          if (classes) return without(name, hour, 'of error classes');
          if (toggleOff) return toggleOffOf(name, hour, allOf.get(name)!);
          if (name !== scopeName) return sampleOf(name, hour);
          return hasRows(name) ? countedOf(name, hour) : without(name, hour, 'of the scope');
        }),
      );
    },
  };
}

/** @throws CsvError when there is no such file */
function sizeOf(file: string): number {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat || stat.isDirectory())
    throw new CsvError(`${file} - got ${stat ? 'a folder' : 'no such file'}, expected a CSV of counts`);
  return stat.size;
}

interface Row {
  hour: Hour;
  /** Place of the endpoint in the release. */
  index: number;
  status: string;
  count: number;
}

/** One line as a row, or what is wrong with it. */
function rowOf(line: string, indexOf: ReadonlyMap<string, number>): Row | string {
  const fields = fieldsOf(line);
  if (!fields) return `got ${shown(line)}, expected quotes around whole fields, doubled within them`;
  if (fields.length !== 4) {
    const got = `got ${plural(fields.length, 'field')} in ${shown(line)}`;
    return `${got}, expected 4 (${HEADER}); a name with a comma stands in quotes`;
  }
  const [hourText, endpoint, statusText, countText] = fields as [string, string, string, string];
  const hour = parseHour(hourText);
  const index = indexOf.get(endpoint);
  const status = isStatus(statusText) || WORD.test(statusText) ? statusText : undefined;
  const count = /^\d{1,15}$/.test(countText) ? Number(countText) : undefined;
  if (hour !== undefined && index !== undefined && status !== undefined && count !== undefined)
    return { hour, index, status, count };
  const problems = [
    hour === undefined ? `hour - got ${shown(hourText)}, expected a full UTC hour such as 2024-02-05T00:00Z` : '',
    index === undefined ? `endpoint - got ${shown(endpoint)}, expected a name of the release file` : '',
    status === undefined
      ? `status - got ${shown(statusText)}, expected an HTTP status from 100 to 599, or N/A for none`
      : '',
    count === undefined ? `count - got ${shown(countText)}, expected a whole number from 0` : '',
  ];
  return problems.filter(Boolean).join('; ');
}

/** Text of the file on one line. */
const shown = (text: string) => JSON.stringify(plain(text, 60));

const indented = (line: string) => `  ${line}`;

function extent(hours: ReadonlySet<Hour>): [first: Hour, last: Hour] {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const hour of hours) {
    first = Math.min(first, hour);
    last = Math.max(last, hour);
  }
  return [first, last];
}

import fc from 'fast-check';
import { readCount, readErrorClasses } from '../../../lib/sources/datadog/columns';
import { scalar } from '../../worlds/datadog-stand-in';

const COLUMN = scalar([7]).data.attributes.columns;
const malformed = { name: 'SourceError', kind: 'malformed' };

test.each<[string, unknown]>([
  ['a fraction', scalar([48.5])],
  ['a negative number', scalar([-1])],
  ['a text', scalar(['7'])],
  ['more than a number can hold exactly', scalar([2 ** 53])],
  ['two values', scalar([7, 8])],
  ['groups', scalar([7], [['a']])],
  ['two columns', { data: { attributes: { columns: [...COLUMN, ...COLUMN] } } }],
  ['a column of an unknown type', { data: { attributes: { columns: [{ type: 'text', values: [7] }] } } }],
  ['no columns', { data: { attributes: {} } }],
  ['another body', []],
  ['errors', { errors: ['partial'], ...scalar([7]) }],
])('%s is no count', (_, answer) => {
  expect(() => readCount(answer)).toThrow(expect.objectContaining(malformed));
});

test.each<[string, unknown]>([
  ['a fraction', scalar([1.5], [['a']])],
  ['a negative number', scalar([-1], [['a']])],
  ['fewer counts than classes', scalar([1], [['a'], ['b']])],
  ['more counts than classes', scalar([1, 2], [['a']])],
  ['no count for a class', scalar([], [['a']])],
  ['a count without a class', scalar([1])],
  ['a group of two values', scalar([1], [['a', 'b']])],
  ['a group of none', scalar([1], [[]])],
  ['a class twice', scalar([1, 2], [['a'], ['a']])],
  ['errors', { errors: 'partial', ...scalar([1], [['a']]) }],
])('%s is no answer about classes', (_, answer) => {
  expect(() => readErrorClasses(answer)).toThrow(expect.objectContaining(malformed));
});

test('names from outside are made plain and short, and one that is empty then is left out', () => {
  const names = ['a\u202e\nb', '\u0000', `${'x'.repeat(200)}`];
  expect(
    readErrorClasses(
      scalar(
        [1, 3, 2],
        names.map((name) => [name]),
      ),
    ),
  ).toEqual([
    { name: `${'x'.repeat(97)}...`, errors: 2 },
    { name: 'a b', errors: 1 },
  ]);
});

test('a class without an error is left out, and of more than ten the most frequent ten are given', () => {
  const counts = [null, 0, ...Array.from({ length: 12 }, (_, index) => index + 1)];
  const found = readErrorClasses(
    scalar(
      counts,
      counts.map((_, index) => [`E${index}`]),
    ),
  );
  expect(found.map(({ errors }) => errors)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
});

test('law: classes are those of the answer, whatever the order of its rows', () => {
  const rows = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[A-Z][a-z:]{1,20}$/), fc.integer({ min: 1, max: 9 })), {
    selector: ([name]) => name,
    maxLength: 10,
  });
  fc.assert(
    fc.property(
      rows.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([rows, shuffled]) => {
        const read = (list: typeof rows) =>
          readErrorClasses(
            scalar(
              list.map(([, errors]) => errors),
              list.map(([name]) => [name]),
            ),
          );
        expect(read(shuffled)).toEqual(read(rows));
        expect(read(rows).map(({ name, errors }) => [name, errors])).toEqual(
          [...rows].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)),
        );
      },
    ),
  );
});

test('law: anything at all is a whole number, classes, or malformed', () => {
  const value = fc.oneof(fc.jsonValue(), fc.double(), fc.integer());
  const answer = fc.oneof(
    fc.jsonValue(),
    fc
      .tuple(fc.array(value, { maxLength: 3 }), fc.array(fc.array(fc.string()), { maxLength: 3 }))
      .map(([values, groups]) => scalar(values, groups)),
    fc.array(value, { maxLength: 2 }).map((values) => scalar(values)),
  );
  fc.assert(
    fc.property(answer, (one) => {
      for (const read of [readCount, readErrorClasses]) {
        try {
          const found = [read(one)].flat().map((each) => (typeof each === 'number' ? each : each.errors));
          for (const count of found) expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
        } catch (error) {
          expect(error).toMatchObject(malformed);
        }
      }
    }),
  );
});

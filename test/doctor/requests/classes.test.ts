import { classCheck, classChecks } from '../../../lib/doctor/requests/classes';
import { type Counted, keyOf } from '../../../lib/doctor/requests/counts';
import { releaseOf } from '../../worlds/small-release';

const one = (series: string, errors: number, withClass: number, names = 1) => ({ series, errors, withClass, names });

test.each([
  ['no error at all', [one('#a', 0, 0, 0)], 'skipped', /no endpoint had an error/],
  ['a tag that is not there', [one('#a', 40, 0, 0), one('#b', 2, 0, 0)], 'wrong', /got none of 42 errors in 28 days/],
  ['a tag of some endpoints', [one('#a', 40, 39), one('#b', 10, 0, 0)], 'unproven', /and none of #b \(10\)/],
  ['too few errors to have one', [one('#a', 40, 39), one('#b', 9, 0, 0)], 'ok', /39 of 49 errors in 28 days/],
  ['as many names as a class may have', [one('#a', 400, 400, 100)], 'ok', /400 of 400 errors/],
  ['a message', [one('#a', 400, 400, 101)], 'wrong', /got 101 names of #a in error_class, expected at most 100/],
])('%s', (_, seen, outcome, text) => {
  expect(classCheck('error_class', seen)).toMatchObject({
    name: 'classes',
    outcome,
    text: expect.stringMatching(text),
  });
});

test('counts errors only, of each week, and asks nothing of a release without classes', async () => {
  const release = releaseOf('small', { endpoints: [{ name: '#show', tag: 'show', criteria: [{ below: '5%' }] }] });
  const points = new Map([[5, 10]]);
  const counted: Counted = new Map([
    [keyOf('show', '500', 'eoferror'), points],
    [keyOf('show', '500', 'N/A'), points],
    [keyOf('show', '401', 'unauthorized'), points],
    [keyOf('show', '200', 'retried'), points],
    [keyOf('index', '500', 'other'), points],
  ]);
  const asked: string[] = [];
  const ask = async (groupings: readonly { text(): string }[], from: number, to: number) => {
    asked.push(`${from}-${to} ${groupings[0]!.text().split(' by ')[1]!.split('.as')[0]}`);
    return [counted];
  };
  expect(await classChecks(release, 0, 336, ask)).toEqual([]);
  const withTag = { ...release, datadog: { ...release.datadog, classTag: 'error_class' } };
  const checks = await classChecks(withTag, 0, 336, ask);
  const by = '{resource_name,http.status_code,error_class}';
  expect(asked).toEqual([`0-168 ${by}`, `168-336 ${by}`]);
  expect(checks).toMatchObject([{ outcome: 'ok', text: '20 of 40 errors in 28 days have a class in error_class' }]);
});

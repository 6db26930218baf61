import { withUsers } from '../../../lib/local/datadog/users';
import { RESOURCES } from '../../../lib/local/traffic';
import { fileOf, releaseOf } from '../../worlds/small-release';

const readOf = (change: object = {}) => ({
  name: 'small',
  folder: 'small',
  file: fileOf(change),
  release: releaseOf('small', change),
});
const query = { source: 'logs', search: '*', facet: '@usr.id', kept: '30 days', counts: 'all' };

test('a release that is played has its users counted, in all and by the page of each endpoint', () => {
  const { file, release } = withUsers(readOf());
  expect(release.datadog.users).toMatchObject({ search: '@type:view env:eks-prod @view.url_path:/track-claims*' });
  expect(release.datadog.usersOf).toMatchObject([
    { name: '#show', search: expect.stringContaining(' @view.url_path:/track-claims/your-claims/') },
  ]);
  expect(file).toMatchObject({
    title: 'Small',
    datadog: { metric: 'trace.rack.request.hits', users: { kept: '30 days' } },
  });
});

test.each([
  ['it says itself what counts them', { datadog: { ...fileOf().datadog, users: query } }],
  ['it says so of pages', { datadog: { ...fileOf().datadog, usersOf: [{ ...query, name: 'Claims' }] } }],
  [
    'no page of its own asks its endpoints',
    { endpoints: [{ name: '#users', tag: RESOURCES.other.tag, criteria: [{ below: '5%' }] }] },
  ],
])('it stays as it is where %s', (_, change) => {
  const read = readOf(change);
  expect(withUsers(read)).toBe(read);
});

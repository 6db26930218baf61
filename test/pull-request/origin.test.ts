import { rmSync } from 'node:fs';
import { originOf, repositoryAt } from '../../lib/pull-request/origin';
import { processes } from '../../lib/pull-request/process';
import { decisive } from '../../lib/pull-request/pull';
import { folder } from '../worlds/console';

test.each([
  ['https://github.com/org/name.git', 'github.com', 'org/name'],
  ['https://github.com/org/name', 'github.com', 'org/name'],
  ['https://x-access-token:secret@github.com/org/na.me.git', 'github.com', 'org/na.me'],
  ['git@github.com:org/name.git', 'github.com', 'org/name'],
  ['ssh://git@git.example.com:2222/group/sub/name.git', 'git.example.com', 'group/sub/name'],
])('the remote %s is a repository', (remote, host, name) => {
  expect(repositoryAt(remote)).toEqual({ host, name });
});

test.each(['/srv/git/name.git', '../name', 'file:///srv/name', '--upload-pack=x', ''])(
  'the remote %s is none',
  (remote) => {
    expect(repositoryAt(remote)).toBeUndefined();
  },
);

test('a folder that is no clone has no origin', async () => {
  const place = folder();
  expect(await originOf(place, processes(process.env, new AbortController().signal))).toBeUndefined();
  rmSync(place, { recursive: true });
});

test('an open pull request decides, then a merged one, then a closed one', () => {
  const pull = (state: 'open' | 'merged' | 'closed') => ({ number: 1, url: '', state, body: '' });
  const [open, merged, closed] = [pull('open'), pull('merged'), pull('closed')];
  expect(decisive([closed, merged, open])).toBe(open);
  expect(decisive([closed, merged])).toBe(merged);
  expect(decisive([closed])).toBe(closed);
  expect(decisive([])).toBeUndefined();
});

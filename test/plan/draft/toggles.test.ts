import { draftOf } from '../../../lib/plan/draft/draft';

const namesOf = (plan: string) => draftOf(plan).toggles.map(({ name }) => name);
const table = (head: string, cell: string) => `| ${head} | Description |\n|---|---|\n| ${cell} | Shows it |`;

test.each([
  ['Toggle name', '`new_page`', ['new_page']],
  ['Feature Toggle name', '[new_page]', ['new_page']],
  ['Feature flag', 'FE: `new_page`, `new_list`', ['new_page', 'new_list']],
  ['Toggle', 'BE: [new_page](https://example.org/flipper/features/new_page)', ['new_page']],
  ['Toggle name', 'TBD', []],
  ['Feature type', 'New feature', []],
])('in a table of "%s", "%s" names %j', (head, cell, names) => {
  expect(namesOf(table(head, cell))).toEqual(names);
});

it('are not the kinds of change that the template says toggles are possible for', () => {
  expect(namesOf('| Feature type | Possible with feature toggles? |\n|---|---|\n| New application | Yes |')).toEqual(
    [],
  );
});

it('are named once, with their link, also where none is decided on', () => {
  const linked = '[`a_b`](https://example.org/flipper/features/a_b)';
  expect(draftOf(`${table('Toggle name', linked)}\n\nToggles: \`a_b\`, \`TBD\`\n\n${linked}`).toggles).toEqual([
    { name: 'a_b', line: 3, description: 'Shows it', link: 'https://example.org/flipper/features/a_b' },
  ]);
});

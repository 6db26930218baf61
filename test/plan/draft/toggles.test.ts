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

describe('of another release are named as not read', () => {
  const own = table('Toggle name', '`new_page`');
  const other = table('Toggle name', '`old_page`');

  it.each([
    `${own}\n\n**Related toggles (already live on the web):**\n\n${other}`,
    `${own}\n\n### Existing toggles\n\n${other}`,
    `${own}\n\n#### Other feature flags\n\nThey stay as they are.\n\n${other}`,
    `${own}\n\nRelated toggles: \`old_page\``,
    `${own}\n\nThis depends on [old_page](https://example.org/flipper/features/old_page).`,
    `| Toggle name | Description |\n|---|---|\n| \`new_page\` | Shows the other pages |\n| \`old_page\` | Already live for all |`,
    `Toggles from previous releases:\n\n- [old_page](https://example.org/flipper/features/old_page)\n\n## Toggles\n${own}`,
  ])('%#', (plan) => {
    const { toggles, unread } = draftOf(plan);
    expect(toggles.map(({ name }) => name)).toEqual(['new_page']);
    expect(unread).toMatchObject([{ why: expect.stringContaining('"old_page" may not be the release\'s: ') }]);
  });

  it('and if all are, the draft has none and says why', () => {
    expect(draftOf(`Related toggles:\n\n${other}`)).toMatchObject({
      toggles: [],
      noToggles: 'the toggles of the plan may not be its own',
    });
    expect(draftOf(table('Toggle name', 'TBD')).noToggles).toBe('the table of toggles names none yet');
    expect(draftOf('# Plan').noToggles).toBe('no table of toggles and no link to one was found');
  });

  it('a plan for existing pages has toggles of its own', () => {
    expect(namesOf(`# Release plan for related documents\n\n${own}`)).toEqual(['new_page']);
  });
});

it('leave out the one that is called another one in brackets behind it', () => {
  const { toggles, unread } = draftOf('Toggles: `new_page`, `old_page` (existing), `list` (for the list)');
  expect(toggles.map(({ name }) => name)).toEqual(['new_page', 'list']);
  expect(unread).toContainEqual({
    line: 1,
    why: 'the toggle "old_page" may not be the release\'s: "existing" stands behind it',
  });
});

import { countText, documentedCounts, messagesOf } from '../worlds/scenario-messages';

test.each(['as-it-was', 'outage', 'blind'])(
  'docs/alerts.md counts the messages of %s',
  (name) => {
    const all = messagesOf(name);
    const of = (stage: string) => countText(all.filter(({ verdict }) => verdict.stage?.name === stage));
    expect({ 'stage A': of('A'), 'stage B': of('B'), checks: of('C'), 'in all': countText(all) }).toEqual(
      documentedCounts(name),
    );
  },
  300_000,
);

test('docs/alerts.md counts the messages of regression in both stages, and repeats at the hour of the day', () => {
  const all = messagesOf('regression');
  const cells = documentedCounts('regression');
  const isIn = (stage: string) => all.filter(({ verdict }) => verdict.stage?.name === stage);
  expect([countText(isIn('A')), countText(isIn('B')), countText(all)]).toEqual([
    cells['stage A'],
    cells['stage B'],
    cells['in all'],
  ]);
  const repeats = all.filter(({ change }) => change === 'repeat').map(({ at }) => new Date(at).getUTCHours());
  // 09:20 in New York.
  expect(new Set(repeats)).toEqual(new Set([14]));
});

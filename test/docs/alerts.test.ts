import { countText, documentedCounts, messagesOf } from '../worlds/scenario-messages';

// alerts.long.ts plays the scenarios to their end, and play-kinds.long.ts the one of every kind.
describe('docs/alerts.md counts the messages', () => {
  test.each(['outage', 'blind'])('of %s in stage A', (name) => {
    expect(countText(messagesOf(name, 'A'))).toBe(documentedCounts(name)['stage A']);
  });

  test('of regression in both stages, and repeats at the hour of the day', () => {
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
});

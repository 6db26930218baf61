import { countText, documentedCounts, messagesOf } from '../worlds/scenario-messages';

// alerts.long.ts plays the scenarios to their end, and play-kinds.long.ts the one of every kind.
test('docs/alerts.md counts the messages of outage in stage A', () => {
  expect(countText(messagesOf('outage', 'A'))).toBe(documentedCounts('outage')['stage A']);
});

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

import { alert, counted, describeHistory, event, H, verdict } from './history-contract';
import { kept, record } from './kept';
import { copyOf, emptyTable, memoryHistory, type Table } from './memory-history';

const tables = new Map<string, Table>();

describeHistory((release, clock) => {
  const table = tables.get(release) ?? emptyTable();
  tables.set(release, table);
  return memoryHistory(table, clock);
});

test('what is written after a copy was made is not in the copy', async () => {
  const table = emptyTable();
  const history = memoryHistory(table);
  await record(history, counted(H));
  const copy = copyOf(table);
  await record(history, counted(H + 1));
  await history.enterStage(event(0));
  await history.recordVerdict(verdict(H));
  await history.recordAlert(alert(1));
  const copied = memoryHistory(copy);
  expect(await kept(copied, '#show', H, H + 9)).toEqual([counted(H)]);
  expect([await copied.stages(), await copied.lastVerdict(), await copied.lastAlert()]).toEqual([
    [],
    undefined,
    undefined,
  ]);
});

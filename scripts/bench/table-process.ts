import { fork } from 'node:child_process';
import { once } from 'node:events';
import { startMemoryTable } from './memory-table';

/** What a table in a process of its own has taken, and what is in it. */
export interface TableState {
  items: number;
  bytes: number;
  /** Since it was asked for the last time. */
  readUnits: number;
  writeUnits: number;
}

/** {@link startMemoryTable} in a process of its own, so that what it holds is not counted as the caller's memory. */
export async function startTableProcess() {
  const child = fork(__filename, { execArgv: ['--import', 'tsx'] });
  const [url] = (await once(child, 'message')) as [string];
  return {
    url,
    async state(): Promise<TableState> {
      child.send('state');
      const [state] = (await once(child, 'message')) as [TableState];
      return state;
    },
    close: () => child.disconnect(),
  };
}

async function serve(): Promise<void> {
  let [readUnits, writeUnits] = [0, 0];
  const table = await startMemoryTable((operation, units) => {
    if (operation === 'Query') readUnits += units;
    else writeUnits += units;
  });
  process.on('message', () => {
    process.send!({ ...table.size(), readUnits, writeUnits });
    [readUnits, writeUnits] = [0, 0];
  });
  process.on('disconnect', () => table.close());
  process.send!(table.url);
}

if (require.main === module) void serve();

// The thread in which the local DynamoDB (dynalite) runs; store.ts starts it. Plain JavaScript, because a worker thread
// gets neither tsx's nor jest's transforms.
const { renameSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { setImmediate } = require('node:timers/promises');
const { promisify } = require('node:util');
const { parentPort, workerData } = require('node:worker_threads');
const database = require('dynalite/db');
const createTable = require('dynalite/actions/createTable');

// dynalite keeps its database to itself and reports every failure to open it as "Database is closed". The reason
// matters here: a database in use by another process is shared, a broken one is not.
let store;
const create = database.create;
database.create = (options) => {
  store = create(options);
  return store;
};
const dynalite = require('dynalite');

const { dir, table } = workerData;
const noticeFile = dir && join(dir, 'server.json');
// The store is ready when its table is, so that no time needs to be spent in the state CREATING.
const server = dynalite({ path: dir && join(dir, 'dynamodb'), createTableMs: 0 });

async function start() {
  try {
    await store.db.open();
  } catch (error) {
    const { code, message } = error.cause ?? error;
    parentPort.postMessage(code === 'LEVEL_LOCKED' ? { kind: 'locked' } : { kind: 'failed', message });
    parentPort.close();
    return;
  }
  // From here on this process holds the folder, so a notice found in it is that of a process that was killed.
  if (noticeFile) rmSync(noticeFile, { force: true });
  await haveTable();
  server.listen(0, '127.0.0.1', () => {
    const url = `http://127.0.0.1:${server.address().port}`;
    if (noticeFile) {
      // A rename, so that nobody reads half a notice.
      writeFileSync(`${noticeFile}.new`, JSON.stringify({ pid: process.pid, url }));
      renameSync(`${noticeFile}.new`, noticeFile);
    }
    parentPort.once('message', () => close());
    parentPort.postMessage({ kind: 'ready', url });
  });
}

/** A process killed while it created the table leaves it in CREATING for ever, and without an item: create it again. */
async function haveTable() {
  const get = promisify(store.tableDb.get);
  let status = (await get(table.TableName))?.TableStatus;
  if (status === 'ACTIVE') return;
  await promisify(store.tableDb.del)(table.TableName);
  await promisify(createTable)(store, table);
  while (status !== 'ACTIVE') {
    await setImmediate();
    status = (await get(table.TableName)).TableStatus;
  }
}

function close() {
  if (noticeFile) rmSync(noticeFile, { force: true });
  server.close(() => parentPort.close());
  server.closeAllConnections();
}

start();

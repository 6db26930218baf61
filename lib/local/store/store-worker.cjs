// The thread in which the local DynamoDB (dynalite) runs; store.ts starts it. Plain JavaScript, because a worker thread
// gets neither tsx's nor jest's transforms.
const { existsSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { join } = require('node:path');
const { setImmediate: nextTurn } = require('node:timers/promises');
const { promisify } = require('node:util');
const { parentPort, workerData } = require('node:worker_threads');
const database = require('dynalite/db');
const validations = require('dynalite/validations');
const createTable = require('dynalite/actions/createTable');
const { newKey, refusalOf, refused } = require('../door.cjs');
const { damageIn } = require('./leveldb-files.cjs');
const { pageOf, putIf, putOf, rangeOf, withoutExponents } = require('./short-ways.cjs');

/** What is needed of dynalite, without its own server, which answers every web page and throws what the database says. */
const ACTIONS = ['CreateTable', 'DescribeTable', 'GetItem', 'PutItem', 'UpdateItem', 'BatchWriteItem', 'Query', 'Scan'];
const CONDITION_FAILED = 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException';
/** DynamoDB takes 16 MB. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

const { dir, table } = workerData;
const noticeFile = dir && join(dir, 'server.json');
const lockFile = dir && join(dir, 'dynamodb', 'LOCK');
// The store is ready when its table is, so that no time needs to be spent in the state CREATING.
const store = database.create({ path: dir && join(dir, 'dynamodb'), createTableMs: 0 });
takeTurns(store.db);
const key = newKey();
let held;
let closing = false;

async function start() {
  try {
    if (await isHeld()) throw Object.assign(new Error('in use'), { code: 'LEVEL_LOCKED' });
    const damage = dir && damageIn(join(dir, 'dynamodb'));
    // Another process that has begun to write meanwhile may not have finished a file.
    if (damage && !(await isHeld())) throw Object.assign(new Error(damage), { damaged: true });
    await store.db.open();
    held = lockFile && statSync(lockFile).ino;
    // From here on this process holds the folder, so a notice found in it is that of a process that was killed.
    if (noticeFile) rmSync(noticeFile, { force: true });
    await haveTable();
  } catch (error) {
    const { code, message } = error.cause ?? error;
    const damaged = error.damaged ?? code === 'LEVEL_CORRUPTION';
    parentPort.postMessage(code === 'LEVEL_LOCKED' ? { kind: 'locked' } : { kind: 'failed', damaged, message });
    await store.db.close().catch(() => {});
    parentPort.close();
    return;
  }
  server.listen(0, '127.0.0.1', () => {
    const url = `http://127.0.0.1:${server.address().port}`;
    try {
      notice(url);
    } catch ({ message }) {
      parentPort.postMessage({ kind: 'failed', message });
      return close();
    }
    parentPort.on('message', (message) => (message === 'close' ? close() : message.forEach(answerHolder)));
    parentPort.postMessage({ kind: 'ready', url, key });
  });
}

/**
 * LevelDB writes on behind a write that was cut off, and cannot read on there later. So writes take turns, and one that
 * fails is the last. What waits for its turn is written together, in its order.
 */
function takeTurns(db) {
  const write = promisify(db.batch);
  let waiting = [];
  let isWriting = false;
  let failed = null;
  const writeAll = async () => {
    while (waiting.length > 0) {
      const now = waiting;
      waiting = [];
      const operations = now.flatMap((one) => one.operations);
      if (!failed) await write(operations).catch((error) => (failed = error));
      for (const { callback } of now) setImmediate(callback, failed);
    }
    isWriting = false;
  };
  const queue = (operations, callback) => {
    waiting.push({ operations, callback });
    if (isWriting) return;
    isWriting = true;
    setImmediate(writeAll);
  };
  db.put = (key, value, callback) => queue([{ type: 'put', key, value }], callback);
  db.del = (key, callback) => queue([{ type: 'del', key }], callback);
  db.batch = queue;
}

/** Whether another process holds the folder. To open a database that may not exist yet takes its lock, and no more. */
async function isHeld() {
  if (!dir || !existsSync(join(dir, 'dynamodb', 'CURRENT'))) return false;
  const error = await store.db.open({ errorIfExists: true, createIfMissing: false }).catch((failed) => failed);
  return (error?.cause ?? error)?.code === 'LEVEL_LOCKED';
}

/** Says where this database is and what it lets in, to those who may read this user's files. */
function notice(url) {
  if (!noticeFile) return;
  rmSync(`${noticeFile}.new`, { force: true });
  writeFileSync(`${noticeFile}.new`, JSON.stringify({ pid: process.pid, url, key }), { mode: 0o600, flag: 'wx' });
  // A rename, so that nobody reads half a notice.
  renameSync(`${noticeFile}.new`, noticeFile);
}

/** A process killed while it created the table leaves it in CREATING for ever, and without an item: create it again. */
async function haveTable() {
  const get = promisify(store.tableDb.get);
  let known = await get(table.TableName);
  if (known?.TableStatus !== 'ACTIVE') {
    await promisify(store.tableDb.del)(table.TableName);
    await promisify(createTable)(store, table);
    do {
      await nextTurn();
      known = await get(table.TableName);
    } while (known.TableStatus !== 'ACTIVE');
  }
  keepInMemory(known);
}

/** Every request asks what the table is, which no request changes: from the disk, that takes as long as the rest of it. */
function keepInMemory(known) {
  const { get } = store.tableDb;
  store.tableDb.get = (name, callback) =>
    name === table.TableName ? setImmediate(callback, null, known) : get(name, callback);
}

const server = createServer(async (request, response) => {
  const { status, body, type = 'application/x-amz-json-1.0', last } = await answerRequest(request);
  response.writeHead(status, { 'content-type': type }).end(body);
  if (last) response.once('close', close);
});

async function answerRequest(request) {
  const why = refusalOf(request, key);
  if (why) return refused(why);
  // Whoever knows the key and only looks.
  if (request.method === 'GET') return { status: 200, body: '{}' };
  return answer(request.headers['x-amz-target']?.replace(/^DynamoDB_20120810\./, ''), () => bodyOf(request));
}

let answers = [];

/** The process that holds this database asks without a connection; it gets what a connection would give it. */
async function answerHolder({ id, name, body }) {
  const { status, body: said, last } = await answer(name, () => body);
  if (answers.push({ id, status, body: said }) === 1) process.nextTick(sendAnswers);
  if (last) process.nextTick(close);
}

function sendAnswers() {
  parentPort.postMessage(answers);
  answers = [];
}

/**
 * @param name of the operation
 * @param read its body
 */
async function answer(name, read) {
  try {
    if (lockFile && statSync(lockFile, { throwIfNoEntry: false })?.ino !== held)
      throw new Error('another folder in its place, or none');
    return { status: 200, body: await result(name, await read()) };
  } catch (error) {
    if (error.statusCode) return { status: error.statusCode, body: JSON.stringify(error.body) };
    // What follows a write that failed half-way would be read wrongly after it. So this database ends, and is opened anew.
    const message = `the local database failed - got "${(error.cause ?? error).message}", expected a readable and writable folder ${dir}; the next call opens it anew`;
    return { status: 400, body: JSON.stringify({ __type: 'LocalDatabaseFailure', message }), last: true };
  }
}

/** The text of the answer. */
async function result(name, body) {
  const text = name === 'PutItem' ? withoutExponents(body) : body;
  const input = parsed(text);
  if (!ACTIONS.includes(name)) throw failure('UnknownOperationException', `the local DynamoDB knows no ${name}`);
  const isOurs = input?.TableName === table.TableName;
  const range = isOurs && name === 'Query' && rangeOf(input);
  if (range) return pageOf(store.db, range);
  const put = isOurs && name === 'PutItem' && putOf(input, text);
  if (put) {
    if (await putIf(store, put)) return '{}';
    throw failure(CONDITION_FAILED, 'The conditional request failed');
  }
  const action = validations.toLowerFirst(name);
  const { types, custom } = require(`dynalite/validations/${action}`);
  const data = validations.checkTypes(input, types);
  validations.checkValidations(data, types, custom, store);
  // A query of ours names keys only; DynamoDB refuses an empty one, and dynalite takes it.
  if (name === 'Query' && Object.values(data.ExpressionAttributeValues ?? {}).some(({ S }) => S === ''))
    throw failure(
      'com.amazon.coral.validate#ValidationException',
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value.',
    );
  return JSON.stringify(await promisify(require(`dynalite/actions/${action}`))(store, data));
}

async function bodyOf(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw failure('ValidationException', `a request over ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(body) {
  try {
    return JSON.parse(body);
  } catch {
    throw failure('SerializationException', 'a request that is no JSON');
  }
}

/** An error of the request, not of the database. */
const failure = (__type, message) => Object.assign(new Error(message), { statusCode: 400, body: { __type, message } });

function close() {
  if (closing) return;
  closing = true;
  if (noticeFile && statSync(lockFile, { throwIfNoEntry: false })?.ino === held) rmSync(noticeFile, { force: true });
  server.close(() =>
    store.db
      .close()
      .catch(() => {})
      .then(() => parentPort.close()),
  );
  server.closeAllConnections();
}

start();

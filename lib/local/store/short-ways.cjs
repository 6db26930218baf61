// What the history asks most, straight from LevelDB: a range of the sort keys of a partition, and the put of an item under
// one of its own conditions. dynalite's way, with streams and a parser of expressions, takes five times as long; anything
// else, and whatever might be wrong, goes that way. Keys and texts in LevelDB are dynalite's.
const { hashPrefix, toRangeStr } = require('dynalite/db');
const { CONDITIONS } = require('./conditions.cjs');

/** Where dynalite keeps the items of a table. */
const itemsOf = (tableName) => `item-${tableName}~`;
const RANGE = 'pk = :pk AND sk BETWEEN :from AND :to';
/** What else such a query may say. */
const FIELDS = new Set([
  ...['TableName', 'KeyConditionExpression', 'ExpressionAttributeValues'],
  ...['ConsistentRead', 'ScanIndexForward', 'Limit', 'ExclusiveStartKey'],
]);
/** A page of DynamoDB ends after 1 MB of items; as text, they are somewhat more. */
const PAGE_CHARACTERS = 1024 * 1024;
/** Items that are read at once. */
const STEP = 64;

const isKey = (value) => typeof value === 'string' && value !== '';
const partitionOf = (pk) => `${hashPrefix(pk.S, 'S')}/${toRangeStr(pk)}/`;

const isBetween = (key, from, to) => toRangeStr(from) <= toRangeStr(key) && toRangeStr(key) <= toRangeStr(to);

/**
 * The range that a query asks for, in keys of LevelDB; undefined for a query of another kind.
 *
 * @param input of the request, as it came, for a table that there is
 */
function rangeOf(input) {
  const { TableName, KeyConditionExpression, ExpressionAttributeValues, Limit, ExclusiveStartKey: start } = input ?? {};
  if (KeyConditionExpression !== RANGE || !Object.keys(input).every((field) => FIELDS.has(field))) return undefined;
  const { ':pk': pk, ':from': from, ':to': to, ...more } = ExpressionAttributeValues ?? {};
  const asked =
    [pk?.S, from?.S, to?.S].every(isKey) &&
    Object.keys(more).length === 0 &&
    (Limit === undefined || (Number.isInteger(Limit) && Limit > 0)) &&
    (!start || (start.pk?.S === pk.S && isKey(start.sk?.S) && isBetween(start.sk, from, to)));
  if (!asked) return undefined;
  const partition = `${itemsOf(TableName)}${partitionOf(pk)}`;
  const reverse = input.ScanIndexForward === false;
  const after = start && `${partition}${toRangeStr(start.sk)}/`;
  return {
    reverse,
    limit: Limit ?? Infinity,
    ...(after && !reverse ? { gt: after } : { gte: `${partition}${toRangeStr(from)}/` }),
    ...(after && reverse ? { lt: after } : { lte: `${partition}${toRangeStr(to)}/` }),
  };
}

/**
 * The answer to such a query, as text.
 *
 * @param db the LevelDB
 */
async function pageOf(db, range) {
  const texts = [];
  let characters = 0;
  const values = db.values({ ...range, valueEncoding: 'utf8', highWaterMarkBytes: PAGE_CHARACTERS });
  try {
    while (texts.length < range.limit && characters < PAGE_CHARACTERS) {
      // Fewer than that are not the end yet; none are.
      const some = await values.nextv(Math.min(STEP, range.limit - texts.length));
      if (some.length === 0) break;
      texts.push(...some);
      for (const { length } of some) characters += length;
    }
  } finally {
    // Nobody waits for it, and the database ends only after it.
    values.close().catch(() => {});
  }
  const isCut = texts.length > 0 && (texts.length >= range.limit || characters >= PAGE_CHARACTERS);
  const last = isCut ? `,"LastEvaluatedKey":${keyIn(texts.at(-1))}` : '';
  return `{"Items":[${texts.join(',')}],"Count":${texts.length},"ScannedCount":${texts.length}${last}}`;
}

/** DynamoDB takes keys of 1,024 bytes and items of 400 kB; where one may be longer, the other way says so. */
const KEY_CHARACTERS = 1024 / 4;
const ITEM_CHARACTERS = 300_000;
/** What the other way would check, or write in another form: sets, and numbers such as 1e3 or 1.50. */
const NOT_PLAIN = /"[SNB]S":|"N":(?!"(?:0|-?[1-9]\d{0,37}0{0,88}|-?(?:0|[1-9]\d{0,11})\.0{0,99}\d{0,24}[1-9])")/;
/** The text of a large or small number in JavaScript; DynamoDB keeps it without an exponent. */
const EXPONENT = /"N":"(-?)(\d)(?:\.(\d{1,16}))?e(?:-([1-9]\d?)|\+([2-9]\d|1[01]\d|12[0-5]))"/g;

/** The same request, with its numbers as DynamoDB keeps them. */
const withoutExponents = (text) =>
  text.replace(EXPONENT, (_, sign, digit, more = '', down, up) =>
    down === undefined
      ? `"N":"${sign}${digit}${more.padEnd(up, '0')}"`
      : `"N":"${sign}0.${'0'.repeat(down - 1)}${digit}${more}"`,
  );

const PUT_FIELDS = new Set([
  ...['TableName', 'Item', 'ConditionExpression', 'ExpressionAttributeNames', 'ExpressionAttributeValues'],
]);

/**
 * A put under a condition that is known here; undefined for one of another kind.
 *
 * @param input of the request
 * @param text of it, {@link withoutExponents}
 */
function putOf(input, text) {
  if (text.length >= ITEM_CHARACTERS || NOT_PLAIN.test(text)) return undefined;
  const { Item, ConditionExpression } = input ?? {};
  const keys = [Item?.pk?.S, Item?.sk?.S];
  const asked =
    keys.every((key) => isKey(key) && key.length < KEY_CHARACTERS) &&
    Object.keys(input).every((field) => PUT_FIELDS.has(field)) &&
    Object.hasOwn(CONDITIONS, ConditionExpression);
  return asked ? { ...input, condition: CONDITIONS[ConditionExpression] } : undefined;
}

/**
 * Puts the item if the condition holds for what is stored.
 *
 * @param store dynalite's, whose lock of a key its own writes take too
 * @returns false when the condition does not hold
 */
function putIf(store, { TableName, Item, ExpressionAttributeValues = {}, condition }) {
  const { db } = store;
  const itemDb = store.getItemDb(TableName);
  const key = `${partitionOf(Item.pk)}${toRangeStr(Item.sk)}/`;
  return new Promise((resolve, reject) => {
    itemDb.lock(key, (release) => {
      const end = release((error, isPut) => (error ? reject(error) : resolve(isPut)));
      try {
        if (!condition(db.getSync(`${itemsOf(TableName)}${key}`), ExpressionAttributeValues)) return end(null, false);
      } catch (error) {
        return end(error);
      }
      itemDb.put(key, Item, (error) => end(error, true));
    });
  });
}

function keyIn(text) {
  const { pk, sk } = JSON.parse(text);
  return JSON.stringify({ pk, sk });
}

module.exports = { rangeOf, pageOf, withoutExponents, putOf, putIf };

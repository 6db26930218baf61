// The conditions of the history's writes, by their text: whether they hold for what is stored. Any other
// text is left to a parser of DynamoDB's expressions, or refused.

/** @typedef {Record<string, import('@aws-sdk/client-dynamodb').AttributeValue>} Item */

/** @type {Record<string, (stored: Item | undefined, values: Item) => boolean>} */
const CONDITIONS = {
  'attribute_exists(pk)': (stored) => stored !== undefined,
  'attribute_exists(pk) AND attribute_not_exists(writer)': (stored) => stored !== undefined && !stored.writer,
  'writer = :writer': (stored, values) => isWriter(stored, values),
  'attribute_not_exists(pk)': (stored) => stored === undefined,
  'attribute_not_exists(pk) OR writer = :writer': (stored, values) => stored === undefined || isWriter(stored, values),
  'attribute_not_exists(pk) OR #void = :true': (stored) => stored === undefined || stored.void?.BOOL === true,
  'attribute_not_exists(pk) OR revision <= :revision': (stored, values) =>
    stored === undefined || Number(stored.revision?.N) <= Number(values[':revision']?.N),
  'writes = :seen': (stored, values) => stored?.writes?.N !== undefined && stored.writes.N === values[':seen']?.N,
  '#status = :pending AND (writer = :writer OR attribute_not_exists(takenAt) OR NOT takenAt BETWEEN :from AND :to)': (
    stored,
    values,
  ) => {
    if (stored?.status?.S !== 'pending') return false;
    const taken = stored.takenAt?.S;
    const { ':from': from, ':to': to } = values;
    return isWriter(stored, values) || taken === undefined || taken < (from?.S ?? '') || taken > (to?.S ?? '');
  },
};

/** @type {(stored: Item | undefined, values: Item) => boolean} */
const isWriter = (stored, values) => stored?.writer?.S !== undefined && stored.writer.S === values[':writer']?.S;

module.exports = { CONDITIONS };

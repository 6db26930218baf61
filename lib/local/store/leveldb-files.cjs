// LevelDB leaves out what it finds damaged in a log, and does not look at a table's checksums unless it is told to, which
// its binding for Node cannot. So the files are checked before they are opened; both formats have a CRC of every part
// (LevelDB, doc/log_format.md and doc/table_format.md). Of its own lists of files (MANIFEST, CURRENT) it reports damage.
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

/**
 * The first damaged file of a LevelDB, and where; undefined when all parts are as they were written. The end of a log
 * that is cut off is no damage: that write was never acknowledged.
 *
 * @type {(folder: string) => string | undefined}
 */
function damageIn(folder) {
  for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
    const check = name.endsWith('.log') ? damageOfLog : /\.(ldb|sst)$/.test(name) ? damageOfTable : undefined;
    const at = check?.(readFileSync(join(folder, name)));
    if (at !== undefined) return `${name} is damaged near byte ${at}`;
  }
  return undefined;
}

const BLOCK = 32_768;
const HEADER = 7;

/** @type {(bytes: Buffer) => number | undefined} */
function damageOfLog(bytes) {
  for (let start = 0; start < bytes.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, bytes.length);
    for (let at = start; at + HEADER <= end; ) {
      const length = bytes.readUInt16LE(at + 4);
      // Room that was set aside for records, and never written to.
      if (length === 0 && bytes[at + 6] === 0) break;
      const next = at + HEADER + length;
      if (next > end) {
        if (end === bytes.length) return undefined;
        return at;
      }
      if (bytes.readUInt32LE(at) !== masked(crc32c(bytes, at + 6, next))) return at;
      at = next;
    }
  }
  return undefined;
}

const FOOTER = 48;
const MAGIC = Buffer.from('57fb808b247547db', 'hex');

/** @type {(bytes: Buffer) => number | undefined} */
function damageOfTable(bytes) {
  // A table that was never finished is nobody's; one that has lost its end, LevelDB does not open.
  if (bytes.length < FOOTER || !bytes.subarray(-MAGIC.length).equals(MAGIC)) return undefined;
  const footer = reader(bytes, bytes.length - FOOTER);
  const lists = [footer.handle(), footer.handle()];
  for (const list of lists) {
    if (!isWhole(bytes, list)) return list.offset;
    for (const part of handlesIn(contentOf(bytes, list))) if (!isWhole(bytes, part)) return part.offset;
  }
  return undefined;
}

/** A block is followed by its kind of compression and its CRC. */
const isWhole = (bytes, { offset, size }) => {
  const end = offset + size + 1;
  return end + 4 <= bytes.length && bytes.readUInt32LE(end) === masked(crc32c(bytes, offset, end));
};

const contentOf = (bytes, { offset, size }) => {
  const content = bytes.subarray(offset, offset + size);
  return bytes[offset + size] === 1 ? unsnapped(content) : content;
};

/** What the entries of a list of blocks lead to. */
function handlesIn(list) {
  const end = list.length - 4 - 4 * list.readUInt32LE(list.length - 4);
  const read = reader(list, 0);
  const handles = [];
  while (read.at < end) {
    read.number();
    const rest = read.number();
    const size = read.number();
    read.at += rest;
    const next = read.at + size;
    handles.push(read.handle());
    read.at = next;
  }
  return handles;
}

function reader(bytes, at) {
  const read = {
    at,
    number() {
      let value = 0;
      for (let weight = 1; ; weight *= 128) {
        const byte = bytes[read.at++] ?? 0;
        value += (byte & 127) * weight;
        if (byte < 128) return value;
      }
    },
    handle: () => ({ offset: read.number(), size: read.number() }),
  };
  return read;
}

/** Snappy's raw format (google/snappy, format_description.txt). */
function unsnapped(bytes) {
  const read = reader(bytes, 0);
  const content = Buffer.alloc(read.number());
  let to = 0;
  while (read.at < bytes.length) {
    const tag = bytes[read.at++];
    const kind = tag & 3;
    if (kind === 0) {
      const more = Math.max(0, (tag >> 2) - 59);
      const length = 1 + (more === 0 ? tag >> 2 : bytes.readUIntLE(read.at, more));
      read.at += more;
      to += bytes.copy(content, to, read.at, read.at + length);
      read.at += length;
      continue;
    }
    const width = [0, 1, 2, 4][kind];
    const length = kind === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
    const back = bytes.readUIntLE(read.at, width) + (kind === 1 ? (tag >> 5) << 8 : 0);
    read.at += width;
    for (const end = to + length; to < end; to++) content[to] = content[to - back];
  }
  return content;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

function crc32c(bytes, from, to) {
  let crc = 0xffffffff;
  for (let at = from; at < to; at++) crc = TABLE[(crc ^ bytes[at]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** LevelDB does not store a CRC as it is: a CRC of bytes that hold CRCs would tell little. */
const masked = (crc) => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;

module.exports = { damageIn };

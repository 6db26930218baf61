const path = require('node:path');
const { default: Runtime } = require('jest-runtime');

const TESTS = __dirname + path.sep;
const WORLDS = path.join(TESTS, 'worlds', path.sep);

/** Where the modules that all test files of a process share are. */
let shared;

/**
 * Jest's runtime with the modules of the product, its packages and test/worlds loaded once a process. By itself, Jest loads
 * and compiles them anew for each test file, which takes longer than most of its tests. Other modules below test/ are each
 * file's own.
 */
module.exports = class extends Runtime {
  constructor(...parts) {
    super(...parts);
    shared ??= new Runtime(...parts);
  }

  requireModule(from, name) {
    return name !== undefined && this.#isShared(from, name)
      ? shared.requireModule(from, name)
      : super.requireModule(from, name);
  }

  /** Only a path leads below test/; names are those of packages and of Node's own modules. */
  #isShared(from, name) {
    const file = /^[./]/.test(name) ? path.resolve(path.dirname(from), name) : name;
    return file.startsWith(WORLDS) || !file.startsWith(TESTS);
  }
};

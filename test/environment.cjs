const asyncHooks = require('node:async_hooks');
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

/**
 * Jest's environment for Node, without two things that take a third of the time of these tests:
 *
 * - its own context asks a proxy for every global (`Math`, `Map`, `Promise`); an ordinary context does not. Node before
 *   20.18 has no such context and takes its time;
 * - Jest knows which test runs by an AsyncLocalStorage, for which Node before 24 follows every promise. Tests of a file run
 *   one after another here (no `test.concurrent`), so a plain variable says the same.
 */
module.exports = class extends TestEnvironment {
  constructor(...about) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants?.DONT_CONTEXTIFY);
    try {
      super(...about);
    } finally {
      vm.createContext = createContext;
    }
    asyncHooks.AsyncLocalStorage = OneAfterAnother;
  }

  handleTestEvent({ name }) {
    if (name === 'setup') asyncHooks.AsyncLocalStorage = AsyncLocalStorage;
  }
};

const { AsyncLocalStorage } = asyncHooks;

class OneAfterAnother {
  #store;

  getStore() {
    return this.#store;
  }

  async run(store, callback) {
    const before = this.#store;
    this.#store = store;
    try {
      return await callback();
    } finally {
      this.#store = before;
    }
  }
}

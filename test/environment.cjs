const asyncHooks = require('node:async_hooks');
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

/** The one of this process, and the variables that it began with. */
let shared;
let variables;

/** Where jest-circus keeps who is told of each test; what earlier files of the process left there would be told as well. */
const LISTENERS = Symbol.for('EVENT_HANDLERS');

/**
 * Jest's environment for Node, without three things that take half of the time of these tests:
 *
 * - its own context asks a proxy for every global (`Math`, `Map`, `Promise`); an ordinary context does not. Node before
 *   20.18 has no such context and takes its time;
 * - Jest knows which test runs by an AsyncLocalStorage, for which Node before 24 follows every promise. Tests of a file run
 *   one after another here (no `test.concurrent`), so a plain variable says the same. A newer Node lets nobody replace it;
 * - each test file has a context of its own. Here the files of a process share one, with the modules in it (runtime.cjs).
 *   Each begins with the same environment variables.
 */
module.exports = class {
  constructor(...about) {
    shared ??= new SharedEnvironment(...about);
    const { env } = shared.global.process;
    variables ??= { ...env };
    delete shared.global[LISTENERS];
    for (const name of Object.keys(env)) delete env[name];
    Object.assign(env, variables);
    useStorage(OneAfterAnother);
    // biome-ignore lint/correctness/noConstructorReturn: Jest makes an environment for each file
    return shared;
  }
};

class SharedEnvironment extends TestEnvironment {
  constructor(...about) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants?.DONT_CONTEXTIFY);
    try {
      super(...about);
    } finally {
      vm.createContext = createContext;
    }
  }

  handleTestEvent({ name }) {
    if (name === 'setup') useStorage(AsyncLocalStorage);
  }

  async teardown() {
    // The next file goes on with it.
  }
}

const { AsyncLocalStorage } = asyncHooks;

function useStorage(storage) {
  if (Object.getOwnPropertyDescriptor(asyncHooks, 'AsyncLocalStorage').writable) asyncHooks.AsyncLocalStorage = storage;
}

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

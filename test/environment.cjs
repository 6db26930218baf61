const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

/**
 * Jest's environment for Node in an ordinary context. Jest's own context asks a proxy for every global (`Math`, `Map`,
 * `Promise`), which takes a quarter of the time of these tests. Node before 20.18 has no such context and takes its time.
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
  }
};

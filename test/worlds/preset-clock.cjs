// Preloaded into a process whose clock shall begin at STAGEWATCH_TEST_NOW, in milliseconds since 1970.
const Real = Date;
const offset = Number(process.env.STAGEWATCH_TEST_NOW) - Real.now();
const now = () => Real.now() + offset;
globalThis.Date = new Proxy(Real, {
  construct: (target, args, as) => Reflect.construct(target, args.length > 0 ? args : [now()], as),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});

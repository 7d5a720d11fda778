// For browsers without `using`, before any class uses the symbols. TypeScript thinks that all have them.
const symbols: { dispose?: symbol; asyncDispose?: symbol } = Symbol
if (symbols.dispose === undefined)
  Object.assign(Symbol, { dispose: Symbol('dispose'), asyncDispose: Symbol('asyncDispose') })

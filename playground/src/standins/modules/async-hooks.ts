type Stores = ReadonlyMap<object, unknown>

const none: Stores = new Map()

/** The stores that are current now. */
let stores = none

function runWith<R>(context: Stores, run: () => R): R {
  const before = stores
  stores = context
  try {
    return run()
  } finally {
    stores = before
  }
}

/** When `await` is the caller, the callback only queues the rest of its function, which needs the same stores. */
function bound<A extends unknown[], R>(
  callback: ((...args: A) => R) | null | undefined,
  context: Stores,
): ((...args: A) => R) | null | undefined {
  if (typeof callback !== 'function' || context === none) return callback
  return (...args) => {
    queueMicrotask(() => (stores = context))
    try {
      return runWith(context, () => callback(...args))
    } finally {
      queueMicrotask(() => (stores = none))
    }
  }
}

/**
 * Browsers do not follow promises, but `then` can remember what was current. `await` uses the `then` of a promise
 * only if its `constructor` is not Promise, so this changes that. It reads `then` at once, and calls it later.
 * After an `await` of a value that is not a promise, nothing is current.
 */
function followPromises(): void {
  const { prototype } = Promise
  // oxlint-disable-next-line typescript/unbound-method, unicorn/no-thenable -- it is called with its promise below
  const { then } = prototype
  void Object.defineProperties(prototype, {
    constructor: { value: Object },
    // oxlint-disable-next-line unicorn/no-thenable -- this replaces the `then` of all promises
    then: {
      get() {
        const context = stores
        return function (
          this: Promise<unknown>,
          onFulfilled?: (value: unknown) => unknown,
          onRejected?: (reason: unknown) => unknown,
        ): unknown {
          return then.call(this, bound(onFulfilled, context), bound(onRejected, context))
        }
      },
    },
  })
}

followPromises()

export class AsyncLocalStorage<T> {
  getStore(): T | undefined {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `run` sets it
    return stores.get(this) as T | undefined
  }

  run<A extends unknown[], R>(store: T, callback: (...args: A) => R, ...args: A): R {
    return runWith(new Map(stores).set(this, store), () => callback(...args))
  }
}

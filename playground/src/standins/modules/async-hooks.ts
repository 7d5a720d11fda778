/** The stores that are current now. */
let stores: ReadonlyMap<object, unknown> = new Map()

function runWith<R>(context: ReadonlyMap<object, unknown>, run: () => R): R {
  const before = stores
  stores = context
  try {
    return run()
  } finally {
    stores = before
  }
}

function bound<A extends unknown[], R>(
  callback: ((...args: A) => R) | null | undefined,
): ((...args: A) => R) | null | undefined {
  if (typeof callback !== 'function') return callback
  const context = stores
  return (...args) => runWith(context, () => callback(...args))
}

/**
 * Browsers have nothing like it. So the build turns the `await` of a program that imports this module
 * into calls of `then`, and `then` remembers what was current when it was called.
 */
function followPromises(): void {
  const { prototype } = Promise
  // oxlint-disable-next-line typescript/unbound-method, unicorn/no-thenable -- it is called with its promise below
  const { then } = prototype
  void Object.assign(prototype, {
    // oxlint-disable-next-line unicorn/no-thenable -- this replaces the `then` of all promises
    then(
      this: Promise<unknown>,
      onFulfilled?: (value: unknown) => unknown,
      onRejected?: (reason: unknown) => unknown,
    ): unknown {
      return then.call(this, bound(onFulfilled), bound(onRejected))
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

type Class = new (...args: unknown[]) => object

const loaded = new Map<string, Class>()

/**
 * A class that is loaded later: `new` and `instanceof` then use the real one. The build puts it in the place
 * of the classes that only streams need, because most scenes have no streams.
 */
export function late(name: string): Class {
  // oxlint-disable-next-line typescript/no-extraneous-class -- only a class can be called with `new`
  const stub: Class = class {
    constructor() {
      throw new Error(`${name} is not loaded`)
    }
  }
  return new Proxy(stub, {
    construct: (target, args: unknown[]) => Reflect.construct(loaded.get(name) ?? target, args),
    get: (target, key) => Reflect.get(loaded.get(name) ?? target, key),
  })
}

/** Loads the classes that streams need; see build/bundles.ts. */
export async function loadStreams(): Promise<void> {
  if (loaded.size > 0) return
  const address = new URL('streams.js', import.meta.url).href
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the build makes this file
  const classes = (await import(address)) as Readonly<Record<string, Class>>
  for (const [name, each] of Object.entries(classes)) loaded.set(name, each)
}

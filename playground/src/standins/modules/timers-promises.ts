interface Options {
  readonly signal?: AbortSignal
}

export function setTimeout<T>(delay?: number, value?: T, { signal }: Options = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      const cause: unknown = signal?.reason
      const error = new Error('The operation was aborted', { cause })
      reject(Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' }))
    }
    const timer = globalThis.setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without a value, T is undefined
      resolve(value as T)
    }, delay)
    if (signal?.aborted === true) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}

export function setImmediate<T>(value?: T): Promise<T | undefined> {
  return new Promise((resolve) => globalThis.setImmediate(() => resolve(value)))
}

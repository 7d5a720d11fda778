import { TaskFailure } from '../src/index.ts'

/** Blocks its thread. */
export function spin(ms: number): string {
  const end = performance.now() + ms
  while (performance.now() < end);
  return 'done'
}

/** Returns at once, but leaves something behind that keeps its thread alive. */
export function linger(): string {
  setInterval(() => {}, 1000)
  return 'done'
}

export function fail(type: string): never {
  if (type === 'RangeError') throw new RangeError('too large')
  throw new TaskFailure({ type, module: 'builtins', args: ['id'] })
}

export function exit(code: number): never {
  process.exit(code)
}

/** Something that no message to another thread can carry. */
export function uncloneable(): unknown {
  return () => {}
}

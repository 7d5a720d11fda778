import { EventEmitter } from 'node:events'

import type { FromProgram } from '../../engine/protocol.ts'
import { format } from '../modules/util.ts'

function send(message: FromProgram): void {
  postMessage(message)
}

/** Nothing of the program runs after this: the page terminates the worker. */
function halt(message: FromProgram): never {
  send(message)
  for (;;);
}

/** stdout or stderr: its text goes to the page. */
class Output extends EventEmitter {
  readonly isTTY = false
  readonly columns = 80
  readonly writable = true
  /** The page takes every text at once. */
  readonly writableLength = 0
  readonly #stream: 'stdout' | 'stderr'

  constructor(stream: 'stdout' | 'stderr') {
    super()
    this.#stream = stream
  }

  write(text: string | Uint8Array): boolean {
    const decoded = typeof text === 'string' ? text : new TextDecoder().decode(text)
    send({ type: 'output', stream: this.#stream, text: decoded })
    return true
  }
}

function hrtime(): readonly [number, number] {
  const now = performance.now()
  return [Math.floor(now / 1000), Math.round((now % 1000) * 1e6)]
}

/** Node's `process`, as far as programs that only print, connect and handle signals need it. */
class Process extends EventEmitter {
  readonly argv: string[] = ['/usr/bin/node', '/program']
  readonly execPath = '/usr/bin/node'
  readonly execArgv: readonly string[] = []
  readonly env: Record<string, string | undefined> = {}
  readonly platform = 'browser'
  readonly version = 'v24.0.0'
  readonly versions = { node: '24.0.0' }
  readonly stdout = new Output('stdout')
  readonly stderr = new Output('stderr')
  readonly hrtime = Object.assign(hrtime, {
    bigint: () => BigInt(Math.round(performance.now() * 1e6)),
  })
  pid = 1
  exitCode: number | undefined

  cwd(): string {
    return '/'
  }

  nextTick<A extends unknown[]>(task: (...args: A) => void, ...args: A): void {
    queueMicrotask(() => task(...args))
  }

  emitWarning(warning: string | Error): void {
    const text = typeof warning === 'string' ? `Warning: ${warning}` : String(warning)
    this.stderr.write(`(node:${this.pid}) ${text}\n`)
  }

  memoryUsage(): { readonly rss: number; readonly heapUsed: number } {
    return { rss: 0, heapUsed: 0 }
  }

  exit(code = this.exitCode ?? 0): never {
    halt({ type: 'exit', code })
  }

  kill(pid: number, signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): void {
    if (pid !== this.pid) throw new Error('kill ESRCH')
    if (signal === 'SIGKILL' || !this.emit(signal)) halt({ type: 'killed', signal })
  }
}

export const process = new Process()

function printTo(output: Output): (...values: unknown[]) => void {
  return (...values) => {
    output.write(`${format(...values)}\n`)
  }
}

/** `console` prints to the terminal of the program. */
export function redirectConsole(): void {
  const [out, err] = [printTo(process.stdout), printTo(process.stderr)]
  Object.assign(console, { log: out, info: out, debug: out, error: err, warn: err, trace: err })
}

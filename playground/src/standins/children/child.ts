import type { ChildOptions, FromProgram } from '../../engine/protocol.ts'
import { handles } from '../process/handles.ts'
import { process } from '../process/process.ts'
import { wire } from '../network/wire.ts'

/** The channel to the program that has started this one. With `ref`, it keeps this one alive. */
const channel = {
  ref: () => handles.add(channel),
  unref: () => handles.delete(channel),
}

function send(message: unknown): void {
  const sent: FromProgram = { type: 'message', message }
  postMessage(sent)
}

/**
 * Makes this program the child of another one. For a check of an exercise it also does what leash.mjs does in Node,
 * except that no browser can say in which line a program waits.
 */
export function becomeChild({ env }: ChildOptions): void {
  Object.assign(process.env, env)
  Object.assign(process, { channel, send, connected: true })
  process.on('message', (message: unknown) => {
    const { where }: { readonly where?: unknown } = Object(message)
    // By the next turn, everything that was written in this one has left the program.
    if (where !== undefined) setImmediate(() => send({ where: '' }))
  })
  const { connect } = wire
  wire.connect = (...connection) => {
    send({ connects: true })
    connect(...connection)
  }
}

/** What Node prints about the error that ends a program. */
export function describeCrash(error: unknown): string {
  if (!(error instanceof Error)) return `\nUncaught:\n${JSON.stringify(error)}\n`
  const { stack = String(error), remedy }: Error & { readonly remedy?: unknown } = error
  const details = typeof remedy === 'string' ? ` {\n  remedy: ${JSON.stringify(remedy)}\n}` : ''
  return `\n${stack}${details}\n`
}

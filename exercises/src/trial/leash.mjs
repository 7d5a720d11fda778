// Loaded into each program before the program itself. It connects the program to its check.
import { createHook } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import { readFileSync, writeSync } from 'node:fs'

// The channel to the check must not keep a program alive that is done.
process.channel?.unref()

// If the check goes away, for whatever reason, the program must not stay behind.
process.once('disconnect', () => {
  process.kill(process.pid, 'SIGKILL')
})

// The check waits patiently while a program is loading, until it connects.
subscribe('net.client.socket', () => process.send?.({ connects: true }))

process.on('message', (message) => {
  if (message.signal !== undefined) raise(message.signal)
  // By the next turn, everything that was written in this one has left the process.
  if (message.where !== undefined) setImmediate(() => process.send?.({ where: waitingAt() }))
})

/** On Windows a process cannot receive SIGTERM, so the check sends a message instead. */
function raise(signal) {
  if (!process.emit(signal, signal)) process.kill(process.pid, 'SIGKILL')
}

// Node runs the compiled program. Stacks name the lines of this one.
const program = process.env['EXERCISES_PROGRAM'] ?? ''

// All pending promises, with the stack that created each. This gives the line at which a program
// hangs, and the line of the await that failed when the error comes from a library.
const pending = new Map()
// With tracing, the program also writes down every await that it resumes from.
const traces = process.env['EXERCISES_TRACE'] !== undefined
const resumed = []
createHook({
  init(id, type) {
    if (type !== 'PROMISE') return
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 8
    // This is cheap: the text of a stack is created only when it is read.
    pending.set(id, new Error())
    Error.stackTraceLimit = stackTraceLimit
  },
  // An await has a promise that never settles; it is over when the program resumes.
  before(id) {
    const promise = pending.get(id)
    if (promise === undefined) return
    pending.delete(id)
    resumed.push(promise)
    if (resumed.length > 100) resumed.splice(0, 50)
    if (traces) note(lastOf([promise]))
  },
  promiseResolve: (id) => pending.delete(id),
}).enable()

/** The line of the newest pending promise that the program itself awaits. */
function waitingAt() {
  return lastOf([...pending.values()]) ?? ''
}

function lastOf(promises, isMeant = () => true) {
  return promises
    .toReversed()
    .map(ownLine)
    .find((line) => line !== undefined && isMeant(line))
}

/** The stack frame that created a promise, if it is in the program. */
function ownLine({ stack = '' }) {
  // Imports create promises too, which stay pending.
  if (stack.includes('ModuleJob._instantiate')) return undefined
  const first = stack.split('\n').find((line) => line.startsWith('    at ') && !isInternal(line))
  return first !== undefined && slashes(first).includes(slashes(program)) ? first.trim() : undefined
}

/** A Windows path, or the same path in a URL. */
const slashes = (path) => path.replaceAll('\\', '/')

const isInternal = (line) => line.includes('node:internal/') || line.includes(import.meta.url)

process.on('uncaughtExceptionMonitor', () => {
  const source = readFileSync(program, 'utf8').split('\n')
  const line = lastOf(resumed, (each) => {
    const [, number] = /:(\d+):\d+\)?$/.exec(each) ?? []
    // The session is closed after the error. That is not where the error comes from.
    return !source[Number(number) - 1]?.includes('await using')
  })
  note(line)
})

function note(line) {
  if (line !== undefined) writeSync(2, `awaited ${line}\n`)
}

// Loaded into each program that is checked, before the program itself.
import { createHook } from 'node:async_hooks'

// A program that is done ends; it does not wait for its check.
process.channel?.unref()

// When the check goes, however it goes, the program must not stay behind.
process.once('disconnect', () => {
  process.kill(process.pid, 'SIGKILL')
})

process.on('message', (message) => {
  if (message.signal !== undefined) raise(message.signal)
  // By the next turn what was written in this one has left the process.
  if (message.where !== undefined) setImmediate(() => process.send?.({ where: waitingAt() }))
})

/** Windows has no SIGTERM that a program could listen to, so the check sends it as a message. */
function raise(signal) {
  if (!process.emit(signal, signal)) process.kill(process.pid, 'SIGKILL')
}

// Which promises are pending, and where each was made: that is how a hang gets its line.
const pending = new Map()
createHook({
  init(id, type) {
    if (type !== 'PROMISE') return
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 8
    // The text of a stack is only made when somebody reads it.
    pending.set(id, new Error())
    Error.stackTraceLimit = stackTraceLimit
  },
  promiseResolve: (id) => pending.delete(id),
  destroy: (id) => pending.delete(id),
}).enable()

/** The stack of the last promise that the program itself awaits. */
function waitingAt() {
  const program = process.argv[1] ?? ''
  for (const { stack = '' } of [...pending.values()].toReversed()) {
    const own = stack.split('\n').find((line) => line.startsWith('    at ') && !isInternal(line))
    // An import makes a promise too, which stays pending.
    if (own?.includes(program) && !stack.includes('ModuleJob._instantiate')) return own
  }
  return ''
}

const isInternal = (line) => line.includes('node:internal/') || line.includes(import.meta.url)

// Loaded into each program that is checked, before the program itself.
import { createHook } from 'node:async_hooks'
import { readFileSync, writeSync } from 'node:fs'

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

const program = process.argv[1] ?? ''

// Which promises are pending, and where each was made: that is how a hang gets its line, and a crash
// that began in somebody else's code the line of the await that it came back to.
const pending = new Map()
// A program that is too busy to answer has written down before which await it went on from.
const traces = process.env['EXERCISES_TRACE'] !== undefined
const resumed = []
createHook({
  init(id, type) {
    if (type !== 'PROMISE') return
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 8
    // The text of a stack is only made when somebody reads it.
    pending.set(id, new Error())
    Error.stackTraceLimit = stackTraceLimit
  },
  before(id) {
    if (pending.has(id)) resumed.push(pending.get(id))
    if (resumed.length > 100) resumed.splice(0, 50)
    if (traces) note(lastOf(resumed.slice(-1)))
  },
  promiseResolve: (id) => pending.delete(id),
  destroy: (id) => pending.delete(id),
}).enable()

/** The line of the last promise that the program itself awaits. */
function waitingAt() {
  return lastOf([...pending.values()]) ?? ''
}

function lastOf(promises, isMeant = () => true) {
  return promises
    .toReversed()
    .map(ownLine)
    .find((line) => line !== undefined && isMeant(line))
}

/** The frame that made a promise, if that is in the program. */
function ownLine({ stack = '' }) {
  // An import makes a promise too, which stays pending.
  if (stack.includes('ModuleJob._instantiate')) return undefined
  const first = stack.split('\n').find((line) => line.startsWith('    at ') && !isInternal(line))
  return first?.includes(program) ? first.trim() : undefined
}

const isInternal = (line) => line.includes('node:internal/') || line.includes(import.meta.url)

process.on('uncaughtExceptionMonitor', () => {
  const source = readFileSync(program, 'utf8').split('\n')
  const line = lastOf(resumed, (each) => {
    const [, number] = /:(\d+):\d+\)?$/.exec(each) ?? []
    // The session is closed after the error, and not its cause.
    return !source[Number(number) - 1]?.includes('await using')
  })
  note(line)
})

function note(line) {
  if (line !== undefined) writeSync(2, `awaited ${line}\n`)
}

// The worker of a program: it becomes a process of Node, as far as the program can see, and imports it.
import '../standins/process/globals.ts'

// What programs import: see build/bundles.ts.
export * as index from '@messaging-patterns/shared'
export * as cli from '@messaging-patterns/shared/cli'
export * as util from 'node:util'

import { EventEmitter, once } from 'node:events'

import type { FromProgram, StartProgram, ToProgram } from '../engine/protocol.ts'
import { inspect } from '../standins/modules/util.ts'
import { becomeChild, describeCrash } from '../standins/children/child.ts'
import { time } from '../standins/process/clock.ts'
import { arrives, changeRate, pause, resume } from '../standins/process/pause.ts'
import { handles } from '../standins/process/handles.ts'
import { process } from '../standins/process/process.ts'
import { wire } from '../standins/network/wire.ts'

export { handles, wire }
export const events = { EventEmitter, once }

function send(message: FromProgram): void {
  postMessage(message)
}

let isChild = false

function fail(error: unknown): void {
  process.stderr.write(isChild ? describeCrash(error) : `Uncaught ${inspect(error)}\n`)
  send({ type: 'exit', code: 1 })
}

async function run({ module, argv, pid, now, rate, child }: StartProgram): Promise<void> {
  changeRate(rate)
  process.argv.push(...argv)
  process.pid = pid
  // A check compares the clocks of its programs, and `now` is too early by the time that a worker takes to start.
  if (child === undefined) time.set(now)
  else becomeChild(child)
  isChild = child !== undefined
  // It may have been paused already.
  await new Promise<void>(arrives)
  try {
    await import(module)
    // As in Node, a program runs as long as something keeps it alive: a handler for messages, for example.
    await handles.none()
    send({ type: 'exit', code: process.exitCode ?? 0 })
  } catch (error) {
    fail(error)
  }
}

/** Most of what a program imports, and its own file into the cache of the browser. */
async function prepare(module: string): Promise<void> {
  const shared = ['shared/index.js', 'shared/cli.js']
  await Promise.allSettled([
    fetch(module).then((response) => response.text()),
    ...shared.map((file) => import(new URL(file, import.meta.url).href)),
  ])
}

function signaled(signal: 'SIGINT' | 'SIGTERM'): void {
  if (!process.emit(signal)) send({ type: 'killed', signal })
}

function receive(message: ToProgram): void {
  switch (message.type) {
    case 'prepare':
      void prepare(message.module)
      break
    case 'start':
      void run(message)
      break
    case 'signal':
      if (message.signal === 'SIGSTOP') pause()
      else if (message.signal === 'SIGCONT') resume()
      else {
        const { signal } = message
        arrives(() => signaled(signal))
      }
      break
    case 'rate':
      changeRate(message.rate)
      break
    case 'broker-gone':
      dispatchEvent(new Event('broker-gone'))
      break
    case 'message':
      process.emit('message', message.message)
      break
  }
}

addEventListener('error', (event) => {
  event.preventDefault()
  fail(event.error ?? event.message)
})
addEventListener('unhandledrejection', (event) => {
  event.preventDefault()
  fail(event.reason)
})
addEventListener('message', ({ data }: MessageEvent<ToProgram>) => receive(data))

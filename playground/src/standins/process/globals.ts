// What a program finds in Node without importing it. This is the first module of its worker.
import './symbols.ts'

import { Buffer } from 'buffer'

import { time } from './clock.ts'
import { clearImmediate, setImmediate } from './immediates.ts'
import { process, redirectConsole } from './process.ts'
import { clearTimer, setInterval, setTimeout } from './timers.ts'

const RealDate = Date

class VirtualDate extends RealDate {
  constructor(...args: readonly unknown[]) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Date checks its arguments itself
    if (args.length > 0) super(...(args as [number]))
    else super(time.now())
  }

  static override now(): number {
    return Math.floor(time.now())
  }
}

redirectConsole()
Object.assign(globalThis, {
  Buffer,
  Date: VirtualDate,
  clearImmediate,
  clearInterval: clearTimer,
  clearTimeout: clearTimer,
  global: globalThis,
  process,
  setImmediate,
  setInterval,
  setTimeout,
})

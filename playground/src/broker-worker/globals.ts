// What the broker finds in Node without importing it. This is the first module of its worker.
import '../standins/process/symbols.ts'

import { setImmediate } from '../standins/process/immediates.ts'

Object.assign(globalThis, { setImmediate })

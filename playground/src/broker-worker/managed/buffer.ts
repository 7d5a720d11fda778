// The management API finds Buffer without importing it, as in Node.
import { Buffer } from 'node:buffer'

Object.assign(globalThis, { Buffer })

export { Duplex } from './duplex.ts'
export { PassThrough } from './pass-through.ts'

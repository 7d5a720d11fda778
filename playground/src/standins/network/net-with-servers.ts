// Node's net in a worker that starts other programs, which can connect to its servers.
export * from './net.ts'
export { createServer } from './server.ts'

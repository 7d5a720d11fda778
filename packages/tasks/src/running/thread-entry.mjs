// Runs one function of a module in a thread of its own, and posts what it returns.
import { parentPort, workerData } from 'node:worker_threads'

const { module, name, args } = workerData
// Node 20 cannot import TypeScript without help.
if (module.endsWith('.ts')) (await import('tsx/esm/api')).register()
const exported = await import(module)
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort.postMessage(await exported[name](...args))

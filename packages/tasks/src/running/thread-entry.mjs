// Runs one function of a module in a thread of its own, and posts what it returns or throws.
import { parentPort, workerData } from 'node:worker_threads'

const { module, name, args } = workerData
// Node 20 cannot import TypeScript without help.
if (module.endsWith('.ts')) (await import('tsx/esm/api')).register()
const exported = await import(module)
try {
  post({ ok: true, value: await exported[name](...args) })
} catch (error) {
  const failure = error?.name === 'TaskFailure' ? detailsOf(error) : undefined
  // A DOMException, such as that for a value which cannot be posted, would arrive empty.
  const sent = error instanceof DOMException ? new Error(error.message) : error
  post({ ok: false, error: sent, name: error?.name, failure })
}

function post(ending) {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort.postMessage(ending)
}

function detailsOf({ type, module: python, args: values, traceback }) {
  return { type, module: python, args: values, traceback }
}

// Runs a TypeScript program with tsx: node tour/run.js tour/src/start.ts basic
// If nothing is installed yet, it says what to type instead of printing a stack trace.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [node = '', , program = '', ...args] = process.argv

if (await loadTsx()) {
  process.argv = [node, resolve(program), ...args]
  await import(pathToFileURL(resolve(program)))
} else await import('./use-pnpm.js')

/** Teaches Node to run TypeScript. Returns false if tsx is not installed. */
async function loadTsx() {
  try {
    await import('tsx')
    return true
  } catch (error) {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return false
    throw error
  }
}

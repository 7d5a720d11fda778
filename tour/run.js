// Starts a program that is written in TypeScript: node tour/run.js tour/src/start.ts basic
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [node = '', , program = '', ...words] = process.argv

if (await loadTsx()) {
  process.argv = [node, resolve(program), ...words]
  await import(pathToFileURL(program))
} else await import('../shared/use-pnpm.js')

/** From here on Node understands TypeScript; false where nothing is installed. */
async function loadTsx() {
  try {
    await import('tsx')
    return true
  } catch (error) {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return false
    throw error
  }
}

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')

/** Frees memory that is no longer used. Without it, a test would measure when Node collects garbage. */
export const collectGarbage = runInNewContext('gc') as () => void

import { readCatalog } from '../src/catalog.ts'
import { prove } from './prove.ts'

// Two files, so that they run side by side.
await prove((await readCatalog()).filter(({ number }) => number % 2 === 1))

import { readCatalog } from '../src/catalog.ts'
import { prove } from './prove.ts'

await prove((await readCatalog()).filter(({ number }) => number % 2 === 0))

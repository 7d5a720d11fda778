import { prove } from './prove.ts'

await prove(({ number }) => number % 3 === 0)

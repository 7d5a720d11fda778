import { prove } from './prove.ts'

// Three files, so that they run at the same time.
await prove(({ number }) => number % 3 === 1)

import { buildAll, dist } from './bundles.ts'

await buildAll(dist)

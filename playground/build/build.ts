import { buildAll, dist } from './bundles.ts'

// The build of the site names a folder of its own.
await buildAll(process.argv[2] ?? dist)

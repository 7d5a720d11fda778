// `pnpm bench:page`: generates docs/performance.md and its plots from bench/results.json.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { readJson } from '../common/json.ts'
import type { Results } from '../harness/result.ts'
import { pageFiles } from './page.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const results = readJson<Results>(readFileSync(join(root, 'bench/results.json'), 'utf8'))

// Groups may have been renamed or removed.
for (const name of readdirSync(join(root, 'docs/pictures')))
  if (name.startsWith('performance-')) rmSync(join(root, 'docs/pictures', name))
for (const [file, text] of pageFiles(results)) writeFileSync(join(root, file), text)

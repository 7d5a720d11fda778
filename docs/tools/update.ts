// Writes into the pages what they show of the sources, and draws the pictures anew.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { allPages, readLines, root } from './markdown.ts'
import { withRegions } from './regions.ts'

for (const page of allPages())
  writeFileSync(join(root, page), withRegions(readLines(page)).join('\n'))

// Draws the pictures, and updates the pictures and the code in the pages.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { pictureFiles, withPictures } from './illustrate.ts'
import { allPages, readLines, root } from './markdown.ts'
import { withRegions } from './regions.ts'

mkdirSync(join(root, 'docs/pictures'), { recursive: true })
for (const [file, svg] of pictureFiles()) writeFileSync(join(root, file), svg)
for (const page of allPages())
  writeFileSync(join(root, page), withRegions(withPictures(readLines(page))).join('\n'))

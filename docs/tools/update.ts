// Draws the pictures, and updates the pictures, the code and the lists of exercises in the pages.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { withExercises } from './exercises.ts'
import { pictureFiles, withPictures } from './illustrate.ts'
import { allPages, readLines, root } from './markdown.ts'
import { withRegions } from './regions.ts'

mkdirSync(join(root, 'docs/pictures'), { recursive: true })
for (const [file, svg] of pictureFiles()) writeFileSync(join(root, file), svg)
for (const page of allPages()) {
  const lines = withExercises(withRegions(withPictures(readLines(page))))
  writeFileSync(join(root, page), lines.join('\n'))
}

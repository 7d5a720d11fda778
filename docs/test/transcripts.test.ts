import { afterAll } from 'vitest'

import { allPages, clusterPages, pagesWithoutChapter } from '../tools/markdown.ts'
import { readersBroker } from './stage.ts'
import { testPages } from './test-pages.ts'

// In the order of the course, on one broker: a reader has what the chapter before has left.
const pages = allPages().filter((page) => !clusterPages().includes(page))
testPages(pages, { on: readersBroker })

afterAll(() => {
  for (const page of pagesWithoutChapter())
    process.stdout.write(`not run, for want of a chapter: ${page}\n`)
})

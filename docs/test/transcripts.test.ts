import { afterAll } from 'vitest'

import { allPages, clusterPages, pagesWithoutChapter } from '../tools/markdown.ts'
import { readersBroker } from './stage.ts'
import { testPages } from './test-pages.ts'

// In the order of the course and on one broker, because a chapter may leave something for the next.
const pages = allPages().filter((page) => !clusterPages().includes(page))
testPages(pages, { on: readersBroker })

afterAll(() => {
  for (const page of pagesWithoutChapter())
    process.stdout.write(`not run, because it has no chapter: ${page}\n`)
})

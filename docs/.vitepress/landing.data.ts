import { defineLoader } from 'vitepress'

import { partsOfCourse, type Chapter, type Part } from '../tools/site/course.ts'
import { figures, type Figures } from '../tools/site/figures.ts'
import { readLines } from '../tools/markdown.ts'
import { glyphOf } from '../tools/pictures/glyph.ts'
import { pictures } from '../tools/pictures/pictures.ts'
import { repository } from '../tools/site/sources.ts'
import { scenesOf } from '../tools/transcript.ts'

/** A terminal, as a chapter shows it and its tests run it. */
export interface RecordedTerminal {
  readonly name: string
  readonly lines: readonly string[]
}

export interface Landing {
  readonly parts: readonly (Omit<Part, 'chapters'> & {
    readonly chapters: readonly (Chapter & { readonly glyph: string })[]
  })[]
  readonly figures: Figures
  /** The address of the repository. */
  readonly repository: string
  readonly terminals: readonly RecordedTerminal[]
  /** The description of the picture in the stage. */
  readonly says: string
}

declare const data: Landing
export { data }

/** Everything on the landing page that another file knows: the chapters, the figures, a run of chapter 5. */
export default defineLoader({
  watch: ['../*.md'],
  load: (): Landing => ({
    parts: partsOfCourse().map((part) => ({
      ...part,
      chapters: part.chapters.map((chapter) => ({ ...chapter, glyph: glyphOfChapter(chapter) })),
    })),
    figures: figures(),
    repository: repository(),
    terminals: recordedTerminals('docs/05-topics.md'),
    says: pictures['topics']?.says ?? '',
  }),
})

function glyphOfChapter({ picture = '', title }: Chapter): string {
  const found = pictures[picture]
  if (found === undefined) throw new Error(`the chapter ${title} has no picture`)
  return glyphOf(found)
}

function recordedTerminals(page: string): RecordedTerminal[] {
  const [first = []] = scenesOf(readLines(page))
  return first.map(({ terminal, fence: { lines } }) => ({
    name: terminal,
    lines: untilCtrlC(lines),
  }))
}

function untilCtrlC(lines: readonly string[]): readonly string[] {
  const end = lines.findIndex((line) => line.startsWith('^C'))
  return end === -1 ? lines : lines.slice(0, end)
}

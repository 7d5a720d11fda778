import { commentOf, readLines } from '../markdown.ts'

/** A chapter, as the README of the docs lists it. */
export interface Chapter {
  readonly number: number
  readonly title: string
  /** The path of its page, without an extension: `/01-basic`. */
  readonly path: string
  /** What a reader learns to do in it. */
  readonly shows: string
  /** The name of its first picture. */
  readonly picture: string | undefined
}

/** Some chapters in a row, with a sentence about them. */
export interface Part {
  readonly name: string
  readonly note: string
  readonly chapters: readonly Chapter[]
}

/** The parts of the course. The README is the only list of them. */
export function partsOfCourse(): Part[] {
  const paragraphs = readLines('docs/README.md').join('\n').split('\n\n')
  return paragraphs.flatMap((paragraph, i) => {
    const [, name, note] = /^\*\*(.+)\.\*\* (.+)$/s.exec(paragraph) ?? []
    const chapters = chaptersIn(paragraphs[i + 1] ?? '')
    if (name === undefined || note === undefined || chapters.length === 0) return []
    return [{ name, note: note.replaceAll('\n', ' '), chapters }]
  })
}

function chaptersIn(list: string): Chapter[] {
  return [...list.matchAll(/^(\d+)\. \[(.+)\]\((.+)\.md\): (.+)$/gm)].map(
    ([, number, title = '', name = '', shows = '']) => ({
      number: Number(number),
      title,
      path: `/${name}`,
      shows,
      picture: firstPicture(`docs/${name}.md`),
    }),
  )
}

function firstPicture(page: string): string | undefined {
  return readLines(page).flatMap((line) => commentOf('picture', line) ?? [])[0]
}

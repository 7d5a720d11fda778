import { join } from 'node:path'

import { createMarkdownRenderer, type MarkdownRenderer } from 'vitepress'
import { beforeAll, describe, expect, test } from 'vitest'

import config from '../.vitepress/config.ts'
import { docsPages, commentOf, fencesOf, readLines, root } from '../tools/markdown.ts'
import { pieceOf } from '../tools/regions.ts'

describe('a piece of a source file', () => {
  let md: MarkdownRenderer

  beforeAll(async () => {
    md = await createMarkdownRenderer(join(root, 'docs'), config.markdown)
  })

  /** The lines of the first block on a page, each as its words with their colors. */
  function linesOf(page: readonly string[]): string[] {
    const [block = ''] = /<pre[^>]*><code>[^]*?<\/code>/.exec(md.render(page.join('\n'))) ?? []
    return block.split('<span class="line"').slice(1).map(wordsOf)
  }

  const files = new Map<string, readonly string[]>()

  function linesOfFile(file: string): readonly string[] {
    const lines = files.get(file) ?? linesOf(['```ts', ...readLines(file), '```'])
    files.set(file, lines)
    return lines
  }

  function wordsOf(line: string): string {
    const spans = [...line.replaceAll('<wbr>', '').matchAll(/<span style="([^"]*)">([^<]*)</g)]
    return spans
      .flatMap(([, color = '', text = '']) =>
        text
          .split(/\s+/)
          .filter(Boolean)
          .map((word) => `${word} ${color}`),
      )
      .join('\n')
  }

  test.each(
    docsPages().flatMap((page) => {
      const lines = readLines(page)
      return fencesOf(lines).flatMap(({ info, open }) => {
        const wanted = commentOf('code', lines[open - 2])
        return wanted !== undefined && info === 'ts' ? { page, wanted } : []
      })
    }),
  )('is colored in $page as in the file: $wanted', ({ wanted }) => {
    const { before, lines } = pieceOf(wanted)
    const [file = ''] = wanted.split(' ')
    const whole = linesOfFile(file)
    const piece = linesOf([`<!-- code: ${wanted} -->`, '', '```ts', ...lines, '```'])
    expect(piece).toEqual(whole.slice(before.length, before.length + lines.length))
  })
})

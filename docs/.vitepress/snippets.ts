import { basename } from 'node:path'

import type { MarkdownRenderer } from 'vitepress'

import { commentOf } from '../tools/markdown.ts'
import { pieceOf } from '../tools/regions.ts'
import { pageOfSource } from '../tools/site/sources.ts'
import { anchorOf } from './markdown.ts'

type State = Parameters<Parameters<MarkdownRenderer['core']['ruler']['after']>[2]>[0]
type Token = State['tokens'][number]

/**
 * Puts the name of its file above a piece of code, with a link to the whole file. It also adds the
 * comment above the block to its info string, which tells `inItsFile` where the piece is from.
 */
export function namedPieces(md: MarkdownRenderer): void {
  md.core.ruler.after('block', 'named-pieces', (state) => {
    state.tokens = state.tokens.flatMap((token, index, tokens) => {
      const wanted = commentOf('code', tokens[index - 1]?.content.trim())
      if (token.type !== 'fence' || wanted === undefined) return token
      token.info += ` code: ${wanted}`
      return [
        html(state, '<div class="snippet">'),
        ...caption(state, wanted),
        token,
        html(state, '</div>'),
      ]
    })
  })
}

function html(state: State, content: string): Token {
  return Object.assign(new state.Token('html_block', '', 0), { content })
}

function caption(state: State, wanted: string): Token[] {
  const [file = ''] = wanted.split(' ')
  const { before, lines } = pieceOf(wanted)
  const link = `[\`${file}\`](/code/${pageOfSource(file)}#${anchorOf(basename(file))})`
  const first = before.length + 1
  const last = before.length + lines.length
  const range =
    wanted === file
      ? 'the whole file'
      : first === last
        ? `line ${first}`
        : `lines ${first} to ${last}`
  const open = new state.Token('paragraph_open', 'p', 1)
  open.attrSet('class', 'source')
  const inline = Object.assign(new state.Token('inline', '', 0), {
    content: `${link} ${range}`,
    children: [],
  })
  return [open, inline, new state.Token('paragraph_close', 'p', -1)]
}

import type { MarkdownRenderer } from 'vitepress'

import { commentOf } from '../tools/markdown.ts'
import { repository } from '../tools/site/sources.ts'
import { piecesOfCode } from './code.ts'

type CoreRule = Parameters<MarkdownRenderer['core']['ruler']['after']>[2]
type State = Parameters<CoreRule>[0]
type Token = State['tokens'][number]

/** GitHub's anchor for a heading, so that a link works in both places. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')
}

/** Leads links to files of the repository that are not pages of the site to its host. */
export function repositoryLinks(md: MarkdownRenderer): void {
  md.core.ruler.after('inline', 'repository-links', ({ tokens }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.attrGet('href')
      if (token.type === 'link_open' && href?.startsWith('../') === true)
        token.attrSet('href', `${repository()}/blob/main/${href.slice(3)}`)
    }
  })
}

/**
 * Turns consecutive console blocks into tabs with the names of their terminals. GitHub shows them one
 * below the other. Where there is space, the style sheet shows screens that belong together side by
 * side, under their names.
 */
export function terminalTabs(md: MarkdownRenderer): void {
  md.core.ruler.after('block', 'terminal-tabs', (state) => {
    const { tokens } = state
    for (let start = 0; start < tokens.length; start++) {
      const blocks = blocksFrom(tokens, start)
      const last = blocks.at(-1)
      if (last === undefined || blocks.length < 2) continue
      const fences = blocks.map(({ fence, title }) => {
        fence.info += ` [${title}]`
        return fence
      })
      const open = new state.Token('container_code-group_open', 'div', 1)
      const close = new state.Token('container_code-group_close', 'div', -1)
      tokens.splice(start, last.end - start, open, ...fences, close)
    }
  })
  const render = md.renderer.rules['fence']
  md.renderer.rules['fence'] = (...args) => {
    const [tokens, index] = args
    const [, title] = /\[(Terminal .*)\]/.exec(tokens[index]?.info ?? '') ?? []
    const block = render?.(...args) ?? ''
    if (title === undefined) return block
    const name = `<p class="terminal-name">${md.utils.escapeHtml(title)}</p>`
    return block.replace('<button', `${name}<button`)
  }
}

interface NamedBlock {
  readonly terminal: string
  readonly title: string
  readonly fence: Token
  readonly end: number
}

/** The consecutive blocks that start here, with nothing but their headings between them. */
function blocksFrom(tokens: readonly Token[], start: number): NamedBlock[] {
  const blocks: NamedBlock[] = []
  for (let block = namedBlock(tokens, start); block !== undefined;) {
    blocks.push(block)
    block = namedBlock(tokens, block.end)
  }
  return blocks
}

function namedBlock(tokens: readonly Token[], start: number): NamedBlock | undefined {
  const isWish = (token: Token): boolean =>
    token.type === 'html_block' && token.content.startsWith('<!-- run:')
  const wishes = tokens.slice(start).findIndex((token) => !isWish(token))
  const [paragraph, name, , fence] = tokens.slice(start + wishes, start + wishes + 4)
  if (paragraph?.type !== 'paragraph_open' || fence?.type !== 'fence') return undefined
  if (name === undefined || !/^\*\*(Terminal|With) /.test(name.content)) return undefined
  const title = name.content.replaceAll(/[*`]/g, '')
  const [terminal = title] = /^Terminal \d+/.exec(title) ?? []
  return { terminal, title, fence, end: start + wishes + 4 }
}

/**
 * GitHub picks the light or dark version of a picture by the reader's settings. The site has a
 * switch, so its pages contain both versions, and the style sheet hides one.
 */
export function pictureToggle(md: MarkdownRenderer): void {
  const render = md.renderer.rules.html_block
  md.renderer.rules.html_block = (tokens, index, ...rest) => {
    const content = tokens[index]?.content ?? ''
    const sources = [...content.matchAll(/<source media="([^"]+)" srcset="([^"]+)"/g)]
    const source = (narrow: boolean, dark: boolean): string | undefined =>
      sources.find(
        ([, media = '']) => media.includes('width') === narrow && media.includes('dark') === dark,
      )?.[2]
    const [, light, alt] = /<img src="([^"]+)" alt="([^"]+)"/.exec(content) ?? []
    const dark = source(false, true)
    if (dark === undefined || light === undefined || alt === undefined)
      return render?.(tokens, index, ...rest) ?? content
    const picture = (scheme: 'light' | 'dark', src: string): string => {
      const tall = source(true, scheme === 'dark')
      const forPhones =
        tall === undefined ? '' : `<source media="(max-width: 640px)" srcset="${tall}">`
      return `<picture class="picture ${scheme}">${forPhones}<img src="${src}" alt="${alt}"></picture>`
    }
    const both = `<p class="pictures">${picture('light', light)}${picture('dark', dark)}</p>`
    const { scene }: { scene?: string } = Object(tokens[index]?.meta)
    return scene === undefined ? both : `<LiveScene id="${scene}">${both}</LiveScene>`
  }
}

/**
 * Puts the scene of a comment `<!-- scene: work-queues -->`, which has its id. If there is a picture above
 * the comment, it becomes part of the scene: it stays until a reader presses a button, and without JavaScript.
 */
export function liveScenes(md: MarkdownRenderer): void {
  md.core.ruler.after('block', 'live-scenes', ({ tokens }) => {
    for (const [index, token] of tokens.entries()) {
      const scene = commentOf('scene', token.content.trim())
      const picture = tokens[index - 1]
      if (token.type !== 'html_block' || scene === undefined) continue
      const hasPicture = picture?.content.startsWith('<picture>') === true
      if (hasPicture) picture.meta = { scene }
      token.content = hasPicture ? '' : `<LiveScene id="${scene}" />`
    }
  })
}

/** Puts the component for a comment `<!-- live: workbench -->`. GitHub shows the text around it. */
export function livePages(md: MarkdownRenderer): void {
  md.core.ruler.after('block', 'live-pages', ({ tokens }) => {
    for (const token of tokens) {
      const live = commentOf('live', token.content.trim())
      if (token.type === 'html_block' && live !== undefined) token.content = `<live-${live} />`
    }
  })
}

/** Lets inline code break between names instead of inside them. */
export function breakableCode(md: MarkdownRenderer): void {
  md.renderer.rules.code_inline = (...[tokens, index, , , renderer]) => {
    const token = tokens[index]
    if (token === undefined) return ''
    const pieces = piecesOfCode(token.content).map((piece) => md.utils.escapeHtml(piece))
    return `<code${renderer.renderAttrs(token)}>${pieces.join('<wbr>')}</code>`
  }
}

import { styleText } from 'node:util'

/** Styles a text, or returns it unchanged when colors are off. */
export type Paint = (look: Parameters<typeof styleText>[0], text: string) => string

/** Uses colors on a terminal, but not in a pipe or with NO_COLOR. */
export function paintFor(stream: { readonly isTTY?: boolean }, env = process.env): Paint {
  const colorful = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  return colorful
    ? (look, text) => styleText(look, text, { validateStream: false })
    : (_, text) => text
}

/** Breaks a text into lines of at most `width` characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  if (line !== '') lines.push(line)
  return lines
}

/** Breaks lines that are too long, such as code, anywhere, and indents what follows. */
export function wrapCode(text: string, width: number): string[] {
  const [indent, room] = ['  ', Math.max(1, width - 2)]
  return text.split('\n').flatMap((line) => {
    if (line.length <= width) return [line]
    const rest = line.slice(width).match(new RegExp(`.{1,${room}}`, 'g')) ?? []
    return [line.slice(0, width), ...rest.map((part) => indent + part)]
  })
}

/** Renders the Markdown of tasks and hints: headings, paragraphs and indented code. */
export function showMarkdown(markdown: string, width: number, paint: Paint): string[] {
  const blocks = markdown.replace(/\n+$/, '').split(/\n{2,}/)
  return blocks.flatMap((block, i) => [...(i > 0 ? [''] : []), ...showBlock(block, width, paint)])
}

function showBlock(block: string, width: number, paint: Paint): string[] {
  const cyan = (text: string): string => inEachLine(text, (line) => paint('cyan', line))
  if (block.startsWith('    ')) return cyan(wrapCode(block, width).join('\n')).split('\n')
  const [, heading] = /^#+ (.*)$/.exec(block) ?? []
  if (heading !== undefined) return [paint('bold', heading)]
  const [, label = ''] = /^\*\*(.*?)\*\*/.exec(block) ?? []
  const text = block.replaceAll('**', '').replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1')
  // Style the text after wrapping it: escape sequences have no width.
  return wrap(text, width)
    .join('\n')
    .replaceAll(/`[^`]+`/g, cyan)
    .replace(label, () => paint('bold', label))
    .split('\n')
}

function inEachLine(text: string, change: (line: string) => string): string {
  return text.split('\n').map(change).join('\n')
}

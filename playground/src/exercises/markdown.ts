import { element } from '../stage/dom.ts'

/** A link of an exercise, as the page knows it. */
export type Resolve = (link: string) => string

/** The texts of exercises: paragraphs and indented code, with bold words, code and links. */
export function rendered(text: string, resolve: Resolve): readonly HTMLElement[] {
  return text
    .split(/\n{2,}(?! {4})|\n\n(?= {4})/)
    .filter((block) => block.trim() !== '')
    .map((block) =>
      block.startsWith('    ')
        ? element('pre', { tabindex: '0' }, block.replaceAll(/^ {4}/gm, ''))
        : element('p', {}, ...inline(block.replaceAll('\n', ' '), resolve)),
    )
}

function inline(text: string, resolve: Resolve): readonly (Node | string)[] {
  const parts = text.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)]+)\)|([^`*[]+|.)/g)
  return Array.from(parts, ([, code, bold, label, link, plain = '']) => {
    if (code !== undefined) return element('code', {}, code)
    if (bold !== undefined) return element('strong', {}, ...inline(bold, resolve))
    if (label !== undefined) return element('a', { href: resolve(link ?? '') }, label)
    return plain
  })
}

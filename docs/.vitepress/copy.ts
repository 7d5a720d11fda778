import { textOf, type Child, type Element, type ShikiTransformer } from './hast.ts'

/** Lets the copy button of a console block copy the commands, without prompts and output. */
export const copyOnlyCommands: ShikiTransformer = {
  name: 'copy-only-commands',
  code(node) {
    if (this.options.lang !== 'console') return
    const children: Child[] = []
    let commands = 0
    for (const [index, child] of node.children.entries()) {
      if (child.type !== 'element') continue
      // Line ends are nodes between the lines. Each is treated like the line after it.
      const before = node.children[index - 1]
      const lineEnd = before?.type === 'text' ? [before] : []
      if (!textOf(child).startsWith('$ ')) {
        children.push(ignored([...lineEnd, child]))
        continue
      }
      commands += 1
      dropStart(child, 2)
      child.children.unshift(ignored([{ type: 'text', value: '$ ' }], 'prompt'))
      children.push(...(commands === 1 ? [ignored(lineEnd)] : lineEnd), child)
    }
    node.children = children
  },
}

function ignored(children: Element['children'], more = 'output'): Element {
  const properties = { class: `vp-copy-ignore ${more}` }
  return { type: 'element', tagName: 'span', properties, children }
}

/** Removes `count` characters from the beginning. Returns how many it could not remove. */
function dropStart(node: Child, count: number): number {
  if (node.type === 'text') {
    const dropped = Math.min(count, node.value.length)
    node.value = node.value.slice(dropped)
    return count - dropped
  }
  if (node.type !== 'element') return count
  return node.children.reduce((left, child) => (left === 0 ? 0 : dropStart(child, left)), count)
}

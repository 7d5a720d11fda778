import { textOf, type Child, type Element, type ShikiTransformer } from './hast.ts'

/** Of a console block the copy button takes the commands: neither their prompts nor what they print. */
export const copyCommandsAlone: ShikiTransformer = {
  name: 'copy-commands-alone',
  code(node) {
    if (this.options.lang !== 'console') return
    const children: Child[] = []
    let commands = 0
    for (const [index, child] of node.children.entries()) {
      if (child.type !== 'element') continue
      // The line ends stand between the lines; each goes with the line after it.
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

/** Removes so many characters from the beginning; returns how many there were not. */
function dropStart(node: Child, count: number): number {
  if (node.type === 'text') {
    const dropped = Math.min(count, node.value.length)
    node.value = node.value.slice(dropped)
    return count - dropped
  }
  if (node.type !== 'element') return count
  return node.children.reduce((left, child) => (left === 0 ? 0 : dropStart(child, left)), count)
}
